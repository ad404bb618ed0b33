using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Tenants;
using Conference.Hosting.Http;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/tenants</c>: the operator of the installation makes tenants and their quotas; a tenant sees to its keys itself.</summary>
internal sealed class TenantsApi(TenantCalls tenants, TenantDeletion deletion, Callers callers, WebhooksApi webhooks, AuditApi audit, ApiProblems problems, SiloOptions options)
{
    private static readonly TimeSpan DeletionPatience = TimeSpan.FromSeconds(5);

    public void Map(IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/tenants").WithTags("tenants");
        all.MapPost("", (Delegate)CreateAsync).WithName("createTenant").Accepts<CreateTenantRequest>("application/json")
            .Produces<CreateTenantResponse>(StatusCodes.Status201Created).Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict);
        all.MapGet("", (Delegate)ListAsync).WithName("getTenants").Produces<TenantList>().Refuses(StatusCodes.Status401Unauthorized);
        var one = all.MapGroup("/{id}");
        MapWebhooks(one);
        one.MapGet("", ReadAsync).WithName("getTenant").Produces<TenantInfo>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapGet("/audit", (HttpContext context, string id, string? meeting = null, DateTimeOffset? from = null, DateTimeOffset? to = null, string? after = null, int? limit = null) =>
                audit.ReadAsync(context, new AuditQuestion(meeting, from, to, after, limit), () => OpenAsync(context, id)))
            .WithName("getAudit").Produces<AuditPage>().Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapDelete("", DeleteAsync).WithName("deleteTenant").Produces(StatusCodes.Status202Accepted).Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        one.MapPut("/quotas", QuotasAsync).WithName("setTenantQuotas").Accepts<TenantQuotas>("application/json").Produces<TenantInfo>()
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapPut("/retention", RetentionAsync).WithName("setTenantRetention").Accepts<RetentionRequest>("application/json").Produces<TenantInfo>()
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapPut("/joining", JoiningAsync).WithName("setTenantJoining").Accepts<JoiningRequest>("application/json").Produces<TenantInfo>()
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapPost("/keys", CreateKeyAsync).WithName("createTenantKey").Produces<CreateTenantKeyResponse>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict);
        one.MapPost("/keys/{keyId}/rotate", RotateKeyAsync).WithName("rotateTenantKey").Produces<CreateTenantKeyResponse>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapDelete("/keys/{keyId}", (HttpContext context, string id, string keyId) => DoAsync(context, id, new RevokeTenantKey(keyId))).WithName("revokeTenantKey")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapPost("/token-keys", CreateTokenKeyAsync).WithName("createTokenKey").Accepts<CreateTokenKeyRequest>("application/json")
            .Produces<CreateTokenKeyResponse>(StatusCodes.Status201Created).Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict);
        one.MapDelete("/token-keys/{keyId}", (HttpContext context, string id, string keyId) => DoAsync(context, id, new RemoveTokenKey(keyId))).WithName("removeTokenKey")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
    }

    // Webhooks hang below one tenant and share its doors.
    private void MapWebhooks(RouteGroupBuilder one)
    {
        one.MapPost("/webhooks", (HttpContext context, string id) => webhooks.CreateAsync(context, () => OpenAsync(context, id))).WithName("createWebhook")
            .Accepts<CreateWebhookRequest>("application/json").Produces<CreateWebhookResponse>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status409Conflict);
        one.MapDelete("/webhooks/{webhookId}", (HttpContext context, string id, string webhookId) => DoAsync(context, id, new RemoveWebhook(webhookId))).WithName("removeWebhook")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        one.MapGet("/dead-letters", (HttpContext context, string id) => webhooks.DeadLettersAsync(() => OpenAsync(context, id))).WithName("getDeadLetters")
            .Produces<DeadLetterList>().Refuses(StatusCodes.Status401Unauthorized);
        one.MapPost("/dead-letters/{letterId}/resend", (HttpContext context, string id, string letterId) => webhooks.ResendAsync(letterId, () => OpenAsync(context, id)))
            .WithName("resendDeadLetter").Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status502BadGateway);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        // The id is in the body, and only the operator makes tenants, so no tenant's own key does.
        if (await callers.AccessAsync(context, default) != TenantAccess.Operator) return problems.Refuse(RequestRefusal.Unauthorized);
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreateTenantRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        if (await tenants.ExecuteAsync(body.Id, new CreateTenant(body.Name ?? body.Id.Value)) is { } refusal) return problems.Refuse(refusal);
        var (keyId, secret) = NewKey();
        if (await tenants.ExecuteAsync(body.Id, new CreateTenantKey(keyId, "First key", Secrets.Hash(secret))) is { } noKey) return problems.Refuse(noKey);
        return Created(new CreateTenantResponse(body.Id, body.Name ?? body.Id.Value, keyId, Bearer(body.Id, keyId, secret)), ContractsJson.Default.CreateTenantResponse);
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        if (await callers.AccessAsync(context, default) != TenantAccess.Operator) return problems.Refuse(RequestRefusal.Unauthorized);
        try
        {
            var found = ImmutableArray.CreateBuilder<TenantInfo>();
            foreach (var id in await tenants.ListAsync(context.RequestAborted))
            {
                var (info, refusal) = await tenants.ReadAsync(id);
                if (info is not null) found.Add(info);
                else if (refusal != TenantRefusal.UnknownTenant) return problems.Refuse(TenantRefusal.Unavailable); // that one was deleted just now
            }
            return Results.Json(new TenantList(found.ToImmutable()), ContractsJson.Default.TenantList);
        }
        catch (JournalReadException)
        {
            return problems.Refuse(TenantRefusal.Unavailable);
        }
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        var (tenant, refused) = await OpenAsync(context, id);
        return refused ?? await ShowAsync(tenant);
    }

    private async Task<IResult> ShowAsync(TenantId tenant)
    {
        var (info, refusal) = await tenants.ReadAsync(tenant);
        return info is null ? problems.Refuse(refusal!.Value) : Results.Json(info, ContractsJson.Default.TenantInfo);
    }

    // The operator's alone: a tenant key that was stolen must not cost everything.
    private async Task<IResult> DeleteAsync(HttpContext context, string id, bool force = false)
    {
        var (tenant, refused) = await OpenAsync(context, id, operatorOnly: true);
        if (refused is not null) return refused;
        if (tenant.Value == options.DefaultTenant) return problems.Refuse(TenantRefusal.DefaultTenant);
        if (await tenants.ExecuteAsync(tenant, new DeleteTenant(force)) is { } refusal) return problems.Refuse(refusal);
        var work = deletion.GoOnAsync(tenant);
        // What takes longer, or cannot go on now, is done by itself.
        return await Task.WhenAny(work, Task.Delay(DeletionPatience, context.RequestAborted)) == work && await work ? Results.NoContent() : Results.Accepted();
    }

    private async Task<IResult> QuotasAsync(HttpContext context, string id)
    {
        var (tenant, refused) = await OpenAsync(context, id, operatorOnly: true);
        if (refused is not null) return refused;
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.TenantQuotas);
        if (body is null) return problems.Refuse(broken!.Value);
        return await tenants.ExecuteAsync(tenant, new SetQuotas(body)) is { } refusal ? problems.Refuse(refusal) : await ShowAsync(tenant);
    }

    private async Task<IResult> RetentionAsync(HttpContext context, string id)
    {
        var (tenant, refused) = await OpenAsync(context, id);
        if (refused is not null) return refused;
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.RetentionRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        return await tenants.ExecuteAsync(tenant, new SetRetention(body.Days)) is { } refusal ? problems.Refuse(refusal) : await ShowAsync(tenant);
    }

    private async Task<IResult> JoiningAsync(HttpContext context, string id)
    {
        var (tenant, refused) = await OpenAsync(context, id);
        if (refused is not null) return refused;
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.JoiningRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        return await tenants.ExecuteAsync(tenant, new SetJoining(body.TokensOnly)) is { } refusal ? problems.Refuse(refusal) : await ShowAsync(tenant);
    }

    private async Task<IResult> CreateKeyAsync(HttpContext context, string id)
    {
        if (!StringId.TryParse<TenantId>(id, out var tenant)) return problems.Refuse(RequestRefusal.Malformed);
        var access = await callers.AccessAsync(context, tenant);
        if (access == TenantAccess.None) return problems.Refuse(RequestRefusal.Unauthorized);
        var (body, broken) = await OptionalAsync(context, ContractsJson.Default.CreateTenantKeyRequest, new CreateTenantKeyRequest());
        if (body is null) return problems.Refuse(broken!.Value);
        var (keyId, secret) = NewKey();
        var command = new CreateTenantKey(keyId, body.Name ?? $"Key {keyId[..4]}", Secrets.Hash(secret), MakesTenant: access == TenantAccess.Operator);
        return await tenants.ExecuteAsync(tenant, command) is { } refusal ? problems.Refuse(refusal) : Key(tenant, keyId, secret);
    }

    private async Task<IResult> RotateKeyAsync(HttpContext context, string id, string keyId)
    {
        var (tenant, refused) = await OpenAsync(context, id);
        if (refused is not null) return refused;
        var (body, broken) = await OptionalAsync(context, ContractsJson.Default.RotateTenantKeyRequest, new RotateTenantKeyRequest());
        if (body is null) return problems.Refuse(broken!.Value);
        var (newId, secret) = NewKey();
        var command = new RotateTenantKey(keyId, newId, Secrets.Hash(secret), TimeSpan.FromMinutes(body.OverlapMinutes));
        return await tenants.ExecuteAsync(tenant, command) is { } refusal ? problems.Refuse(refusal) : Key(tenant, newId, secret);
    }

    private async Task<IResult> CreateTokenKeyAsync(HttpContext context, string id)
    {
        var (tenant, refused) = await OpenAsync(context, id);
        if (refused is not null) return refused;
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreateTokenKeyRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        var isShared = body.Algorithm == TokenAlgorithm.HS256;
        if (isShared == body.PublicKey is not null) return problems.Refuse(TenantRefusal.InvalidPublicKey);
        var (keyId, secret) = NewKey();
        var command = new AddTokenKey(keyId, body.Name ?? $"Token key {keyId[..4]}", body.Algorithm, body.PublicKey ?? secret);
        if (await tenants.ExecuteAsync(tenant, command) is { } refusal) return problems.Refuse(refusal);
        return Created(new CreateTokenKeyResponse(keyId, isShared ? secret : null), ContractsJson.Default.CreateTokenKeyResponse);
    }

    private async Task<IResult> DoAsync(HttpContext context, string id, TenantCommand command)
    {
        var (tenant, refused) = await OpenAsync(context, id);
        if (refused is not null) return refused;
        return await tenants.ExecuteAsync(tenant, command) is { } refusal ? problems.Refuse(refusal) : Results.NoContent();
    }

    /// <summary>The tenant, where the caller may do something with it; otherwise the answer.</summary>
    private async Task<(TenantId Tenant, IResult? Refused)> OpenAsync(HttpContext context, string id, bool operatorOnly = false)
    {
        if (!StringId.TryParse<TenantId>(id, out var tenant)) return (default, problems.Refuse(RequestRefusal.Malformed));
        context.Response.Headers.CacheControl = "no-store";
        var access = await callers.AccessAsync(context, tenant);
        var isAllowed = access == TenantAccess.Operator || (access == TenantAccess.Tenant && !operatorOnly);
        return (tenant, isAllowed ? null : problems.Refuse(RequestRefusal.Unauthorized));
    }

    // What has no body says nothing, and means the defaults.
    private static Task<(T? Value, RequestRefusal? Refusal)> OptionalAsync<T>(HttpContext context, JsonTypeInfo<T> type, T otherwise) where T : class =>
        context.Request.ContentLength is null or 0 && context.Request.ContentType is null ? Task.FromResult<(T?, RequestRefusal?)>((otherwise, null)) : JsonBody.ReadAsync(context, type);

    private static (string Id, string Secret) NewKey() => (Guid.NewGuid().ToString("N")[..12], Secrets.NewToken());

    private static string Bearer(TenantId tenant, string keyId, string secret) => $"{tenant}.{keyId}.{secret}";

    private static IResult Key(TenantId tenant, string keyId, string secret) =>
        Created(new CreateTenantKeyResponse(keyId, Bearer(tenant, keyId, secret)), ContractsJson.Default.CreateTenantKeyResponse);

    private static IResult Created<T>(T body, JsonTypeInfo<T> type) => Results.Json(body, type, statusCode: StatusCodes.Status201Created);
}
