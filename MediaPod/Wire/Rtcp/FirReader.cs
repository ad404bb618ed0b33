using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>One entry of a full intra request (RFC 5104 section 4.3.1.1).</summary>
/// <param name="Ssrc">The source that is asked for a key frame.</param>
/// <param name="Sequence">Grows by one with each new request; repetitions keep it.</param>
public readonly record struct FirEntry(uint Ssrc, byte Sequence)
{
    internal const int Length = 8;
}

/// <summary>Walks the entries of a full intra request.</summary>
public ref struct FirReader
{
    private ReadOnlySpan<byte> _rest;

    private FirReader(ReadOnlySpan<byte> entries) => _rest = entries;

    /// <summary>Starts before the first entry. False if the block is no FIR or cut short.</summary>
    public static bool TryParse(RtcpBlock block, out FirReader reader)
    {
        var ok = block.IsFullIntraRequest && block.Body.Length >= 8 && block.Body.Length % FirEntry.Length == 0;
        reader = ok ? new FirReader(block.Body[8..]) : default;
        return ok;
    }

    /// <summary>The entry reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public FirEntry Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly FirReader GetEnumerator() => this;

    /// <summary>Goes on to the next entry. False at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        Current = new FirEntry(BinaryPrimitives.ReadUInt32BigEndian(_rest), _rest[4]);
        _rest = _rest[FirEntry.Length..];
        return true;
    }
}
