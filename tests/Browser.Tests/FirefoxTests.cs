using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>Another browser engine in the same meeting: its WebRTC shares little with Chromium's.</summary>
public sealed class FirefoxTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob"), Fay = new(4, "Fay");

    // Of the some 100 that its camera goes through; one would be a frozen picture.
    private const int Colours = 6;

    [FirefoxFact]
    public async Task Firefox_and_Chromium_see_and_hear_each_other()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        await using var fay = await FirefoxPerson.OpenAsync(Fay);
        Assert.StartsWith("firefox/", await fay.VersionAsync(), StringComparison.Ordinal);
        await fay.JoinAsync(house.LinkOf(meeting));

        await fay.SeesAsync(ann);
        await fay.HearsAsync(ann);
        await ann.SeesColoursAsync(fay, Colours);
        await ann.HearsAsync(fay);
        Assert.Equal(1, await fay.ProbeAsync<int>("offers()"));

        await fay.ClickAsync("mute-button");
        await Eventually.True(async () => !await ann.HearsAsync(Fay), () => ann.DescribeAsync());
        await ann.SeesColoursAsync(fay, Colours);

        // Firefox too says that a page goes.
        await fay.CloseTabAsync();
        await Eventually.True(async () => (await ann.TilesAsync()).Length == 1, () => ann.DescribeAsync(), TimeSpan.FromSeconds(15));

        // Whatever either browser sent by then, the pod could read.
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        var dropped = (await http.GetStringAsync("metrics")).Split('\n').Where(line => line.StartsWith("media_drops_total", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(dropped);
        Assert.Empty(dropped.Where(line => line.Contains("Malformed", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)));
    }

    /// <summary>What a camera that knows nothing but H.264 does: WHIP, with one codec in the offer.</summary>
    private const string PublishH264 = """
        async ({ url, key }) => {
          const media = await navigator.mediaDevices.getUserMedia({ video: true });
          window.pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
          const camera = pc.addTransceiver(media.getVideoTracks()[0], { direction: 'sendonly' });
          camera.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter((c) => c.mimeType === 'video/H264'));
          await pc.setLocalDescription();
          const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp', Authorization: 'Bearer ' + key }, body: pc.localDescription.sdp });
          if (answer.status !== 201) throw new Error(answer.status + ' ' + await answer.text());
          await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
        }
        """;

    [FirefoxFact]
    public async Task A_picture_that_Firefox_cannot_decode_is_a_tile_that_says_so()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var camera = await house.InviteAsync(Ann);
        await camera.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        var key = await StreamKeyAsync(house, meeting);
        await camera.Page.EvaluateAsync(PublishH264, new { url = new Uri(key.PublishUrl).AbsolutePath, key = key.Key });
        // The same stream, to one who can show it and one who cannot.
        var bob = Assert.Single(await house.GatherAsync(meeting, Bob));
        await Eventually.True(async () => (await bob.VideosAsync()).Any(v => v.Picture?.Number == Ann.Number && v.Visible), () => bob.DescribeAsync());
        await using var fay = await FirefoxPerson.OpenAsync(Fay);
        await fay.JoinAsync(house.LinkOf(meeting));
        await fay.SeesAsync(bob);
        await Eventually.True(async () => await fay.TextAsync("tile-state") == "Your browser cannot show this video format", () => fay.DescribeAsync());
    }

    private static async Task<CreateStreamKeyResponse> StreamKeyAsync(MeetingHouse house, CreateMeetingResponse meeting)
    {
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", meeting.HostKey);
        using var answer = await http.PostAsJsonAsync($"api/meetings/{meeting.Id}/stream-keys", new CreateStreamKeyRequest("Camera"), ContractsJson.Default.CreateStreamKeyRequest);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateStreamKeyResponse))!;
    }
}
