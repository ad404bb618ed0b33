using System.Runtime.CompilerServices;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// Which packet indices of one SSRC were received: the highest and the 127 before it (RFC 3711 section 3.3.2 asks for 64 at least),
/// and the guess of a packet's 48-bit index from its sequence number (section 3.3.1, appendix A).
/// </summary>
public struct ReplayWindow
{
    /// <summary>Packets that the window remembers.</summary>
    public const int Width = 128;

    private UInt128 _seen; // bit n: highest - n
    private bool _started;

    /// <summary>The highest index accepted; 0 before the first.</summary>
    public ulong Highest { get; private set; }

    /// <summary>The index that a packet with this sequence number most likely has. False: it would lie before the first packet of all.</summary>
    public readonly bool TryEstimate(ushort sequence, out ulong index)
    {
        if (!_started)
        {
            index = sequence; // the roll-over counter starts at 0 (RFC 3711 section 3.3.1)
            return true;
        }
        var distance = SequenceNumber.Distance((ushort)Highest, sequence);
        index = Highest + (ulong)distance;
        return distance >= 0 || Highest >= (ulong)-distance;
    }

    /// <summary>Neither seen nor older than the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsNew(ulong index)
    {
        if (!_started || index > Highest) return true;
        var age = Highest - index;
        return age < Width && (_seen >> (int)age & UInt128.One) == 0;
    }

    /// <summary>Remembers an authenticated packet's index.</summary>
    public void Accept(ulong index)
    {
        if (!_started || index > Highest)
        {
            var ahead = _started ? index - Highest : Width;
            _seen = ahead >= Width ? UInt128.One : (_seen << (int)ahead) | UInt128.One;
            Highest = index;
            _started = true;
            return;
        }
        var age = Highest - index;
        if (age < Width) _seen |= UInt128.One << (int)age;
    }
}
