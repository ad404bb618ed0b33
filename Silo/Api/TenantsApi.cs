using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting.Http;
using Conference.Silo.Grains.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/tenants/{id}/keys</c>: for the operator of the installation.</summary>
internal sealed class TenantsApi(IGrainFactory grains, ApiProblems problems, SiloOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        if (options.OperatorSecret is not { } secret) return;
        var keys = routes.MapGroup("/api/tenants/{id}/keys").RequireSecret(secret).WithTags("tenants");
        keys.MapPost("", CreateAsync).WithName("createTenantKey").Produces<CreateTenantKeyResponse>(StatusCodes.Status201Created).Refuses(StatusCodes.Status401Unauthorized);
        keys.MapDelete("/{keyId}", RevokeAsync).WithName("revokeTenantKey").Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized);
    }

    private async Task<IResult> CreateAsync(string id)
    {
        if (!StringId.TryParse<TenantId>(id, out var tenant)) return problems.Refuse(RequestRefusal.Malformed);
        if (await grains.GetGrain<ITenantGrain>(tenant.Value).CreateKey() is not { } key) return problems.Refuse(RequestRefusal.Unavailable);
        return Results.Json(
            new CreateTenantKeyResponse(key.Id, $"{tenant}.{key.Id}.{key.Secret}"), ContractsJson.Default.CreateTenantKeyResponse, statusCode: StatusCodes.Status201Created);
    }

    private async Task<IResult> RevokeAsync(string id, string keyId)
    {
        if (!StringId.TryParse<TenantId>(id, out var tenant)) return problems.Refuse(RequestRefusal.Malformed);
        return await grains.GetGrain<ITenantGrain>(tenant.Value).RevokeKey(keyId) ? Results.NoContent() : problems.Refuse(RequestRefusal.NotFound);
    }
}
