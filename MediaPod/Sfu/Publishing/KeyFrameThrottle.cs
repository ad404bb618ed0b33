namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Merges the key frame wishes of all receivers of one stream (docs/repair.md, cases K1 to K3): the first is sent on at once, then at most one per interval,
/// repeated while the wish stays open. Pure: time is an argument. A mutable struct: keep it in a field.
/// </summary>
public struct KeyFrameThrottle
{
    /// <summary>The shortest time between two requests, in milliseconds; encoders ignore more. And the longest, however far away the publisher is.</summary>
    public const int IntervalMilliseconds = 300, MostMilliseconds = 1000;

    /// <summary>Requests without an answer after which a wish is given up; the next wish starts anew.</summary>
    public const int GiveUpAfter = 20;

    private long _notBefore;
    private int _unanswered;

    /// <summary>A key frame is wanted and has not come.</summary>
    public bool Open { get; private set; }

    /// <summary>Somebody needs a key frame. True: send the request now.</summary>
    /// <param name="nowMilliseconds">Now.</param>
    /// <param name="roundTripMilliseconds">To the publisher and back; before it has passed no answer can be here.</param>
    public bool Want(long nowMilliseconds, double roundTripMilliseconds = 0)
    {
        if (!Open) (Open, _unanswered) = (true, 0);
        return Due(nowMilliseconds, roundTripMilliseconds);
    }

    /// <summary>Called on a tick. True: send the request (again) now.</summary>
    /// <param name="nowMilliseconds">Now.</param>
    /// <param name="roundTripMilliseconds">As for <see cref="Want"/>.</param>
    public bool Due(long nowMilliseconds, double roundTripMilliseconds = 0)
    {
        if (!Open || nowMilliseconds < _notBefore) return false;
        if (_unanswered == GiveUpAfter)
        {
            Open = false;
            return false;
        }
        // One and a half: the encoder needs time as well.
        _notBefore = nowMilliseconds + (long)Math.Clamp(roundTripMilliseconds * 1.5, IntervalMilliseconds, MostMilliseconds);
        _unanswered++;
        return true;
    }

    /// <summary>A key frame began: every wish from before it is fulfilled.</summary>
    public void Arrived() => Open = false;
}
