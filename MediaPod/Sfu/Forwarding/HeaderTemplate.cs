using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// The header extension of one slot's packets (RFC 8285): what is the same in all of them is laid out once, what differs is patched in,
/// and what a packet carries on from its publisher is appended under the receiver's ids.
/// </summary>
internal sealed unsafe class HeaderTemplate
{
    private const int ProfileBytes = 4;
    private const int MaxShortValue = 16;
    private const ushort OneByteProfile = 0xBEDE;
    private const int LongestHoldMilliseconds = 10_000; // as receivers have it by themselves

    private readonly byte[] _bytes;
    private int _used;
    private readonly int _transportAt;
    private readonly int _sendTimeAt;
    private readonly bool _short;
    private readonly ExtensionIds _ids;
    private readonly StreamIdentifier _mid;

    public HeaderTemplate(NegotiatedMedia slot)
    {
        _ids = slot.Extensions;
        if (_ids.Mid != 0) StreamIdentifier.TryParse(slot.Mid, out _mid);
        _short = IsShort(_ids) && _mid.Length <= MaxShortValue;
        _bytes = new byte[ProfileBytes + 8 + MaxShortValue + 2];
        _used = ProfileBytes;
        if (!_short) return;
        BinaryPrimitives.WriteUInt16BigEndian(_bytes, OneByteProfile);
        if (_ids.TransportCc != 0) _transportAt = Lay(_ids.TransportCc, TransportSequence.Length);
        if (_ids.AbsSendTime != 0) _sendTimeAt = Lay(_ids.AbsSendTime, AbsoluteSendTime.Length);
        if (_mid.Length > 0) _mid.CopyTo(_bytes.AsSpan(Lay(_ids.Mid, _mid.Length)));
        NotePlaces();

        int Lay(byte id, int length)
        {
            _bytes[_used] = (byte)(id << 4 | (length - 1));
            _used += 1 + length;
            return _used - length;
        }
    }

    /// <summary>Most bytes that it adds to a packet.</summary>
    public static int MaxLength => 400;

    /// <summary>Where the last packet written has its transport-wide sequence number and its send time, from its first byte; 0: nowhere.</summary>
    public ushort TransportAt { get; private set; }
    public ushort SendTimeAt { get; private set; }

    /// <summary>Packets carry transport-wide sequence numbers.</summary>
    public bool CountsTransport => _ids.TransportCc != 0;

    /// <summary>Writes the extension behind the fixed header and sets the header's bit.</summary>
    /// <param name="packet">The outgoing packet with its fixed header.</param>
    /// <param name="source">Whose elements are carried on.</param>
    /// <param name="frameNumber">Replaces that of a dependency descriptor.</param>
    /// <param name="stamp">What is the packet's own.</param>
    /// <returns>Where the payload begins.</returns>
    public int Write(Span<byte> packet, Packet* source, ushort frameNumber, in PacketStamp stamp)
    {
        if (!_short || source->DependencyDescriptor.Length > MaxShortValue || stamp.ActiveTargets != 0) return WriteAny(packet, source, frameNumber, stamp);
        var extension = packet[RtpHeader.FixedLength..];
        _bytes.AsSpan(0, _used).CopyTo(extension);
        if (_transportAt > 0) TransportSequence.Write(extension[_transportAt..], stamp.TransportSequence);
        if (_sendTimeAt > 0) AbsoluteSendTime.Write(extension[_sendTimeAt..], stamp.SendTime);
        NotePlaces();
        var end = source->CarriesExtensions ? Carry(extension, source, frameNumber) : _used;
        if (Holds(source, stamp))
        {
            extension[end] = (byte)(_ids.PlayoutDelay << 4 | (PlayoutDelay.Length - 1));
            WriteHold(extension.Slice(end + 1, PlayoutDelay.Length), stamp);
            end += 1 + PlayoutDelay.Length;
        }
        if (end == ProfileBytes) return RtpHeader.FixedLength;
        var padded = (end + 3) & ~3;
        extension[end..padded].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(extension[2..], (ushort)(padded / 4 - 1));
        RtpHeader.SetExtensionBit(packet, true);
        return RtpHeader.FixedLength + padded;
    }

    private void NotePlaces() =>
        (TransportAt, SendTimeAt) = ((ushort)(_transportAt > 0 ? RtpHeader.FixedLength + _transportAt : 0), (ushort)(_sendTimeAt > 0 ? RtpHeader.FixedLength + _sendTimeAt : 0));

    private bool Holds(Packet* source, in PacketStamp stamp) => stamp.Hold != 0 && _ids.PlayoutDelay != 0 && source->PlayoutDelay.Length == 0;

    private static void WriteHold(Span<byte> value, in PacketStamp stamp) => new PlayoutDelay((stamp.Hold - 1) * 10, LongestHoldMilliseconds).Write(value);

