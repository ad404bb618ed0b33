namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Merges the key frame wishes of all receivers of one stream: the first is sent on at once, then at most one per interval,
/// repeated while the wish stays open. Pure: time is an argument. A mutable struct: keep it in a field.
/// </summary>
public struct KeyFrameThrottle
{
    /// <summary>The shortest time between two requests, in milliseconds; encoders ignore more.</summary>
    public const int IntervalMilliseconds = 300;

    /// <summary>Requests without an answer after which a wish is given up; the next wish starts anew.</summary>
    public const int GiveUpAfter = 20;

    private long _notBefore;
    private int _unanswered;

    /// <summary>A key frame is wanted and has not come.</summary>
    public bool Open { get; private set; }

    /// <summary>Somebody needs a key frame. True: send the request now.</summary>
    public bool Want(long nowMilliseconds)
    {
        if (!Open) (Open, _unanswered) = (true, 0);
        return Due(nowMilliseconds);
    }

    /// <summary>Called on a tick. True: send the request (again) now.</summary>
    public bool Due(long nowMilliseconds)
    {
        if (!Open || nowMilliseconds < _notBefore) return false;
        if (_unanswered == GiveUpAfter)
        {
            Open = false;
            return false;
        }
        _notBefore = nowMilliseconds + IntervalMilliseconds;
        _unanswered++;
        return true;
    }

    /// <summary>A key frame began: every wish from before it is fulfilled.</summary>
    public void Arrived() => Open = false;
}
