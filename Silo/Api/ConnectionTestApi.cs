using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Pods;
using Conference.Silo.Signaling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/join/{code}/test</c>: whoever may look at a meeting's join page may try the way to a media pod, for the few seconds that a ticket without a plan lasts.</summary>
internal sealed class ConnectionTestApi(MeetingCodes codes, PodPlacer placer, MediaGrants grants, ApiProblems problems)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/join/{code}/test", TestAsync).WithTags("join").WithName("testConnection").Produces<MediaGrant>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);

    private async Task<IResult> TestAsync(HttpContext context, string code)
    {
        var found = await codes.FindAsync(code, context.RequestAborted);
        if (found.Refusal is { } refusal) return problems.Refuse(refusal);
        context.Response.Headers.CacheControl = "no-store";
        var test = MeetingId.Parse("test-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10)));
        try
        {
            var placement = await placer.ChooseAsync(test, region: null);
            return placement.PodId is { } pod
                ? Results.Json(grants.ForTest(test, JoinApi.NewParticipant(), pod), ContractsJson.Default.MediaGrant)
                : problems.Refuse(JoinRefusal.NoPod);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return problems.Refuse(JoinRefusal.Unavailable);
        }
    }
}
