using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary>Makes meetings of what requests say.</summary>
internal sealed class MeetingMaker(MeetingCalls calls, ApiProblems problems, PublicLinks links)
{
    private const int ShortestPasscode = 4;
    private const int LongestPasscode = 32;
    private const int CodeAttempts = 3;

    /// <summary>Makes a meeting of the request's <see cref="CreateMeetingRequest"/>, and answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">Whose meeting it is.</param>
    /// <param name="owner">Who is signed in; null: nobody is.</param>
    public async Task<IResult> CreateAsync(HttpContext context, TenantId tenant, string? owner)
    {
        var (body, refusal) = await JsonBody.ReadAsync(context, ContractsJson.Default.CreateMeetingRequest);
        if (body is null) return problems.Refuse(refusal!.Value);
        if (body.Passcode is { Length: < ShortestPasscode or > LongestPasscode }) return problems.Refuse(MeetingRefusal.InvalidPasscode);

        var hostKey = Secrets.NewToken();
        for (var attempt = 1; ; attempt++)
        {
            var id = MeetingId.Parse(Guid.NewGuid().ToString("N"));
            var code = JoinCode.New();
            var result = await calls.ExecuteAsync(id, new CreateMeeting(
                code, body.Title ?? "Meeting", tenant, body.Settings ?? new(), Secrets.Hash(hostKey), body.Passcode is { } p ? Secrets.HashPasscode(p) : null, body.Schedule, owner));
            if (result is CodeTaken && attempt < CodeAttempts) continue;
            if (result is not Done) return problems.Refuse((result as MeetingRefused)?.Reason ?? MeetingRefusal.Unavailable);
            var (join, host) = (links.Join(context, code), links.Host(context, code, hostKey));
            return Results.Json(new CreateMeetingResponse(id, code, join, host, hostKey), ContractsJson.Default.CreateMeetingResponse, statusCode: StatusCodes.Status201Created);
        }
    }
}
