namespace Conference.Silo.Signaling;

/// <summary>The bounds of signaling sockets.</summary>
public sealed record SignalOptions
{
    /// <summary>The largest message from a client, in bytes.</summary>
    public const int MaxMessageBytes = 16 * 1024;

    /// <summary>How long a client may take to say hello.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Messages that may wait for a client that does not read; then it is too slow.</summary>
    public int QueueLength { get; init; } = 2048;

    /// <summary>Messages a client may send at once.</summary>
    public int Burst { get; init; } = 60;

    /// <summary>Messages a client may send per second in the long run.</summary>
    public double PerSecond { get; init; } = 20;

    /// <summary>Messages above the rate that are answered; then the socket is closed.</summary>
    public int ToleratedAboveRate { get; init; } = 100;

    /// <summary>Broken messages that are answered; then the socket is closed.</summary>
    public int ToleratedMalformed { get; init; } = 5;

    /// <summary>Programs' messages a participant may send at once.</summary>
    public int DataBurst { get; init; } = 30;

    /// <summary>Programs' messages a participant may send per second in the long run.</summary>
    public double DataPerSecond { get; init; } = 10;

    /// <summary>Reactions a participant may send at once, and then one every second.</summary>
    public int ReactionBurst { get; init; } = 10;

    /// <summary>Commands of one socket that may wait for their commit.</summary>
    public int CommandsInFlight { get; init; } = 32;

    /// <summary>How often a silo asks its meetings where they are.</summary>
    public TimeSpan PollPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Events a socket that resumes may be sent; above it a new view costs less.</summary>
    public int ResumeLimit { get; init; } = 500;

    /// <summary>Events that a silo holds for each of its meetings.</summary>
    public int RingLength { get; init; } = 1024;
}
