using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conference.Support.Browser;
using Conference.Support.Media.Impairment;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Conference.Browser.Tests;

/// <summary>Chromium behind a link that loses packets: how much of a voice it has to invent. Chromium says so itself.</summary>
public sealed partial class LossTests(ITestOutputHelper output)
{
    private const int SettleSeconds = 6, MeasureSeconds = 12;

    /// <summary>Joins like a page; candidates of the answer are replaced where a relay stands between.</summary>
    private const string Join = """
        async ({ url, ticket, wanted, relay, sends }) => {
          const pc = window.pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
          if (sends) {
            const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180 } });
            for (const t of media.getTracks()) pc.addTransceiver(t, { direction: 'sendonly' });
          } else {
            for (const kind of ['audio', 'video']) pc.addTransceiver(kind, { direction: 'recvonly' });
          }
          pc.ontrack = (e) => {
            const element = document.createElement(e.track.kind);
            element.autoplay = true; element.playsInline = true; element.srcObject = new MediaStream([e.track]); document.body.append(element);
          };
          await pc.setLocalDescription();
          const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer ' + ticket }, body: pc.localDescription.sdp });
          if (answer.status !== 201) throw new Error(answer.status + ' ' + await answer.text());
          let sdp = await answer.text();
          if (relay) {
            let first = true;
            sdp = sdp.replace(/a=candidate:.*\r\n/g, () => first ? (first = false, `a=candidate:1 1 udp 2130706431 ${relay.address} ${relay.port} typ host\r\n`) : '');
          }
          await pc.setRemoteDescription({ type: 'answer', sdp });
          const channel = window.channel = new WebSocket(answer.headers.get('Location').replace(/^/, location.origin.replace('http', 'ws')) + '/channel');
          channel.onopen = () => {
            channel.send(JSON.stringify({ type: 'hello', mediaTicket: ticket }));
            channel.send(JSON.stringify({ type: 'demand', items: wanted ? [{ participantId: wanted, source: 'Camera', maxHeight: 180, priority: 1 }] : [] }));
          };
          return sdp;
        }
        """;

    private const string Report = """
        async () => {
          const all = [...(await window.pc.getStats()).values()];
          const audio = all.find((s) => s.type === 'inbound-rtp' && s.kind === 'audio');
          const video = all.find((s) => s.type === 'inbound-rtp' && s.kind === 'video');
          return {
            samples: audio?.totalSamplesReceived ?? 0, concealed: (audio?.concealedSamples ?? 0) - (audio?.silentConcealedSamples ?? 0), lost: audio?.packetsLost ?? 0, packets: audio?.packetsReceived ?? 0,
            frames: video?.framesDecoded ?? 0, freezes: video?.freezeCount ?? 0,
          };
        }
        """;

    [Theory]
    [InlineData(5, 2.0)]
    [InlineData(20, 8.0)]
    public async Task A_voice_survives_a_receivers_loss(int lossPercent, double mostConcealedPercent)
    {
        using var folder = new TemporaryFolder();
        await using var silo = await ScriptedSilo.StartAsync("ann", "bob");
        using var playwright = await Playwright.CreateAsync();
        await using var ann = await Person.OpenAsync(playwright, new PersonSpec(1, "ann"), folder.Path);
        await using var bob = await Person.OpenAsync(playwright, new PersonSpec(2, "bob"), folder.Path);
        var answer = await JoinAsync(silo, ann, "ann", wanted: null, relay: null);
        Assert.Matches(@"m=audio \d+ \S+ 63 111\r\n", answer); // redundancy first
        var server = ServerOf(answer);
        using var relay = ImpairmentRelay.Start(new(server.Address, server, Seed: 7)
        {
            Up = new() { Delay = TimeSpan.FromMilliseconds(25) },
            Down = new() { Delay = TimeSpan.FromMilliseconds(25), LossPercent = lossPercent },
        });
        await JoinAsync(silo, bob, "bob", wanted: "ann", relay.Address);
        await Eventually.True(async () => (await ReadAsync(bob)).Frames > 10, async () => JsonSerializer.Serialize(await ReadAsync(bob)));

        await Task.Delay(TimeSpan.FromSeconds(SettleSeconds));
        var before = await ReadAsync(bob);
        await Task.Delay(TimeSpan.FromSeconds(MeasureSeconds));
        var after = await ReadAsync(bob);
        var concealed = 100.0 * (after.Concealed - before.Concealed) / Math.Max(1, after.Samples - before.Samples);
        var seen = $"{lossPercent} %: concealed {concealed:F2} %, lost {after.Lost - before.Lost} of {after.Packets - before.Packets}, relay took {relay.Down.Packets}; {JsonSerializer.Serialize(after)}";
        output.WriteLine(seen);
        Assert.True(after.Lost > before.Lost, seen);
        Assert.True(concealed <= mostConcealedPercent, seen);
    }

    private static async Task<string> JoinAsync(ScriptedSilo silo, Person person, string id, string? wanted, IPEndPoint? relay)
    {
        await person.Page.GotoAsync(silo.Pod.ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return await person.Page.EvaluateAsync<string>(Join, new
        {
            url = $"/media/{ScriptedSilo.PodId}/sessions",
            ticket = silo.Ticket(id),
            wanted,
            relay = relay is null ? null : new { address = relay.Address.ToString(), port = relay.Port },
            sends = wanted is null,
        });
    }

    private static async Task<ReceiverReport> ReadAsync(Person person) =>
        JsonSerializer.Deserialize<ReceiverReport>(JsonSerializer.Serialize(await person.Page.EvaluateAsync<JsonElement>(Report)), JsonSerializerOptions.Web)!;

    private static IPEndPoint ServerOf(string answer)
    {
        var candidate = Candidate().Match(answer);
        Assert.True(candidate.Success, answer);
        return new IPEndPoint(IPAddress.Parse(candidate.Groups[1].Value), int.Parse(candidate.Groups[2].Value));
    }

    [GeneratedRegex(@"a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host", RegexOptions.IgnoreCase)]
    private static partial Regex Candidate();

    private sealed record ReceiverReport(long Samples, long Concealed, long Lost, long Packets, long Frames, long Freezes);
}
