using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;

namespace Conference.Silo.Meetings;

/// <summary>What a meeting holds of its tenant's quotas.</summary>
/// <param name="Places">As many participants may be in it now.</param>
/// <param name="Refusal">Why it cannot hold more; null: that was not asked.</param>
/// <param name="TokensOnly">Places are for those who show a join token of the tenant; null: that has to be asked.</param>
public sealed record PlacesAllowed(int Places, QuotaRefusal? Refusal = null, bool? TokensOnly = false);

/// <summary>What a tenant's quotas mean for one of its meetings (docs/tenants.md, Q1 to Q8).</summary>
internal static class QuotaRules
{
    /// <summary>Holds back what gives more places away than are held.</summary>
    public static Decision Check(MeetingState state, MeetingCommand command, Decision decision, PlacesAllowed? allowed)
    {
        if (allowed is null || decision.Events.IsEmpty) return decision;
        var added = decision.Events.Count(e => e is ParticipantJoined { InLobby: false } or ParticipantAdmitted);
        if (added == 0 || state.Places + added <= allowed.Places) return decision;
        if (allowed.Refusal is not { } reason) return Decision.Nothing with { NeedsPlaces = added };
        // Of a lobby that is let in as a whole, as many come as there are places.
        var free = allowed.Places - state.Places;
        if (command is FromClient && free > 0) return decision with { Events = decision.Events[..free] };
        return command switch
        {
            TakePlace or ResumePlace => Decision.Refuse(NameOf(reason)),
            TakeStreamPlace => Decision.Refuse(reason switch { QuotaRefusal.Unavailable => StreamRefusal.Unavailable, QuotaRefusal.Deleted => StreamRefusal.Ended, _ => StreamRefusal.QuotaReached }),
            _ => Decision.Refuse(reason switch { QuotaRefusal.Unavailable => CommandRefusal.Unavailable, QuotaRefusal.Deleted => CommandRefusal.Ended, _ => CommandRefusal.QuotaReached }),
        };
    }

    public static Decision SetBitrate(MeetingState state, BitrateTier bitrate) =>
        state is { Exists: true, Ended: null } && state.Bitrate != bitrate ? Decision.Happens(new MeetingBitrateSet(bitrate)) : Decision.Nothing;

    public static BitrateBounds? BoundsOf(BitrateTier bitrate) => bitrate switch
    {
        BitrateTier.Standard => new(5_000, 4_000),
        BitrateTier.Basic => new(1_500, 1_200),
        _ => null,
    };

    private static JoinRefusal NameOf(QuotaRefusal reason) => reason switch
    {
        QuotaRefusal.Meetings => JoinRefusal.QuotaMeetings,
        QuotaRefusal.Participants => JoinRefusal.QuotaParticipants,
        QuotaRefusal.Minutes => JoinRefusal.QuotaMinutes,
        QuotaRefusal.Deleted => JoinRefusal.Ended,
        _ => JoinRefusal.Unavailable,
    };
}
