using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.MediaPod.Host.Plans;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>How the sessions follow the plan.</summary>
internal sealed partial class MediaSessions
{
    /// <summary>How long a session may live on its ticket alone while a silo is connected that has told its plan.</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(5);

    /// <summary>Applies a plan and does what it asks. Plans come from one control channel at a time.</summary>
    public void Apply(PodPlan plan)
    {
        lock (_planGate)
        {
            var (next, effects) = _plan.Apply(plan, _time.GetUtcNow());
            Volatile.Write(ref _plan, next);
            foreach (var effect in effects) Do(effect);
        }
    }

    /// <summary>A new silo connection: plans are counted anew, the rooms stay as they are until the full plan comes.</summary>
    public void ForgetRevision()
    {
        lock (_planGate) Volatile.Write(ref _plan, _plan with { Revision = 0 });
    }

    /// <summary>Counts the time that unconfirmed sessions wait while a silo is connected, and ends those that waited too long.</summary>
    public void CountUnconfirmed(TimeSpan passed)
    {
        // A silo that has just taken over asks its meetings first. What it has not said yet takes nobody's media away.
        if (_plan.Revision == 0) return;
        foreach (var session in _sessions.Values)
        {
            if (session.Confirmed) continue;
            session.Unconfirmed += passed;
            if (session.Unconfirmed >= ConfirmWithin) _ = CloseAsync(session, SessionEndReason.NotInPlan);
        }
    }

    /// <summary>Lets codec decisions that wait for time (docs/codecs.md, C3) happen.</summary>
    public void ReviewCodecs()
    {
        foreach (var meeting in _rooms.Keys) AgreeOnCodec(meeting);
    }

    private void Do(PlanEffect effect)
    {
        switch (effect)
        {
            case PolicyChanged changed:
                foreach (var session in Of(changed.MeetingId).Where(s => s.ParticipantId == changed.Participant.ParticipantId)) session.Confirmed = true;
                _server.ApplyPolicy(changed.MeetingId.Value, changed.Participant.ParticipantId.Value, PolicyOf(changed.Participant));
                break;
            case ParticipantGone gone:
                foreach (var session in Of(gone.MeetingId).Where(s => s.ParticipantId == gone.ParticipantId)) _ = CloseAsync(session, gone.Reason);
                break;
            case RoomClosed closed:
                foreach (var session in Of(closed.MeetingId)) _ = CloseAsync(session, SessionEndReason.MeetingEnded);
                break;
        }
    }

    /// <summary>Brings a session that has just been opened up to a plan that changed while it was being opened.</summary>
    private void Reapply(PodSession session)
    {
        lock (_planGate)
        {
            if (_plan.RefusalOf(session.MeetingId, session.ParticipantId, _time.GetUtcNow()) is { } reason) _ = CloseAsync(session, reason);
            else if (_plan.Find(session.MeetingId, session.ParticipantId) is { } planned) Do(new PolicyChanged(session.MeetingId, planned));
        }
    }

    private IEnumerable<PodSession> Of(Contracts.MeetingId meeting) => _sessions.Values.Where(s => s.MeetingId == meeting);
}
