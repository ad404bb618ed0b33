using System.Collections.Immutable;
using System.Text;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>M-lines, sessions and packets as tests need them.</summary>
internal static class MediaSamples
{
    public const byte OpusType = 111, Vp8Type = 96, Vp8RtxType = 97, RedType = 63, DescriptorId = 12;

    public static readonly ExtensionIds Extensions = new() { Mid = 4, Rid = 10, RepairedRid = 11, AudioLevel = 1, TransportCc = 3, AbsSendTime = 2 };

    public static readonly NegotiatedCodec Opus = new(CodecKind.Opus, OpusType, "", null, RedType, Nack: false, Pli: false, Fir: false, TransportCc: true, Remb: false);

    public static readonly NegotiatedCodec Vp8 = new(CodecKind.Vp8, Vp8Type, "", Vp8RtxType, null, Nack: true, Pli: true, Fir: true, TransportCc: true, Remb: true);

    public static NegotiatedMedia Sends(string mid, TrackSource source, params string[] rids) => new()
    {
        Mid = mid,
        Kind = KindOf(source),
        Source = source,
        Publishes = true,
        Codecs = [CodecOf(source)],
        Extensions = Extensions,
        Rids = [.. rids],
    };

    public static NegotiatedMedia Slot(string mid, TrackSource kind, uint ssrc) => new()
    {
        Mid = mid,
        Kind = KindOf(kind),
        Source = kind,
        IsSlot = true,
        Codecs = [CodecOf(kind)],
        Extensions = Extensions,
        SlotSsrc = ssrc,
        SlotRtxSsrc = KindOf(kind) == MediaKind.Video ? ssrc + 1 : 0,
    };

    public static NegotiatedSession Session(string name, CertificateFingerprint fingerprint, params NegotiatedMedia[] media) => new(
        $"local{name}", $"password-of-{name}-long-enough", $"remote{name}", DtlsRole.Server, [fingerprint], [.. media], $"cname-{name}");

    public static MediaKind KindOf(TrackSource source) => source is TrackSource.Camera or TrackSource.Screen ? MediaKind.Video : MediaKind.Audio;

    /// <summary>An Opus packet with its MID and an audio level (0 loudest to 127).</summary>
    public static byte[] Audio(string mid, uint ssrc, ushort sequence, byte level, int payload = 80, uint? timestamp = null)
    {
        var packet = new byte[1500];
        RtpHeader.Write(packet, false, OpusType, sequence, timestamp ?? sequence * 960u, ssrc);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(Extensions.Mid, Encoding.ASCII.GetBytes(mid)));
        Assert.True(writer.TryAdd(Extensions.AudioLevel, [(byte)(level | 0x80)]));
        var at = writer.Complete();
        packet.AsSpan(at, payload).Fill((byte)sequence);
        packet[at] = 0x78;
        return packet[..(at + payload)];
    }

    /// <summary>A VP8 packet with 15-bit picture id and TL0PICIDX.</summary>
    public static byte[] Video(
        string mid, uint ssrc, ushort sequence, uint timestamp, bool key = false, bool start = true, bool marker = true, ushort pictureId = 0, byte tl0 = 0,
        string? rid = null, int height = 360, int payload = 1000, ushort? transportSequence = null, byte temporalId = 0, bool layerSync = false)
    {
        var packet = new byte[2000];
        RtpHeader.Write(packet, marker, Vp8Type, sequence, timestamp, ssrc);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(Extensions.Mid, Encoding.ASCII.GetBytes(mid)));
        if (rid is not null) Assert.True(writer.TryAdd(Extensions.Rid, Encoding.ASCII.GetBytes(rid)));
        if (transportSequence is { } number) Assert.True(writer.TryAdd(Extensions.TransportCc, [(byte)(number >> 8), (byte)number]));
        var at = writer.Complete();
        byte[] head =
        [
            (byte)(0x80 | (start ? 0x10 : 0)), 0xE0, (byte)(0x80 | pictureId >> 8), (byte)pictureId, tl0, (byte)(temporalId << 6 | (layerSync ? 0x20 : 0)),
            (byte)(key && start ? 0x10 : 0x11), 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, (byte)height, (byte)(height >> 8),
        ];
        head.CopyTo(packet, at);
        packet.AsSpan(at + head.Length, payload - head.Length).Fill((byte)sequence);
        return packet[..(at + payload)];
    }

    /// <summary>A VP9 packet that is one frame of one spatial layer (RFC 9628 section 4.2, not flexible), with 15-bit picture id and TL0PICIDX.</summary>
    public static byte[] Vp9Frame(string mid, uint ssrc, ushort sequence, uint timestamp, int spatialId, int temporalId, ushort pictureId, bool key = false, bool marker = false, bool raise = true, int payload = 600)
    {
        var packet = new byte[2000];
        RtpHeader.Write(packet, marker, Vp8Type, sequence, timestamp, ssrc);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(Extensions.Mid, Encoding.ASCII.GetBytes(mid)));
        var at = writer.Complete();
        var structure = key && spatialId == 0;
        var first = (byte)(0x80 | (key ? 0 : 0x40) | 0x20 | 0x08 | 0x04 | (structure ? 0x02 : 0));
        byte[] layers = [(byte)(temporalId << 5 | (raise ? 0x10 : 0) | spatialId << 1 | (spatialId > 0 ? 1 : 0)), 0];
        // Three spatial layers, with their sizes, and no picture group.
        byte[] head = [first, (byte)(0x80 | pictureId >> 8), (byte)pictureId, .. layers, .. structure ? (byte[])[0x50, 1, 64, 0, 180, 2, 128, 1, 104, 5, 0, 2, 208] : []];
        head.CopyTo(packet, at);
        packet.AsSpan(at + head.Length, payload).Fill((byte)sequence);
        return packet[..(at + head.Length + payload)];
    }

    /// <summary>An AV1 packet that is one frame, with its dependency descriptor.</summary>
    public static byte[] Av1Frame(string mid, uint ssrc, ushort sequence, uint timestamp, byte[] descriptor, bool key = false, bool marker = false, int payload = 600)
    {
        var packet = new byte[2000];
        RtpHeader.Write(packet, marker, Vp8Type, sequence, timestamp, ssrc);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(Extensions.Mid, Encoding.ASCII.GetBytes(mid)));
        Assert.True(writer.TryAdd(DescriptorId, descriptor));
        var at = writer.Complete();
        // One element (W = 1) that is a frame OBU; N with a new sequence.
        packet[at] = (byte)(0x10 | (key ? 0x08 : 0));
        packet[at + 1] = 0x30;
        packet.AsSpan(at + 2, payload).Fill((byte)sequence);
        return packet[..(at + 2 + payload)];
    }

    private static NegotiatedCodec CodecOf(TrackSource source) => KindOf(source) == MediaKind.Video ? Vp8 : Opus;
}
