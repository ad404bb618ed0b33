namespace Conference.MediaPod.Host.Draining;

/// <summary>When a pod that was told to end has nothing more to wait for. Knows no clock: times are given.</summary>
/// <param name="begun">When it was told.</param>
/// <param name="deadline">For how long it may go on at most.</param>
public sealed class DrainWatch(DateTimeOffset begun, TimeSpan deadline)
{
    /// <summary>How long nobody must be there, nor be planned to come: a place that was given while the silo heard of the drain shows in the plan by then.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    /// <summary>How long nobody must be there although somebody is planned: time enough to open a session.</summary>
    public static readonly TimeSpan NobodyCame = TimeSpan.FromSeconds(5);

    private DateTimeOffset? _emptySince;
    private DateTimeOffset? _settledSince;

    /// <summary>Why the pod should end now; null: it goes on.</summary>
    /// <param name="now">Not before an earlier one.</param>
    /// <param name="sessions">Open media sessions.</param>
    /// <param name="planned">Participants in the silo's plan.</param>
    public DrainEnd? Look(DateTimeOffset now, int sessions, int planned)
    {
        _emptySince = sessions > 0 ? null : _emptySince ?? now;
        _settledSince = sessions > 0 || planned > 0 ? null : _settledSince ?? now;
        if (now - _settledSince >= Settled || now - _emptySince >= NobodyCame) return DrainEnd.Empty;
        return now - begun >= deadline ? DrainEnd.Deadline : null;
    }
}

/// <summary>Why a pod that was told to end does so.</summary>
public enum DrainEnd
{
    /// <summary>Nobody is there any more.</summary>
    Empty,

    /// <summary>Somebody is, but the time is over.</summary>
    Deadline,

    /// <summary>It was told a second time, or by Ctrl-C.</summary>
    AtOnce,
}
