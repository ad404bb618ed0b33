using System.Globalization;
using System.Text.Json.Serialization;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>
/// One Chromium publishes layers of each kind, another watches and wants now a large, now a small picture: whatever is switched in between, its decoder must never
/// ask for help. The pages use the SDK by itself, and paint what they publish.
/// </summary>
public sealed class LayerTests
{
    private const int Large = 540, Small = 135;

    // A page asks for heights in steps: the step above 135 is 180, which 135 lines do not fill.
    private const int ForSmall = 90;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false }, Bob = new(2, "Bob") { HasDevices = false };

    [Fact]
    public async Task Simulcast_changes_size_without_an_error_and_what_nobody_wants_is_switched_off()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob) = await MeetAsync(house, "Camera");
        await ShowAsync(bob, "Camera", Large);
        await HeightIsAsync(bob, Large);
        var begun = await ReceivedAsync(bob);
        for (var round = 0; round < 2; round++)
        {
            await ShowAsync(bob, "Camera", ForSmall);
            await HeightIsAsync(bob, Small);
            await Eventually.True(async () => await ActiveAsync(ann) is "q", () => ActiveAsync(ann), Patience);
            var before = await ReceivedAsync(bob);
            await ShowAsync(bob, "Camera", Large);
            await HeightIsAsync(bob, Large);
            Assert.Equal("f,h,q", await ActiveAsync(ann));
            Assert.True((await ReceivedAsync(bob)).FramesDecoded > before.FramesDecoded);
        }
        AssertSound(begun, await ReceivedAsync(bob));
    }

    [Theory]
    [InlineData("VP9", "L3T3", Small)]
    [InlineData("VP9", "L3T3_KEY", Small)]
    [InlineData("AV1", "L2T2", 270)]
    public async Task Layers_of_one_stream_are_left_out_and_come_back_without_an_error(string codec, string mode, int small)
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob) = await MeetAsync(house, "Screen");
        await ShowAsync(bob, "Screen", Large);
        await HeightIsAsync(bob, Large);
        await ann.EvaluateAsync("([codec, mode]) => layers(codec, mode)", new[] { codec, mode });
        await Eventually.True(async () => (await CodecAsync(bob)).EndsWith(codec, StringComparison.OrdinalIgnoreCase), () => CodecAsync(bob), Patience);
        await HeightIsAsync(bob, Large);
        var begun = await ReceivedAsync(bob);
        for (var round = 0; round < 2; round++)
        {
            await ShowAsync(bob, "Screen", small == Small ? ForSmall : small);
            await HeightIsAsync(bob, small);
            var before = await ReceivedAsync(bob);
            await Eventually.True(async () => (await ReceivedAsync(bob)).FramesDecoded > before.FramesDecoded + 20, async () => (await ReceivedAsync(bob)).ToString(), Patience);
            Assert.InRange((await ReceivedAsync(bob)).FrameHeight, small - 8, small + 8);
            await ShowAsync(bob, "Screen", Large);
            await HeightIsAsync(bob, Large);
        }
        AssertSound(begun, await ReceivedAsync(bob));
    }

    private static async Task<(IPage Ann, IPage Bob)> MeetAsync(MeetingHouse house, string source)
    {
        var meeting = await house.CreateMeetingAsync();
        var pages = new List<IPage>();
        foreach (var spec in new[] { Ann, Bob })
        {
            var person = await house.InviteAsync(spec);
            await person.Page.AddInitScriptAsync(KeepConnections);
            await person.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
            await person.Page.EvaluateAsync(Script);
            await person.Page.EvaluateAsync("([code, name]) => join(code, name)", new[] { meeting.Code, spec.Name });
            pages.Add(person.Page);
        }
        await pages[0].EvaluateAsync("(source) => publish(source)", source);
        return (pages[0], pages[1]);
    }

    private static Task ShowAsync(IPage page, string source, int height) =>
        page.EvaluateAsync("([source, height]) => show(source, Number(height))", new[] { source, height.ToString(CultureInfo.InvariantCulture) });

    private static Task HeightIsAsync(IPage page, int height) =>
        Eventually.True(async () => Math.Abs(await page.EvaluateAsync<int>("() => document.querySelector('video').videoHeight") - height) <= 8, async () => $"{await ReceivedAsync(page)}, wanted: {height}", Patience);

    // A decoder that meets what it cannot decode asks for a key frame, and drops frames until then. One request is left to a machine that is busy enough to lose packets.
    private static void AssertSound(Received before, Received after)
    {
        var what = $"{before} -> {after}";
        Assert.True(after.PliCount - before.PliCount <= 1, what);
        Assert.True((after.FramesDropped - before.FramesDropped) * 3 <= after.FramesDecoded - before.FramesDecoded, what);
    }

    private static Task<Received> ReceivedAsync(IPage page) => page.EvaluateAsync<Received>("() => received()");

    private static Task<string> ActiveAsync(IPage page) => page.EvaluateAsync<string>("() => active()");

    private static Task<string> CodecAsync(IPage page) => page.EvaluateAsync<string>("() => codecOf()");

    private sealed record Received
    {
        [JsonPropertyName("frameHeight")] public int FrameHeight { get; init; }
        [JsonPropertyName("framesDecoded")] public int FramesDecoded { get; init; }
        [JsonPropertyName("framesDropped")] public int FramesDropped { get; init; }
        [JsonPropertyName("keyFramesDecoded")] public int KeyFramesDecoded { get; init; }
        [JsonPropertyName("freezeCount")] public int FreezeCount { get; init; }
        [JsonPropertyName("pliCount")] public int PliCount { get; init; }
        [JsonPropertyName("nackCount")] public int NackCount { get; init; }
        [JsonPropertyName("packetsLost")] public int PacketsLost { get; init; }
    }

    private const string KeepConnections = """
        (() => {
          const Native = window.RTCPeerConnection;
          window.connections = [];
          window.RTCPeerConnection = class extends Native { constructor(...args) { super(...args); window.connections.push(this); } };
        })();
        """;

    private const string Script = """
        async () => {
          const { Meeting } = await import('/sdk/conference-client.js');
          window.join = async (code, displayName) => {
            window.meeting = await Meeting.join({ code, displayName });
            while (meeting.state.phase !== 'joined') await new Promise((done) => setTimeout(done, 50));
            const video = document.body.appendChild(Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true }));
            meeting.events.on('state', (state) => {
              const slot = state.slots.find((s) => s.kind === 'video' && s.participantId !== undefined);
              if (slot && video.srcObject?.getTracks()[0] !== slot.track) { video.srcObject = new MediaStream([slot.track]); video.play().catch(() => {}); }
            });
          };
          window.publish = async (source) => {
            const canvas = Object.assign(document.createElement('canvas'), { width: 960, height: 540 }), g = canvas.getContext('2d');
            let n = 0;
            setInterval(() => {
              g.fillStyle = `hsl(${n % 360} 60% 40%)`; g.fillRect(0, 0, 960, 540);
              for (let i = 0; i < 40; i++) { g.fillStyle = `hsl(${i * 9 + n * 7} 80% 60%)`; g.fillRect((i * 97 + n * 11) % 960, (i * 53 + n * 5) % 540, 60, 40); }
              n++;
            }, 40);
            window.track = canvas.captureStream(25).getVideoTracks()[0];
            await meeting.publish(source, track);
          };
          window.show = (source, height) => {
            const other = meeting.state.meeting.participants.find((p) => p.id !== meeting.state.you);
            meeting.show([{ participantId: other.id, source, height }], 1);
          };
          const sender = () => connections.flatMap((c) => c.getSenders()).find((s) => s.track === track);
          window.layers = async (codec, mode) => {
            const s = sender(), set = s.setParameters.bind(s), parameters = s.getParameters();
            s.setParameters = async () => {}; // the meeting's own choice must not undo it
            Object.assign(parameters.encodings[0], { active: true, codec: parameters.codecs.find((c) => c.mimeType === `video/${codec}`), scalabilityMode: mode });
            await set(parameters);
          };
          const reports = async () => (await Promise.all(connections.filter((c) => c.connectionState !== 'closed').map((c) => c.getStats()))).flatMap((r) => [...r.values()]);
          const inbound = async (all) => all.filter((s) => s.type === 'inbound-rtp' && s.kind === 'video' && s.framesDecoded > 0).sort((a, b) => b.framesDecoded - a.framesDecoded)[0];
          const keys = ['frameHeight', 'framesDecoded', 'framesDropped', 'keyFramesDecoded', 'freezeCount', 'pliCount', 'nackCount', 'packetsLost'];
          window.received = async () => { const s = await inbound(await reports()); return Object.fromEntries(keys.map((k) => [k, s?.[k] ?? 0])); };
          window.codecOf = async () => { const all = await reports(), s = await inbound(all); return all.find((c) => c.id === s?.codecId)?.mimeType ?? ''; };
          window.active = async () => (await reports()).filter((s) => s.type === 'outbound-rtp' && s.kind === 'video' && s.rid && s.active).map((s) => s.rid).sort().join();
        }
        """;
}
