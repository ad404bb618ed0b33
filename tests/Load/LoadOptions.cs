namespace Conference.Load;

/// <summary>What to do.</summary>
public sealed record LoadOptions
{
    /// <summary>The Gateway.</summary>
    public required Uri Url { get; init; }

    /// <summary>Meetings to create; 1 when <see cref="Code"/> names one.</summary>
    public int Meetings { get; init; } = 1;

    /// <summary>Participants of each meeting, publishers included.</summary>
    public int Participants { get; init; } = 4;

    /// <summary>Of them, how many send sound and picture.</summary>
    public int Publishers { get; init; } = 2;

    /// <summary>For how long media flows after everybody is connected.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bit rate of each picture, in kilobits per second.</summary>
    public int Kilobits { get; init; } = 600;

    /// <summary>A tenant key for creating meetings; null: creation is open, or this is the same machine.</summary>
    public string? CreateKey { get; init; }

    /// <summary>The operator's secret, to make a tenant key for this run where there is none; null: none.</summary>
    public string? OperatorSecret { get; init; }

    /// <summary>The code of a meeting to join instead of creating some.</summary>
    public string? Code { get; init; }

    /// <summary>Its passcode.</summary>
    public string? Passcode { get; init; }

    /// <summary>The region to ask for; null: the Gateway's.</summary>
    public string? Region { get; init; }

    /// <summary>Participants who connect at one time.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>How long one participant may take to connect, waiting for rate limits included.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Packets that may be lost, in percent.</summary>
    public double MaxLossPercent { get; init; } = 1;

    /// <summary>Lost connections are told, but are no failure.</summary>
    public bool AllowDisconnects { get; init; }

    /// <summary>Certificates are not checked.</summary>
    public bool Insecure { get; init; }

    /// <summary>Nothing but the JSON line is printed.</summary>
    public bool JsonOnly { get; init; }

    /// <summary>Threads that carry media.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Pictures that each participant has places for.</summary>
    public int VideoSlots => Math.Clamp(Publishers, 1, Media.Offers.MostVideoSlots);
}
