using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Pods;
using Conference.Silo.Regions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/regions</c>: where clients may go, and what to time.</summary>
internal sealed class RegionsApi(RegionReader regions)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/regions").WithTags("regions");
        api.MapGet("", ListAsync).WithName("getRegions").Produces<RegionList>();
        api.MapGet("/{region}/probe", (HttpContext context, string region) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.NoContent();
        }).WithName("probeRegion").Produces(StatusCodes.Status204NoContent);
    }

    private async Task<IResult> ListAsync()
    {
        var all = await regions.ReadAsync();
        return Results.Json(
            new RegionList([.. all.Select(r => new RegionInfo(r.Name, $"/api/regions/{Uri.EscapeDataString(r.Name)}/probe", r.Status.Pods.Any(p => p is { Role: PodRole.Media, Draining: false })))]),
            ContractsJson.Default.RegionList);
    }
}
