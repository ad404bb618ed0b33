using System.Runtime.InteropServices;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// One decrypted RTP packet in pooled native memory with what was read of it once, so that no subscription reads it again.
/// Lives on one worker. The bytes follow the struct.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = HeadBytes)]
internal unsafe struct Packet
{
    /// <summary>Bytes of the struct; the packet begins there, aligned to a cache line.</summary>
    public const int HeadBytes = 128;

    /// <summary>Longest packet that is kept.</summary>
    public const int MaxLength = PacketPool.SlotBytes - HeadBytes;

    /// <summary>Cache and queues that hold it; at 0 it goes back to the pool.</summary>
    public int References;

    /// <summary>Grows each time the packet goes back, so that a pointer kept without a reference can be checked.</summary>
    public uint Generation;

    public Packet* NextFree;
    public long ArrivedMicroseconds;

    /// <summary>Sequence number extended by its wraps.</summary>
    public long Sequence;
    public uint Timestamp;
    public ushort Length;
    public ushort PayloadOffset;
    public ushort PayloadLength;
    public byte PayloadType;
    public bool Marker;

    /// <summary>Came as a retransmission.</summary>
    public bool Recovered;

    /// <summary>Was a redundant block of a later packet (RFC 2198); the packet itself may yet come.</summary>
    public bool FromRedundancy;

    /// <summary>Redundant audio that must not be opened: its publication is encrypted from end to end.</summary>
    public bool SealedRedundancy;

    /// <summary>Redundant audio: blocks in front of the primary one, 255 for more.</summary>
    public byte RedundantBlocks;

    /// <summary>Redundant audio: where the primary block begins in the payload; 0: plain.</summary>
    public ushort PrimaryOffset;

    /// <summary>A packet that waits to leave: where its transport-wide sequence number and its send time are to be written; 0: nowhere.</summary>
    public ushort TransportAt;
    public ushort SendTimeAt;

    public FrameMarks Frame;
    public ExtensionPlace AudioLevel;
    public ExtensionPlace VideoOrientation;
    public ExtensionPlace PlayoutDelay;
    public ExtensionPlace VideoContentType;
    public ExtensionPlace DependencyDescriptor;

    /// <summary>The packet's first byte.</summary>
    public static byte* Data(Packet* packet) => (byte*)packet + HeadBytes;

    public static ReadOnlySpan<byte> Bytes(Packet* packet) => new(Data(packet), packet->Length);

    public static ReadOnlySpan<byte> Payload(Packet* packet) => new(Data(packet) + packet->PayloadOffset, packet->PayloadLength);

    public readonly bool CarriesExtensions => (AudioLevel.Length | VideoOrientation.Length | PlayoutDelay.Length | VideoContentType.Length | DependencyDescriptor.Length) != 0;
}

/// <summary>Where a header extension's value is in the packet; length 0: not there.</summary>
internal struct ExtensionPlace
{
    public ushort Offset;
    public byte Length;
}

/// <summary>What a video packet says about its frame, whatever the codec.</summary>
internal struct FrameMarks
{
    /// <summary>First packet of a key frame (of the lowest spatial layer that it carries).</summary>
    public bool KeyFrameStart;

    /// <summary>First packet of a frame (of one spatial layer).</summary>
    public bool FrameStart;

    /// <summary>Last packet of a frame of one spatial layer, where the descriptor tells.</summary>
    public bool FrameEnd;

    /// <summary>VP8: depends on temporal layer 0 alone. VP9: later frames of higher temporal layers depend on nothing of theirs from before it.</summary>
    public bool RaisePoint;
    public byte SpatialId;
    public byte TemporalId;

    /// <summary>VP8, VP9: what is to be rewritten in the payload.</summary>
    public PictureNumbers Picture;

    /// <summary>Counts frames: VP8's and VP9's picture identifier, the dependency descriptor's frame number; 0 without one.</summary>
    public ushort Number;

    /// <summary>Pixels, where a key frame tells them; 0 otherwise.</summary>
    public ushort Width;
    public ushort Height;

    /// <summary>With a dependency descriptor: the decode targets that a receiver can begin with here.</summary>
    public uint SwitchTargets;

    /// <summary>Where the parts of the dependency descriptor are.</summary>
    public DependencyPlaces Places;
}
