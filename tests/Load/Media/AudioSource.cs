using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Media;

/// <summary>Sound in the shape of Opus: 50 packets a second, with syllables in the audio level, so that it ranks as a voice.</summary>
public sealed class AudioSource(uint stream, uint ssrc, byte payloadType, byte levelExtension, long beginMicroseconds, int kilobitsPerSecond = AudioSource.DefaultKilobits)
    : PacketSource(stream, ssrc, payloadType, beginMicroseconds)
{
    /// <summary>What a voice takes.</summary>
    public const int DefaultKilobits = 32;

    private const int PacketMicroseconds = 20_000;
    private const int SyllablePackets = 10;
    private const byte Loud = 25, Quiet = 60;
    private const byte OpusSpeech20Milliseconds = 0x78;

    private uint _packet;

    /// <inheritdoc/>
    public override int ClockRate => 48_000;

    /// <summary>The level of a packet: syllables of somebody who speaks.</summary>
    internal static AudioLevel Level(uint packet) => new(packet / SyllablePackets % 2 == 0 ? Loud : Quiet, Voice: true);

    /// <inheritdoc/>
    protected override void Write(long nowMicroseconds, IPacketSink sink)
    {
        Span<byte> packet = stackalloc byte[MaxPacketBytes];
        var head = Begin(packet, marker: _packet == 0, _packet * 960, levelExtension, Level(_packet));
        var length = Math.Clamp(kilobitsPerSecond * 1000 / 8 / 50, PacketStamp.Length + 8, 1000);
        var payload = packet.Slice(head, length);
        payload.Fill((byte)_packet);
        payload[0] = OpusSpeech20Milliseconds;
        _packet++;
        DueMicroseconds += PacketMicroseconds;
        Finish(packet[..(head + length)], head, @unchecked: 0, nowMicroseconds, sink);
    }
}
