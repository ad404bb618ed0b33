using Conference.Contracts;
using Conference.Silo.Grains.Pods;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Pods;

namespace Conference.Silo.Meetings;

/// <summary>
/// Which pod a meeting's media goes to. Until pods relay to each other all of a meeting is on one pod, its home; when that is lost or drains, a new one is chosen and
/// everybody follows. Lives in the grain.
/// </summary>
internal sealed class HomePods(PodPlacer placer, Func<MeetingState> state, TimeSpan startGrace, TimeProvider time)
{
    private readonly HashSet<PodId> _lost = [];
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private PodId? _seen;
    private bool _isFinding;

    /// <summary>A pod is gone, or must be left.</summary>
    public void Lost(PodId pod)
    {
        _lost.Add(pod);
        if (_seen == pod) _seen = null;
    }

    /// <summary>The pod for one more participant.</summary>
    public async Task<PodPlacement> PlaceAsync(string? region)
    {
        if (await AskHomeAsync(forOneMore: true) is { } known) return known;
        return Settle(await ChooseAsync(region));
    }

    /// <summary>What a placement has become meanwhile: another join may have been faster, and then the meeting has a home now.</summary>
    public PodPlacement Settle(PodPlacement chosen) => chosen.PodId is not null && Home() is { } home && home != chosen.PodId ? new(home, PodSelection.SameMeeting) : chosen;

    /// <summary>Who has to go where, so that everybody with a place is at home. Empty while somebody is already asking.</summary>
    public async Task<List<(ParticipantId Participant, PodPlacement Placement)>> FindMovesAsync()
    {
        if (_isFinding || state().Places == 0) return [];
        _isFinding = true;
        try
        {
            var placement = await AskHomeAsync(forOneMore: false) ?? await ChooseAsync(region: null);
            if (placement.PodId is null || state().Ended is not null) return [];
            if (Home() is { } home && home != placement.PodId && _seen == home) placement = new(home, PodSelection.SameMeeting);
            return [.. state().Participants.Values.Where(p => !p.InLobby && p.PodId != placement.PodId).OrderBy(p => p.JoinedSeq).Select(p => (p.Id, placement))];
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return []; // the next sweep asks again
        }
        finally
        {
            _isFinding = false;
        }
    }

    private async Task<PodPlacement> ChooseAsync(string? region)
    {
        var chosen = await placer.ChooseAsync(state().Id, region);
        // It takes meetings (again): a drain can be taken back, and a lost pod can dial in again.
        if (chosen.PodId is { } pod) _lost.Remove(pod);
        return chosen;
    }

    private PodId? Home() => state().HomePod is { } home && !_lost.Contains(home) ? home : null;

    /// <summary>The home if it can stay; a refusal if it is full; null when another has to be chosen.</summary>
    private async Task<PodPlacement?> AskHomeAsync(bool forOneMore)
    {
        if (Home() is not { } home) return null;
        if (!forOneMore && _seen == home) return new(home, PodSelection.SameMeeting); // pods that go say so
        switch (await placer.AskAsync(home, state().Id))
        {
            case PodAdmission.Full when forOneMore:
                return new(null, PodSelection.AtCapacity);
            case PodAdmission.Admitted or PodAdmission.Full:
                _seen = home;
                return new(home, PodSelection.SameMeeting);
            case PodAdmission.Expected:
                return new(home, PodSelection.SameMeeting);
            case PodAdmission.Unknown when _seen != home && time.GetUtcNow() - _startedAt < startGrace:
                return new(home, PodSelection.SameMeeting); // this silo has just started: the pod dials in any moment
            default:
                Lost(home);
                return null;
        }
    }
}