    private int Carry(Span<byte> extension, Packet* source, ushort frameNumber)
    {
        var end = _used;
        end = Append(extension, end, _ids.AudioLevel, source, source->AudioLevel);
        end = Append(extension, end, _ids.VideoOrientation, source, source->VideoOrientation);
        end = Append(extension, end, _ids.PlayoutDelay, source, source->PlayoutDelay);
        end = Append(extension, end, _ids.VideoContentType, source, source->VideoContentType);
        var before = end;
        end = Append(extension, end, _ids.DependencyDescriptor, source, source->DependencyDescriptor);
        if (end - before > DependencyHead.MandatoryLength) DependencyHead.SetFrameNumber(extension[(before + 1)..], frameNumber); // behind the element's own byte
        return end;
    }

    private static int Append(Span<byte> extension, int at, byte id, Packet* source, ExtensionPlace place)
    {
        if (id == 0 || place.Length is 0 or > MaxShortValue) return at;
        extension[at] = (byte)(id << 4 | (place.Length - 1));
        Packet.Bytes(source).Slice(place.Offset, place.Length).CopyTo(extension[(at + 1)..]);
        return at + 1 + place.Length;
    }

    // The form for anything that the short one cannot hold: ids above 14, values above 16 bytes, a descriptor that is written anew.
    private int WriteAny(Span<byte> packet, Packet* source, ushort frameNumber, in PacketStamp stamp)
    {
        var writer = new HeaderExtensionWriter(packet);
        if (_ids.TransportCc != 0 && writer.TryReserve(_ids.TransportCc, TransportSequence.Length, out var value)) TransportSequence.Write(value, stamp.TransportSequence);
        if (_ids.AbsSendTime != 0 && writer.TryReserve(_ids.AbsSendTime, AbsoluteSendTime.Length, out value)) AbsoluteSendTime.Write(value, stamp.SendTime);
        if (_mid.Length > 0 && writer.TryReserve(_ids.Mid, _mid.Length, out value)) _mid.CopyTo(value);
        CarryAny(ref writer, _ids.AudioLevel, source, source->AudioLevel);
        CarryAny(ref writer, _ids.VideoOrientation, source, source->VideoOrientation);
        CarryAny(ref writer, _ids.PlayoutDelay, source, source->PlayoutDelay);
        if (Holds(source, stamp) && writer.TryReserve(_ids.PlayoutDelay, PlayoutDelay.Length, out value)) WriteHold(value, stamp);
        CarryAny(ref writer, _ids.VideoContentType, source, source->VideoContentType);
        var descriptor = stamp.ActiveTargets == 0
            ? CarryAny(ref writer, _ids.DependencyDescriptor, source, source->DependencyDescriptor) : CarryDescriptor(ref writer, source, stamp.ActiveTargets);
        if (descriptor.Length >= DependencyHead.MandatoryLength) DependencyHead.SetFrameNumber(descriptor, frameNumber);
        var end = writer.Complete();
        FindPlaces(packet[..end]);
        return end;
    }

    // Only now: what was written first may have moved.
    private void FindPlaces(ReadOnlySpan<byte> head)
    {
        (TransportAt, SendTimeAt) = (0, 0);
        if (!RtpHeader.TryParse(head, out var header)) return;
        var elements = new HeaderExtensionReader(head, header);
        if (_ids.TransportCc != 0 && elements.TryFind(_ids.TransportCc, out var value)) TransportAt = PlaceOf(head, value);
        if (_ids.AbsSendTime != 0 && elements.TryFind(_ids.AbsSendTime, out value)) SendTimeAt = PlaceOf(head, value);
    }

    private static ushort PlaceOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> value) =>
        (ushort)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(head), ref MemoryMarshal.GetReference(value));

    private static Span<byte> CarryAny(ref HeaderExtensionWriter writer, byte id, Packet* source, ExtensionPlace place)
    {
        if (id == 0 || place.Length == 0 || !writer.TryReserve(id, place.Length, out var value)) return default;
        Packet.Bytes(source).Slice(place.Offset, place.Length).CopyTo(value);
        return value;
    }

    // With the layers that this receiver gets, so that it waits for no others.
    private Span<byte> CarryDescriptor(ref HeaderExtensionWriter writer, Packet* source, uint activeTargets)
    {
        Span<byte> changed = stackalloc byte[byte.MaxValue];
        var place = source->DependencyDescriptor;
        var original = Packet.Bytes(source).Slice(place.Offset, place.Length);
        if (_ids.DependencyDescriptor == 0) return default;
        if (!DependencyDescriptorWriter.TryWriteActiveDecodeTargets(original, source->Frame.Places, activeTargets, changed, out var length))
            return CarryAny(ref writer, _ids.DependencyDescriptor, source, place);
        if (!writer.TryReserve(_ids.DependencyDescriptor, length, out var value)) return default;
        changed[..length].CopyTo(value);
        return value;
    }

    private static bool IsShort(ExtensionIds ids) =>
        Math.Max(Math.Max(Math.Max(ids.Mid, ids.TransportCc), Math.Max(ids.AbsSendTime, ids.AudioLevel)),
            Math.Max(Math.Max(ids.VideoOrientation, ids.PlayoutDelay), Math.Max(ids.VideoContentType, ids.DependencyDescriptor))) <= 14;
}
