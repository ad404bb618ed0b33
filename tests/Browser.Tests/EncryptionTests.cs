using System.Net.Http.Json;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>docs/encryption.md as people see it: X9, X16, X19 and X20 with real encoders, decoders and workers.</summary>
public sealed class EncryptionTests
{
    private const string Key = "q5mXo0nU2Zk3b8Qy1dH7fJ4vLs6wRt9cEgPiAaBxCzU";
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob"), Eve = new(4, "Eve"), Fay = new(3, "Fay");

    /// <summary>A page whose receivers never come to have a transform: what the pod forwards goes to the decoders as it is.</summary>
    private const string WithoutTransforms = "if (sessionStorage.getItem('test:raw')) Object.defineProperty(RTCRtpReceiver.prototype, 'transform', { set() {}, get() { return null; } });";

    /// <summary>A page of a browser that is too old for script transforms: frames come and go by <c>createEncodedStreams</c>.</summary>
    private const string OlderBrowser = "delete window.RTCRtpScriptTransform; const streams = RTCRtpSender.prototype.createEncodedStreams; RTCRtpSender.prototype.createEncodedStreams = function () { window.streamsTaken = true; return streams.call(this); };";

    [Fact]
    public async Task Only_who_has_the_key_sees_and_hears_and_a_removal_changes_it()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob, eve) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob), await house.InviteAsync(Eve));
        await ann.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        await ann.Page.GetByText("Options").ClickAsync();
        await ann.ById("encrypted-input").CheckAsync();
        await ann.ById("new-meeting-button").ClickAsync();
        var link = await ann.ById("join-link").InnerTextAsync();
        Assert.Matches("#key=[A-Za-z0-9_-]{43}$", link);
        await ann.ById("enter-button").ClickAsync();
        await ann.ById("encrypted").WaitForAsync();
        Assert.DoesNotContain("#", ann.Address, StringComparison.Ordinal);
        await ann.ById("name-input").FillAsync("Ann");
        await ann.ById("join-button").ClickAsync();
        await ann.ById("meeting").WaitForAsync();
        await bob.Page.AddInitScriptAsync(OlderBrowser);
        await bob.JoinAsync(link);

        await Task.WhenAll(ann.SeesAsync(bob), bob.SeesAsync(ann));
        await ann.HearsAsync(bob);
        await bob.HearsAsync(ann);
        foreach (var person in (Person[])[ann, bob]) await PhaseAsync(person, "on");
        Assert.Equal((true, false), (await bob.Page.EvaluateAsync<bool>("window.streamsTaken === true"), await bob.Page.EvaluateAsync<bool>("'RTCRtpScriptTransform' in window")));

        // X19: without the key there is nothing but the news of it, whatever arrives.
        await eve.Page.AddInitScriptAsync(WithoutTransforms);
        await eve.Page.GotoAsync(link[..link.IndexOf('#', StringComparison.Ordinal)]);
        await eve.ById("no-key").WaitForAsync();
        await eve.ById("name-input").FillAsync("Eve");
        await eve.ById("join-button").ClickAsync();
        await eve.ById("encryption-enter").WaitForAsync();
        var (eves, before) = (await eve.YouAsync(), await eve.PacketsReceivedAsync("audio"));
        await Eventually.True(async () => await eve.PacketsReceivedAsync("audio") > before + 60, () => eve.DescribeAsync());
        Assert.Equal(0, await DecodedAsync(eve));
        Assert.DoesNotContain(await eve.VideosAsync(), video => video.Picture is not null && video.Participant != eves);
        Assert.Empty(await eve.TonesAsync());

        // X9: what the pod forwards is no picture, not even for a decoder that takes what it gets.
        await eve.Page.EvaluateAsync("sessionStorage.setItem('test:raw', '1')");
        await eve.ById("encryption-enter").ClickAsync();
        await eve.ById("key-link-input").FillAsync(link);
        await eve.ById("key-link-save").ClickAsync();
        await Eventually.True(async () => await eve.AttributeAsync("encryption-button", "data-phase") == "on", () => eve.DescribeAsync());
        await ArrivesUnreadAsync(eve, 60);
        await eve.Page.EvaluateAsync("sessionStorage.removeItem('test:raw')");
        await eve.Page.ReloadAsync();
        await eve.SeesAsync(ann);
        await eve.HearsAsync(bob);

        // X16: the fresh secret is used by those who stay.
        var code = await CodeAsync(ann);
        Assert.Equal(code, await CodeAsync(bob));
        var row = ann.Page.Locator($"[data-testid=participant-row][data-participant='{await eve.YouAsync()}']");
        await ann.ById("participants-button").ClickAsync();
        await row.GetByTestId("participant-menu").ClickAsync();
        await row.GetByTestId("host-remove").ClickAsync();
        await eve.ById("over").WaitForAsync();
        foreach (var person in (Person[])[ann, bob]) await PhaseAsync(person, "on");
        await Eventually.True(async () => await CodeAsync(ann) is var now && now != code && now == await CodeAsync(bob), () => ann.DescribeAsync());
        await Task.WhenAll(ann.SeesAsync(bob), bob.SeesAsync(ann));
        await bob.HearsAsync(ann);
    }

    [FirefoxFact]
    public async Task Firefox_and_Chromium_read_each_other()
    {
        await using var house = await MeetingHouse.OpenAsync();
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        using var response = await http.PostAsJsonAsync("api/meetings", new CreateMeetingRequest("Secret", Settings: new MeetingSettings(Encrypted: true)), ContractsJson.Default.CreateMeetingRequest);
        var meeting = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
        var ann = await house.InviteAsync(Ann);
        await ann.JoinAsync($"{house.LinkOf(meeting)}#key={Key}");
        await using var fay = await FirefoxPerson.OpenAsync(Fay);
        await fay.JoinAsync($"{house.LinkOf(meeting)}#key={Key}");
        await fay.SeesAsync(ann);
        await fay.HearsAsync(ann);
        await ann.SeesColoursAsync(fay, 3);
        await ann.HearsAsync(fay);
        await Eventually.True(async () => await fay.AttributeAsync("encryption-button", "data-phase") == "on", () => fay.DescribeAsync());
    }

    private static Task<TimeSpan> PhaseAsync(Person person, string phase) =>
        Eventually.True(async () => await person.AttributeAsync("encryption-button", "data-phase") == phase, async () => $"{await person.AttributeAsync("encryption-button", "data-phase")} {await person.DescribeAsync()}");

    private static async Task<string> CodeAsync(Person person)
    {
        await person.ById("encryption-button").ClickAsync();
        var code = await person.ById("encryption-code").InnerTextAsync();
        await person.ById("dialog-close").ClickAsync();
        return code;
    }

    /// <summary>Waits until so many pictures have arrived, none of which shows what anybody's camera painted.</summary>
    private static async Task ArrivesUnreadAsync(Person person, int pictures)
    {
        var steps = new HashSet<(int, int)>();
        await Eventually.True(async () =>
        {
            foreach (var video in await person.VideosAsync())
                if (video is { Participant: { } id, Source: "Camera", Picture: { } picture } && id != await person.YouAsync() && picture.Number is 1 or 2) steps.Add((picture.Number, picture.Step));
            return await SumAsync(person, "framesReceived") >= pictures;
        }, () => person.DescribeAsync());
        Assert.True(steps.Count < 2, string.Join(' ', steps));
    }

    private static Task<long> DecodedAsync(Person person) => SumAsync(person, "framesDecoded");

    private static async Task<long> SumAsync(Person person, string counter) => (await person.ProbeAsync<JsonElement[]>("stats('inbound-rtp')"))
        .Where(s => s.GetProperty("kind").GetString() == "video" && s.TryGetProperty(counter, out _)).Sum(s => s.GetProperty(counter).GetInt64());
}
