namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>The replay windows of a transport's senders, by SSRC. Bounded; grows by doubling, so packets of known SSRCs allocate nothing.</summary>
internal sealed class SrtpStreams(int maximum)
{
    private uint[] _ssrcs = new uint[8];
    private ReplayWindow[] _windows = new ReplayWindow[8];
    private int _last;

    public int Count { get; private set; }

    /// <summary>Place of the SSRC, or -1.</summary>
    public int Find(uint ssrc)
    {
        if (_last < Count && _ssrcs[_last] == ssrc) return _last;
        var found = _ssrcs.AsSpan(0, Count).IndexOf(ssrc);
        if (found >= 0) _last = found;
        return found;
    }

    public ref ReplayWindow this[int index] => ref _windows[index];

    /// <summary>Called only for an authenticated packet, so strangers cannot fill the table.</summary>
    public bool TryAdd(uint ssrc, out int index)
    {
        index = Count;
        if (Count == maximum) return false;
        if (Count == _ssrcs.Length)
        {
            Array.Resize(ref _ssrcs, Count * 2);
            Array.Resize(ref _windows, Count * 2);
        }
        _ssrcs[Count] = ssrc;
        _windows[Count] = default;
        Count++;
        return true;
    }

    public bool Remove(uint ssrc)
    {
        var index = Find(ssrc);
        if (index < 0) return false;
        Count--;
        _ssrcs[index] = _ssrcs[Count];
        _windows[index] = _windows[Count];
        return true;
    }
}
