using Conference.MediaPod.Sfu.Negotiation;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.Sfu.Tests.Negotiation;

/// <summary>The cases of docs/codecs.md.</summary>
public sealed class CodecRuleTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly VideoAbilities Chromium = Can("VP8 VP9 H264 AV1");
    private static readonly VideoAbilities FirefoxOfDebian = Can("VP8 VP9 AV1");
    private static readonly VideoAbilities H264Player = new([CodecKind.H264], []);
    private static readonly VideoAbilities Obs = new([], [CodecKind.H264]);

    [Fact]
    public void C1_alone_is_vp8() => Expect(CodecKind.Vp8, "C1", [Chromium], CodecKind.Vp8, Long);

    [Fact]
    public void C1_a_lone_h264_player_gets_what_it_decodes() => Expect(CodecKind.H264, "C1", [H264Player], CodecKind.Vp8, Long);

    [Fact]
    public void C1_nobody_is_vp8() => Expect(CodecKind.Vp8, "C1", [], CodecKind.Vp8, Long);

    [Fact]
    public void C2_a_better_codec_stays_while_it_works() => Expect(CodecKind.Vp9, "C2", [Chromium, FirefoxOfDebian], CodecKind.Vp9, TimeSpan.Zero);

    [Fact]
    public void C3_everybody_decodes_better_for_long_enough() => Expect(CodecKind.Vp9, "C3", [Chromium, FirefoxOfDebian], CodecKind.Vp8, CodecRule.Hold);

    [Fact]
    public void C4_not_long_enough_yet() => Expect(CodecKind.Vp8, "C4", [Chromium, FirefoxOfDebian], CodecKind.Vp8, CodecRule.Hold - TimeSpan.FromTicks(1));

    [Fact]
    public void C4_somebody_without_vp9_brings_everybody_back_at_once() => Expect(CodecKind.Vp8, "C4", [Chromium, Chromium, Can("VP8 H264")], CodecKind.Vp9, TimeSpan.Zero);

    [Fact]
    public void C5_a_viewer_without_vp8() => Expect(CodecKind.H264, "C5", [Chromium, Chromium, H264Player], CodecKind.Vp9, Long);

    [Fact]
    public void C5_a_sender_that_has_only_h264() => Expect(CodecKind.H264, "C5", [Chromium, Chromium, Obs], CodecKind.Vp8, Long);

    [Fact]
    public void C6_no_codec_for_everybody() => Expect(CodecKind.Vp8, "C6", [FirefoxOfDebian, FirefoxOfDebian, H264Player], CodecKind.Vp8, Long);

    private static VideoAbilities Can(string codecs)
    {
        var set = codecs.Split(' ').Select(name => Enum.Parse<CodecKind>(name, ignoreCase: true));
        return new([.. set], [.. set]);
    }

    private static void Expect(CodecKind codec, string number, VideoAbilities[] sessions, CodecKind current, TimeSpan unchangedFor) =>
        Assert.Equal(new CodecDecision(codec, number), CodecRule.Choose(sessions, current, unchangedFor));
}
