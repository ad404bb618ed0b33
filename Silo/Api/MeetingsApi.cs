using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Hosting.Http;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/meetings</c>: create, read, change, end; stream keys.</summary>
internal sealed class MeetingsApi(MeetingCalls calls, MeetingMaker maker, Callers callers, ApiProblems problems, PublicLinks links)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var meetings = routes.MapGroup("/api/meetings").WithTags("meetings");
        meetings.MapPost("", (Delegate)CreateAsync).WithName("createMeeting").Accepts<CreateMeetingRequest>("application/json")
            .Produces<CreateMeetingResponse>(StatusCodes.Status201Created).Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized);
        meetings.MapGet("/{id}", ReadAsync).WithName("getMeeting").Produces<MeetingInfo>().Refuses(StatusCodes.Status404NotFound);
        meetings.MapPatch("/{id}", ChangeAsync).WithName("changeMeeting").Accepts<ChangeMeetingRequest>("application/json")
            .Produces<MeetingInfo>().Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
        meetings.MapDelete("/{id}", EndAsync).WithName("endMeeting").Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
        meetings.MapPost("/{id}/captions", CaptionAsync).WithName("showCaption").Accepts<CaptionRequest>("application/json")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
        meetings.MapPost("/{id}/stream-keys", CreateKeyAsync).WithName("createStreamKey").Accepts<CreateStreamKeyRequest>("application/json")
            .Produces<CreateStreamKeyResponse>(StatusCodes.Status201Created).Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);
        meetings.MapDelete("/{id}/stream-keys/{keyId}", RevokeKeyAsync).WithName("revokeStreamKey")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        if (await callers.CreatorAsync(context) is not { } tenant) return problems.Refuse(MeetingRefusal.TenantKeyRequired);
        return await maker.CreateAsync(context, tenant, owner: null);
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        if (await callers.StandingAsync(context, id) is not { MayManage: true } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return standing.Info is { } info ? Results.Json(info, ContractsJson.Default.MeetingInfo) : problems.Refuse(MeetingRefusal.Unavailable);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string id)
    {
        if (await callers.StandingAsync(context, id) is not { MayManage: true } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        var (body, refusal) = await JsonBody.ReadAsync(context, ContractsJson.Default.ChangeMeetingRequest);
        if (body is null) return problems.Refuse(refusal!.Value);
        var result = await calls.ExecuteAsync(standing.Id, new ChangeMeeting(body.Title, body.Settings, body.Locked, body.Schedule));
        return result is MeetingRefused refused ? problems.Refuse(refused.Reason) : await ReadAsync(context, id);
    }

    private async Task<IResult> EndAsync(HttpContext context, string id)
    {
        if (await callers.StandingAsync(context, id) is not { MayManage: true } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return await calls.ExecuteAsync(standing.Id, new EndMeeting()) is MeetingRefused refused ? problems.Refuse(refused.Reason) : Results.NoContent();
    }

    private async Task<IResult> CaptionAsync(HttpContext context, string id)
    {
        if (await callers.StandingAsync(context, id) is not { MayManage: true } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        var (body, refusal) = await JsonBody.ReadAsync(context, ContractsJson.Default.CaptionRequest);
        if (body is null) return problems.Refuse(refusal!.Value);
        return await calls.ExecuteAsync(standing.Id, new ShowCaption(body)) is MeetingRefused refused ? problems.Refuse(refused.Reason) : Results.NoContent();
    }

    private async Task<IResult> CreateKeyAsync(HttpContext context, string id)
    {
        if (await callers.StandingAsync(context, id) is not { MayManage: true, Info: { } info } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        var (body, refusal) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreateStreamKeyRequest);
        if (body is null) return problems.Refuse(refusal!.Value);
        var (keyId, key) = (Guid.NewGuid().ToString("N")[..12], Secrets.NewToken());
        var result = await calls.ExecuteAsync(standing.Id, new CreateStreamKey(keyId, body.Name, body.Role, Secrets.Hash(key)));
        if (result is MeetingRefused refused) return problems.Refuse(refused.Reason);
        var response = new CreateStreamKeyResponse(keyId, key, links.Of(context, $"/whip/{info.Code}"), links.Of(context, $"/whep/{info.Code}"));
        return Results.Json(response, ContractsJson.Default.CreateStreamKeyResponse, statusCode: StatusCodes.Status201Created);
    }

    private async Task<IResult> RevokeKeyAsync(HttpContext context, string id, string keyId)
    {
        if (await callers.StandingAsync(context, id) is not { MayManage: true } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return await calls.ExecuteAsync(standing.Id, new RevokeStreamKey(keyId)) is MeetingRefused refused ? problems.Refuse(refused.Reason) : Results.NoContent();
    }
}
