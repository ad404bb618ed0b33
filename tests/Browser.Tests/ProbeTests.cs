using System.Text.Json;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>The instrument itself: painted pictures and tones survive a WebRTC connection inside one page, with no server of ours.</summary>
public sealed class ProbeTests
{
    private const string Loopback = """
        <!doctype html><div data-participant="loop" data-source="Camera"><video autoplay playsinline></video></div><audio autoplay></audio>
        <script>
          window.start = async () => {
            const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
            const a = new RTCPeerConnection(), b = new RTCPeerConnection();
            a.onicecandidate = (e) => e.candidate && b.addIceCandidate(e.candidate);
            b.onicecandidate = (e) => e.candidate && a.addIceCandidate(e.candidate);
            b.ontrack = (e) => { document.querySelector(e.track.kind).srcObject = new MediaStream([e.track]); };
            media.getTracks().forEach((t) => a.addTrack(t, media));
            await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription);
            await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription);
          };
        </script>
        """;

    [Fact]
    public async Task Painted_pictures_and_tones_are_read_back()
    {
        using var folder = new TemporaryFolder();
        using var playwright = await Playwright.CreateAsync();
        await using var person = await Person.OpenAsync(playwright, new PersonSpec(5, "Probe"), folder.Path);
        await person.Page.RouteAsync("**/*", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = Loopback }));
        await person.Page.GotoAsync("http://localhost/");
        await person.Page.EvaluateAsync("start()");

        var steps = new HashSet<int>();
        await Eventually.True(async () =>
        {
            var videos = await person.VideosAsync();
            if (videos is [{ Picture: { } picture }] && picture.Number == person.Spec.Number) steps.Add(picture.Step);
            return steps.Count >= 4;
        }, async () => JsonSerializer.Serialize(await person.VideosAsync()));
        await Eventually.True(() => person.HearsAsync(person.Spec), async () => JsonSerializer.Serialize(await person.TonesAsync()));
        Assert.False(await person.HearsAsync(new PersonSpec(2, "Nobody")));
    }
}
