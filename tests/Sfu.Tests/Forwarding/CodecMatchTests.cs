using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.Sfu.Tests.Forwarding;

public sealed class CodecMatchTests
{
    [Fact]
    public void The_same_codec_under_the_receivers_payload_type() =>
        Assert.Equal(98, CodecMatch.Find(Slot(Codec(CodecKind.Vp8, 98)), Codec(CodecKind.Vp8, 96))!.PayloadType);

    [Fact]
    public void Another_codec_is_not_decoded() => Assert.Null(CodecMatch.Find(Slot(Codec(CodecKind.Vp8, 98)), Codec(CodecKind.H264, 96)));

    [Fact]
    public void Vp9_profiles_are_told_apart() => Assert.Equal(100, CodecMatch.Find(
        Slot(Codec(CodecKind.Vp9, 99, "profile-id=2"), Codec(CodecKind.Vp9, 100, "profile-id=0")), Codec(CodecKind.Vp9, 96))!.PayloadType);

    [Fact]
    public void H264_prefers_its_own_profile_and_takes_another_of_the_same_packetization()
    {
        var sent = Codec(CodecKind.H264, 96, "packetization-mode=1;profile-level-id=640c1f");
        var baseline = Codec(CodecKind.H264, 102, "profile-level-id=42e01f; packetization-mode=1");
        var high = Codec(CodecKind.H264, 104, "packetization-mode=1;profile-level-id=64001F");
        var single = Codec(CodecKind.H264, 106, "profile-level-id=640c1f");

        Assert.Equal(104, CodecMatch.Find(Slot(single, baseline, high), sent)!.PayloadType);
        Assert.Equal(102, CodecMatch.Find(Slot(single, baseline), sent)!.PayloadType);
        Assert.Null(CodecMatch.Find(Slot(single), sent));
    }

    private static NegotiatedCodec Codec(CodecKind kind, byte payloadType, string parameters = "") => new(kind, payloadType, parameters, null, null, true, true, true, true, true);

    private static NegotiatedMedia Slot(params NegotiatedCodec[] codecs) =>
        new() { Mid = "0", Kind = MediaKind.Video, Source = TrackSource.Camera, IsSlot = true, Codecs = [.. codecs] };
}
