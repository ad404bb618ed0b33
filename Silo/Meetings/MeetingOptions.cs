namespace Conference.Silo.Meetings;

/// <summary>How meetings run on a silo.</summary>
public sealed record MeetingOptions
{
    /// <summary>The rules of every meeting.</summary>
    public MeetingRules Rules { get; init; } = new();

    /// <summary>Events after which a snapshot is kept, at least; a large state waits longer, so that snapshots never cost more than the events.</summary>
    public int SnapshotEvery { get; init; } = 512;

    /// <summary>Bytes of a snapshot that one event pays for.</summary>
    public int SnapshotBytesPerEvent { get; init; } = 64;

    /// <summary>Events that are held for sockets that resume.</summary>
    public int TailLength { get; init; } = 2048;

    /// <summary>How often a meeting does what has become due.</summary>
    public TimeSpan SweepPeriod { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a silo's subscription lasts without being renewed.</summary>
    public TimeSpan SubscriptionLifetime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a participant stays in the old pod's plan after a move, so that the client can open the new session first.</summary>
    public TimeSpan MoveOverlap { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a removed participant's tickets are refused: a media ticket's life and a little.</summary>
    public TimeSpan RefuseTicketsFor { get; init; } = TimeSpan.FromSeconds(150);
}
