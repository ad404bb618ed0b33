using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tenants;

/// <summary>Checks the join tokens that are shown at a meeting with the keys of its tenant.</summary>
internal sealed class TenantTokens(TenantCalls tenants, MeetingCalls calls, TimeProvider time)
{
    /// <summary>What a token grants, or why nothing.</summary>
    public async Task<(TokenGrant? Grant, JoinRefusal? Refusal)> CheckAsync(string token, MeetingId meeting)
    {
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
}
