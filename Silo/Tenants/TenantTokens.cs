using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tenants;

/// <summary>Checks the join tokens that are shown at a meeting with the keys of its tenant; and the passes that silos give to owners of meetings.</summary>
internal sealed class TenantTokens(TenantCalls tenants, MeetingCalls calls, TicketVerifier passes, TimeProvider time)
{
    /// <summary>What a token grants, or why nothing.</summary>
    public async Task<(TokenGrant? Grant, JoinRefusal? Refusal)> CheckAsync(string token, MeetingId meeting)
    {
        var pass = await passes.CheckHostPassAsync(token);
        // Signed by a silo, so no tenant made it: it is judged as what it is.
        if (pass.Claims is { } claims) return claims.MeetingId == meeting ? (Grant(claims), null) : (null, JoinRefusal.TokenForeign);
        if (pass.Refusal == TicketRefusal.Expired) return (null, JoinRefusal.TokenExpired);
        switch (await calls.ReadAsync(meeting, new FactsQuery()))
        {
            case MeetingFacts facts:
                if (await tenants.TokenKeysAsync(facts.TenantId) is not { } keys) return (null, JoinRefusal.Unavailable);
                return await JoinTokens.CheckAsync(token, meeting, facts.Facts.Code, facts.TenantId, keys, time.GetUtcNow());
            case NoMeeting:
                return (null, JoinRefusal.UnknownCode);
            default:
                return (null, JoinRefusal.Unavailable);
        }
    }

    private static TokenGrant Grant(HostPassClaims claims) => new(Role.Host, null, Secrets.Hash($"pass\n{claims.PassId}"), claims.Until);
}
