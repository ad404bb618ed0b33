using System.Buffers.Binary;
using System.Numerics;

namespace Conference.Load.Media;

/// <summary>
/// What stands at the end of every payload that is sent: whose packet it is, the how manieth, when it left, and a checksum. It survives every rewriting of headers, so a receiver knows what
/// it got and what not.
/// </summary>
/// <param name="Stream">Random, one for each track of each publisher.</param>
/// <param name="Number">Counts the packets of the stream from 0.</param>
/// <param name="SentMicroseconds">By the monotonic clock of the machine.</param>
public readonly record struct PacketStamp(uint Stream, uint Number, long SentMicroseconds)
{
    /// <summary>Bytes that it takes.</summary>
    public const int Length = 24;

    private const uint Magic = 0x4C4F4144;

    /// <summary>Writes the stamp to the end of a payload, whose other bytes are there already.</summary>
    /// <param name="payload">The payload, longer than the stamp.</param>
    /// <param name="unchecked">How many bytes at the beginning the checksum leaves out, because a pod rewrites them.</param>
    public void Write(Span<byte> payload, int @unchecked)
    {
        var stamp = payload[^Length..];
        BinaryPrimitives.WriteUInt32BigEndian(stamp, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(stamp[4..], Stream);
        BinaryPrimitives.WriteUInt32BigEndian(stamp[8..], Number);
        BinaryPrimitives.WriteInt64BigEndian(stamp[12..], SentMicroseconds);
        BinaryPrimitives.WriteUInt32BigEndian(stamp[20..], Sum(payload[@unchecked..^4]));
    }

    /// <summary>Reads the stamp of a payload; false when there is none, or the payload is not what was sent.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, int @unchecked, out PacketStamp stamp)
    {
        stamp = default;
        if (payload.Length < Length + @unchecked) return false;
        var bytes = payload[^Length..];
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic || BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]) != Sum(payload[@unchecked..^4])) return false;
        stamp = new(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadInt64BigEndian(bytes[12..]));
        return true;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes) sum = BitOperations.Crc32C(sum, one);
        return sum;
    }
}
