using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Where a tenant lets people in by its own join tokens only (docs/tenants.md, T1 to T6), nothing else gives a place or a role.</summary>
internal static class TokenRules
{
    /// <summary>Holds back whoever comes without a token, and asks for the tenant's terms where they are not known.</summary>
    public static Decision Check(MeetingState state, MeetingCommand command, Decision decision, PlacesAllowed? allowed)
    {
        if (allowed is null or { TokensOnly: false } || decision.IsRefused || decision.NeedsPod || decision.NeedsPlaces > 0 || IsByToken(state, command, decision)) return decision;
        if (allowed.TokensOnly is not null) return Refuse(command, JoinRefusal.TokenRequired, StreamRefusal.TokenRequired);
        return allowed.Refusal is null
            ? Decision.Nothing with { NeedsTerms = true }
            : Refuse(command, JoinRefusal.Unavailable, StreamRefusal.Unavailable);
    }

    private static bool IsByToken(MeetingState state, MeetingCommand command, Decision decision) => command switch
    {
        TakePlace c => c.Token is not null,
        TakeStreamPlace c => c.Token is not null,
        // T4: a host key makes nobody a host, and who came without a token does not come back.
        ResumePlace c => c.HostKey is null && decision.Place is { } id && state.Find(id) is { ByToken: true },
        _ => true,
    };

    private static Decision Refuse(MeetingCommand command, JoinRefusal person, StreamRefusal stream) => command is TakeStreamPlace ? Decision.Refuse(stream) : Decision.Refuse(person);
}
