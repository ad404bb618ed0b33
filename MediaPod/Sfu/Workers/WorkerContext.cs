using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Pacing;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>What everything on one worker shares: what it was made of, and what it made of that.</summary>
internal sealed class WorkerContext
{
    private readonly int _stride;
    private int _publications;

    public WorkerContext(MediaWorkerOptions options, PacketPool pool, NtpClock clock)
    {
        (Port, Limits, Control, RoomEvents, Random) = (options.Port, options.Limits, options.Control, options.RoomEvents, options.Random);
        (Pool, Clock) = (pool, clock);
        (_publications, _stride) = (options.Index, options.Count);
        Crossings = new WorkerCrossings(options.Index, [], [], []);
        Allocator = new SlotAllocator(Overload);
        FanOut = new FanOut(Tally, clock);
    }

    public IDatagramPort Port { get; }
    public MediaLimits Limits { get; }
    public ControlQueue Control { get; }
    public IMediaRoomEvents RoomEvents { get; }
    public Random Random { get; }
    public PacketPool Pool { get; }
    public NtpClock Clock { get; }
    public WorkerTally Tally { get; } = new();
    public FanOut FanOut { get; }
    public SlotAllocator Allocator { get; }

    /// <summary>What is left out of pictures because there is more to do than can be done.</summary>
    public Overload Overload { get; } = new();

    /// <summary>Receivers with something waiting.</summary>
    public PacingRound Pacing { get; } = new();

    /// <summary>Some publisher is to be asked for packets or key frames: the repair tick runs.</summary>
    public bool RepairsWanted { get; set; }

    /// <summary>The ways to other workers.</summary>
    public WorkerCrossings Crossings { get; set; }

    /// <summary>A number that no other worker of the server gives: an image has its publication's.</summary>
    public int NextPublicationId() => _publications += _stride;
}

/// <summary>Our wall clock as RTCP wants it (RFC 3550 section 4), from the worker's monotonic microseconds and one reading of the wall clock.</summary>
/// <param name="utcNow">The wall clock.</param>
/// <param name="nowMicroseconds">The worker's clock at the same moment.</param>
internal sealed class NtpClock(DateTimeOffset utcNow, long nowMicroseconds)
{
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly long _microsecondsSince1900 = (utcNow - Epoch).Ticks / 10 - nowMicroseconds;

    /// <summary>Seconds since 1900 in 32.32 fixed point, at a moment of the worker's clock.</summary>
    public ulong At(long microseconds)
    {
        var total = (ulong)(_microsecondsSince1900 + microseconds);
        var (seconds, rest) = Math.DivRem(total, 1_000_000UL);
        return seconds << 32 | (rest << 32) / 1_000_000;
    }
}
