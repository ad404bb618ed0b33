using Conference.Interop.Tests.Support;

namespace Conference.Interop.Tests;

/// <summary>Each stack publishes and each plays: real pictures and sounds through the stable links, recognised after decoding.</summary>
[Collection(InstallationTests.Name)]
public sealed class CrossTests(Installation installation) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [StackFact(Stack.Wrtc)]
    public Task Libwebrtc_to_libwebrtc() => CrossAsync(Stack.Wrtc, Stack.Wrtc);

    [StackFact(Stack.Wrtc, Stack.Aiortc)]
    public Task Libwebrtc_to_aiortc() => CrossAsync(Stack.Wrtc, Stack.Aiortc);

    [StackFact(Stack.Wrtc, Stack.GStreamer)]
    public Task Libwebrtc_to_GStreamer() => CrossAsync(Stack.Wrtc, Stack.GStreamer);

    [StackFact(Stack.Aiortc, Stack.Wrtc)]
    public Task Aiortc_to_libwebrtc() => CrossAsync(Stack.Aiortc, Stack.Wrtc);

    [StackFact(Stack.Aiortc)]
    public Task Aiortc_to_aiortc() => CrossAsync(Stack.Aiortc, Stack.Aiortc);

    [StackFact(Stack.Aiortc, Stack.GStreamer)]
    public Task Aiortc_to_GStreamer() => CrossAsync(Stack.Aiortc, Stack.GStreamer);

    [StackFact(Stack.GStreamer, Stack.Wrtc)]
    public Task GStreamer_to_libwebrtc() => CrossAsync(Stack.GStreamer, Stack.Wrtc);

    [StackFact(Stack.GStreamer, Stack.Aiortc)]
    public Task GStreamer_to_aiortc() => CrossAsync(Stack.GStreamer, Stack.Aiortc);

    [StackFact(Stack.GStreamer)]
    public Task GStreamer_to_GStreamer() => CrossAsync(Stack.GStreamer, Stack.GStreamer);

    [StackFact(Stack.Aiortc)]
    public Task An_offer_as_ffmpeg_makes_it_to_aiortc() => FfmpegAsync(Stack.Aiortc);

    [StackFact(Stack.Aiortc, Stack.GStreamer)]
    public Task An_offer_as_ffmpeg_makes_it_to_GStreamer() => FfmpegAsync(Stack.GStreamer);

    [StackFact(Stack.GStreamer, Stack.Aiortc)]
    public Task GStreamer_in_H264_to_aiortc() => CrossAsync(Stack.GStreamer, Stack.Aiortc, "--codec", "h264");

    [StackFact(Stack.Wrtc)]
    public Task Libwebrtc_to_libwebrtc_over_tcp() => CrossAsync(Stack.Wrtc, Stack.Wrtc, "--over", "tcp");

    [StackFact(Stack.GStreamer, Stack.Aiortc)]
    public Task GStreamer_over_tcp_to_aiortc() => CrossAsync(Stack.GStreamer, Stack.Aiortc, ["--over", "tcp"], [], (_, _) => { });

    // DTLS opens from our side, no header extensions, no feedback, streams told by their announced SSRCs alone.
    private Task FfmpegAsync(Stack playing) => CrossAsync(Stack.Aiortc, playing, ["--codec", "h264", "--offer", "ffmpeg"], ["--codec", "h264"], (offer, answer) =>
    {
        Assert.Contains("a=setup:passive", offer, StringComparison.Ordinal);
        Assert.DoesNotContain("a=extmap", offer, StringComparison.Ordinal);
        Assert.Contains("a=setup:active", answer, StringComparison.Ordinal);
        Assert.InRange(answer.Length, 1, 8000);
    });

    private Task CrossAsync(Stack publishing, Stack playing, params string[] both) => CrossAsync(publishing, playing, both, both, (_, _) => { });

    private async Task CrossAsync(Stack publishing, Stack playing, string[] publisherSays, string[] playerSays, Action<string, string> check)
    {
        var meeting = await TestMeeting.CreateAsync(installation.Http);
        var brought = Brought.Write(_folder.Path, 5);
        await using var publisher = await ForeignClient.PublishAsync(publishing, meeting.Publish, brought, publisherSays);
        var answer = await publisher.AnswerAsync();
        AssertOpened(answer);
        check(publisher.Offer, answer.Sdp);
        await using var player = await ForeignClient.PlayAsync(playing, meeting.Play, playerSays);
        AssertOpened(await player.AnswerAsync());
        await Eventually.True(
            () => Task.FromResult(player.Sees(brought.Number) && player.Hears(brought.Hertz)), async () => $"{player}\npublisher: {publisher}\n{await installation.CountersAsync()}\n{installation.Output}");
        Assert.Matches("media_packets_forwarded_total{.*} [1-9]", await installation.CountersAsync());
        Assert.Equal(200, await player.DeleteAsync());
        Assert.Equal(200, await publisher.DeleteAsync());
    }

    private static void AssertOpened(LinkAnswer answer)
    {
        Assert.True(answer.Status == 201, answer.Sdp);
        Assert.Equal("application/sdp", answer.Type?.Split(';')[0]);
        Assert.StartsWith("/media/", answer.Location, StringComparison.Ordinal);
        Assert.Matches("^\"[^\"]+\"$", answer.Etag);
    }
}
