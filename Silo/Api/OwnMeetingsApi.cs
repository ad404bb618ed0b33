using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.SignIn;
using Conference.Silo.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/me/meetings</c>: the meetings of whoever is signed in. Their owner is in each meeting's journal, and the list is the journal's index.</summary>
internal sealed class OwnMeetingsApi(
    MeetingCalls calls, MeetingMaker maker, TenantCalls tenants, AccountApi accounts, IMeetingIndex index, TicketSigner signer, ApiProblems problems, PublicLinks links, SiloOptions options)
{
    private const int Page = 1000;

    /// <summary>The most that a list shows of meetings that can be joined, and of those that are over.</summary>
    private const int MostLive = 2000;
    private const int MostEnded = 50;

    public void Map(IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup(SignInServices.Root + "/meetings").WithTags("me");
        own.MapGet("", (Delegate)ListAsync).WithName("listOwnMeetings").Produces<OwnMeetings>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);
        own.MapPost("", (Delegate)CreateAsync).WithName("createOwnMeeting").Accepts<CreateMeetingRequest>("application/json")
            .Produces<CreateMeetingResponse>(StatusCodes.Status201Created)
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status410Gone, StatusCodes.Status503ServiceUnavailable);
        own.MapGet("/{id}", ReadAsync).WithName("getOwnMeeting").Produces<MeetingInfo>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        own.MapPatch("/{id}", ChangeAsync).WithName("changeOwnMeeting").Accepts<ChangeMeetingRequest>("application/json").Produces<MeetingInfo>()
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
        own.MapDelete("/{id}", EndAsync).WithName("endOwnMeeting").Produces(StatusCodes.Status204NoContent)
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
        own.MapPost("/{id}/pass", PassAsync).WithName("openOwnMeeting").Produces<HostPass>()
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        if (Account.Of(context) is not { } account) return problems.Refuse(SignInRefusal.SignedOut);
        context.Response.Headers.CacheControl = "no-store";
        var live = await NewestAsync(account, JournalWords.LiveState, MostLive, context.RequestAborted);
        var ended = await NewestAsync(account, JournalWords.EndedState, MostEnded, context.RequestAborted);
        return Results.Json(new OwnMeetings([.. ended.Concat(live).OrderBy(entry => entry.CreatedAt).Select(entry => Shown(context, entry))]), ContractsJson.Default.OwnMeetings);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        if (Refusal(context, out var account) is { } refused) return refused;
        var tenant = options.SignIn!.Tenant ?? TenantId.Parse(options.DefaultTenant);
        // Sessions outlive their tenant, whose meetings nobody could join.
        return await tenants.IsGoneAsync(tenant, context.RequestAborted) switch
        {
            true => problems.Refuse(TenantRefusal.TenantDeleted),
            null => problems.Refuse(TenantRefusal.Unavailable),
            _ => await maker.CreateAsync(context, tenant, account!.Owner),
        };
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        if (Account.Of(context) is not { } account) return problems.Refuse(SignInRefusal.SignedOut);
        context.Response.Headers.CacheControl = "no-store";
        return await FindAsync(account, id, context.RequestAborted) is { } found ? Results.Json(found, ContractsJson.Default.MeetingInfo) : problems.Refuse(MeetingRefusal.UnknownMeeting);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string id)
    {
        if (Refusal(context, out var account) is { } refused) return refused;
        if (await FindAsync(account!, id, context.RequestAborted) is not { } found) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.ChangeMeetingRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        var result = await calls.ExecuteAsync(found.Id, new ChangeMeeting(body.Title, body.Settings, body.Locked, body.Schedule));
        return result is MeetingRefused no ? problems.Refuse(no.Reason) : await ReadAsync(context, id);
    }

    private async Task<IResult> EndAsync(HttpContext context, string id)
    {
        if (Refusal(context, out var account) is { } refused) return refused;
        if (await FindAsync(account!, id, context.RequestAborted) is not { } found) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return await calls.ExecuteAsync(found.Id, new EndMeeting()) is MeetingRefused no ? problems.Refuse(no.Reason) : Results.NoContent();
    }

    private async Task<IResult> PassAsync(HttpContext context, string id)
    {
        if (Refusal(context, out var account) is { } refused) return refused;
        if (await FindAsync(account!, id, context.RequestAborted) is not { } found) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        if (found.Ended is not null) return problems.Refuse(MeetingRefusal.Ended);
        context.Response.Headers.CacheControl = "no-store";
        var pass = signer.Sign(new HostPassClaims(found.Id, Secrets.NewToken()));
        return Results.Json(new HostPass(pass), ContractsJson.Default.HostPass);
    }

    // Everything that changes something: the cookie alone says nothing of who wants it.
    private IResult? Refusal(HttpContext context, out Account? account)
    {
        account = Account.Of(context);
        if (!accounts.IsOwnPage(context)) return problems.Refuse(SignInRefusal.WrongOrigin);
        return account is null ? problems.Refuse(SignInRefusal.SignedOut) : null;
    }

    private async Task<MeetingInfo?> FindAsync(Account account, string id, CancellationToken cancellation)
    {
        // Only meetings that exist come to life.
        if (!StringId.TryParse<MeetingId>(id, out var meeting) || await index.FindAsync(meeting.Value, cancellation) is null) return null;
        return await calls.ReadAsync(meeting, new DetailsQuery(null)) is MeetingDetails details && details.Owner == account.Owner ? details.Info : null;
    }

    private async Task<IEnumerable<MeetingIndexEntry>> NewestAsync(Account account, string state, int most, CancellationToken cancellation)
    {
        var newest = new Queue<MeetingIndexEntry>();
        for (long? after = 0; after is not null;)
        {
            var page = await index.ListAsync(new MeetingQuery(State: state, After: after.Value, Limit: Page, Owner: account.Owner), cancellation);
            foreach (var entry in page.Meetings)
            {
                newest.Enqueue(entry);
                if (newest.Count > most) newest.Dequeue();
            }
            after = page.Next;
        }
        return newest;
    }

    private OwnMeeting Shown(HttpContext context, MeetingIndexEntry entry)
    {
        var (summary, code) = (JournalWords.ReadSummary(entry), entry.Code ?? "");
        return new OwnMeeting(
            MeetingId.Parse(entry.MeetingId), code, summary.Title, links.Join(context, code), entry.CreatedAt, summary.Schedule, summary.Recurring, summary.Encrypted, entry.State != JournalWords.LiveState);
    }
}
