using System.Text.Json;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>Chromium against a pod alone: no page of ours and no silo between the browser's WebRTC and the forwarding unit.</summary>
public sealed class PodTests
{
    /// <summary>What a page does, as short as it can be said: one offer with own tracks and slots, one channel.</summary>
    private const string Join = """
        async ({ url, ticket, demand }) => {
          const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
          const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
          for (const t of media.getTracks()) pc.addTransceiver(t, { direction: 'sendonly' });
          for (const kind of ['audio', 'audio', 'audio', 'video', 'video', 'video']) pc.addTransceiver(kind, { direction: 'recvonly' });
          pc.ontrack = (e) => {
            const element = document.createElement(e.track.kind);
            element.autoplay = true; element.playsInline = true; element.dataset.participant = 'slot-' + e.transceiver.mid;
            element.srcObject = new MediaStream([e.track]); document.body.append(element);
          };
          await pc.setLocalDescription();
          const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer ' + ticket }, body: pc.localDescription.sdp });
          if (answer.status !== 201) throw new Error(answer.status + ' ' + await answer.text());
          await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
          const channel = new WebSocket(answer.headers.get('Location').replace(/^/, location.origin.replace('http', 'ws')) + '/channel');
          window.heard = [];
          channel.onmessage = (e) => window.heard.push(e.data);
          channel.onopen = () => {
            channel.send(JSON.stringify({ type: 'hello', mediaTicket: ticket }));
            channel.send(JSON.stringify({ type: 'demand', items: demand.map((p) => ({ participantId: p, source: 'Camera', maxHeight: 180, priority: 1 })) }));
          };
          window.pc = pc;
        }
        """;

    [Fact]
    public async Task Two_browsers_exchange_sound_and_picture()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await ScriptedSilo.StartAsync("ann", "bob");
        using var playwright = await Playwright.CreateAsync();
        PersonSpec annSpec = new(1, "ann"), bobSpec = new(2, "bob");
        await using var ann = await Person.OpenAsync(playwright, annSpec, folder.Path);
        await using var bob = await Person.OpenAsync(playwright, bobSpec, folder.Path);
        await JoinAsync(silo, ann, "ann", "bob");
        await JoinAsync(silo, bob, "bob", "ann");
        await SeesAndHearsAsync(ann, bobSpec);
        await SeesAndHearsAsync(bob, annSpec);
        Assert.Equal(1, await ann.ProbeAsync<int>("offers()"));
    }

    private static async Task JoinAsync(ScriptedSilo silo, Person person, string id, string wanted)
    {
        // The page's origin is the pod itself, so that nothing crosses origins.
        await person.Page.GotoAsync(silo.Pod.ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        await person.Page.EvaluateAsync(Join, new { url = $"/media/{ScriptedSilo.PodId}/sessions", ticket = silo.Ticket(id), demand = new[] { wanted } });
    }

    private static async Task SeesAndHearsAsync(Person viewer, PersonSpec other)
    {
        var steps = new HashSet<int>();
        await Eventually.True(async () =>
        {
            foreach (var video in await viewer.VideosAsync())
                if (video.Picture is { } picture && picture.Number == other.Number) steps.Add(picture.Step);
            return steps.Count >= 3;
        }, () => DescribeAsync(viewer));
        await Eventually.True(() => viewer.HearsAsync(other), () => DescribeAsync(viewer));
    }

    private static async Task<string> DescribeAsync(Person viewer) =>
        $"{JsonSerializer.Serialize(await viewer.VideosAsync())} {JsonSerializer.Serialize(await viewer.TonesAsync())} {await viewer.Page.EvaluateAsync<string>("pc.connectionState + ' ' + heard.join('\\n')")}";
}
