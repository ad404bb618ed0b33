namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>What was seen of a receiver's path in one interval.</summary>
/// <param name="Packets">That feedback was about.</param>
/// <param name="Lost">How many of them were lost.</param>
/// <param name="IsCrowded">A queue stands, or less is sent to see whether less is lost: what is lost may be lost to it.</param>
/// <param name="RoundTripMilliseconds">To the receiver and back; null: not known.</param>
public readonly record struct PathLook(long Packets, long Lost, bool IsCrowded, double? RoundTripMilliseconds);

/// <summary>
/// Whether a receiver's path loses packets though nothing waits on it, and for how long the receiver is told to hold pictures before it shows them, so that what is lost can be sent again in time
/// (docs/repair.md, cases N11 and N12). Browsers leave frames that waited for a repair out when they measure how long to wait, so each would be seen as a stop and a jump.
/// Pure: time is an argument. Owned by one worker.
/// </summary>
public sealed class LossyPath
{
    /// <summary>It begins at this share of loss, and goes on at half of it.</summary>
    public const double LossAbove = 0.02;

    /// <summary>How long it lasts after the last such loss, in microseconds.</summary>
    public const long KeepMicroseconds = 10_000_000;

    /// <summary>
    /// What passes between a loss and its repair besides the round trip, in milliseconds: a packet behind the gap, which for the last one of a frame is of the next frame, and the ways through sockets and pacers.
    /// </summary>
    public const int BesidesRoundTripMilliseconds = 60;

    /// <summary>The longest hold, in milliseconds: beyond it people talk past each other.</summary>
    public const int LongestHoldMilliseconds = 240;

    /// <summary>It changes in steps of this, in milliseconds, and falls by two at least: each change is seen.</summary>
    public const int StepMilliseconds = 20;

    private const double Smoothing = 0.25;

    private long _packets, _lost;
    private long _lastLoss;
    private bool _wasCrowded;

    /// <summary>The share that is lost, 0 to 1; 0: the path counts as clean.</summary>
    public double Loss { get; private set; }

    /// <summary>Milliseconds from the arrival of a picture until it is shown; 0: as soon as it can be.</summary>
    public int HoldMilliseconds { get; private set; }

    /// <summary>Takes in one interval of about half a second, and decides.</summary>
    public void Decide(in PathLook look, long nowMicroseconds)
    {
        // What a queue dropped is reported while it stands and a little later.
        var counts = !look.IsCrowded && !_wasCrowded;
        _wasCrowded = look.IsCrowded;
        if (!counts) (_packets, _lost) = (0, 0);
        else (_packets, _lost) = (_packets + look.Packets, _lost + Math.Clamp(look.Lost, 0, look.Packets));
        if (_packets >= RedundancyPolicy.FewestPackets)
        {
            // A single lost packet says nothing about the next.
            Judge(_lost > 1 ? (double)_lost / _packets : 0, look.RoundTripMilliseconds, nowMicroseconds);
            (_packets, _lost) = (0, 0);
        }
        if (Loss > 0 && nowMicroseconds - _lastLoss >= KeepMicroseconds) (Loss, HoldMilliseconds) = (0, 0);
    }

    private void Judge(double loss, double? roundTrip, long now)
    {
        if (loss < (Loss > 0 ? LossAbove / 2 : LossAbove)) return;
        _lastLoss = now;
        Loss = Loss > 0 ? Loss + (loss - Loss) * Smoothing : loss;
        if (roundTrip is not { } known) return;
        var wanted = Math.Min(known + BesidesRoundTripMilliseconds, LongestHoldMilliseconds);
        if (wanted > HoldMilliseconds || wanted < HoldMilliseconds - 2 * StepMilliseconds) HoldMilliseconds = (int)Math.Ceiling(wanted / StepMilliseconds) * StepMilliseconds;
    }
}
