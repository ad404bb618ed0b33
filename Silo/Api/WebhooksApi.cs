using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Meetings;
using Conference.Silo.Tenants;
using Conference.Silo.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary><c>/api/tenants/{id}/webhooks</c> and <c>/dead-letters</c>; who may, is <see cref="TenantsApi"/>'s to say.</summary>
internal sealed class WebhooksApi(IGrainFactory grains, TenantCalls tenants, WebhookSender sender, ApiProblems problems)
{
    public async Task<IResult> CreateAsync(HttpContext context, Func<Task<(TenantId Tenant, IResult? Refused)>> open)
    {
        var (tenant, refused) = await open();
        if (refused is not null) return refused;
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreateWebhookRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        if (!sender.Allows(body.Url)) return problems.Refuse(TenantRefusal.InvalidUrl);
        var (id, secret) = (Guid.NewGuid().ToString("N")[..12], Secrets.NewToken());
        if (await tenants.ExecuteAsync(tenant, new AddWebhook(id, body.Url, secret)) is { } refusal) return problems.Refuse(refusal);
        return Results.Json(new CreateWebhookResponse(id, secret), ContractsJson.Default.CreateWebhookResponse, statusCode: StatusCodes.Status201Created);
    }

    public async Task<IResult> DeadLettersAsync(Func<Task<(TenantId Tenant, IResult? Refused)>> open)
    {
        var (tenant, refused) = await open();
        if (refused is not null) return refused;
        try
        {
            return Results.Json(new DeadLetterList(await grains.GetGrain<IWebhookGrain>(tenant.Value).DeadLetters()), ContractsJson.Default.DeadLetterList);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            return problems.Refuse(TenantRefusal.Unavailable);
        }
    }

    public async Task<IResult> ResendAsync(string letterId, Func<Task<(TenantId Tenant, IResult? Refused)>> open)
    {
        var (tenant, refused) = await open();
        if (refused is not null) return refused;
        try
        {
            return await grains.GetGrain<IWebhookGrain>(tenant.Value).Resend(letterId) is TenantRefused { Reason: var reason } ? problems.Refuse(reason) : Results.NoContent();
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            return problems.Refuse(TenantRefusal.Unavailable);
        }
    }
}
