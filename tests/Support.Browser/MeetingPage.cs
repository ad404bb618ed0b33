using System.Text.Json;
using Conference.Support;
using Microsoft.Playwright;

namespace Conference.Support.Browser;

/// <summary>What a person does on, and sees of, the meeting page.</summary>
public static class MeetingPage
{
    public static ILocator ById(this Person person, string testId) => person.Page.GetByTestId(testId);

    /// <summary>Opens the link, types the name, clicks Join, and waits until the meeting is shown.</summary>
    public static async Task JoinAsync(this Person person, string link)
    {
        await person.Page.GotoAsync(link);
        await person.ById("name-input").FillAsync(person.Spec.Name);
        await person.ById("join-button").ClickAsync();
        await person.ById("meeting").WaitForAsync();
    }

    public static async Task<string> YouAsync(this IPerson person) => await person.AttributeAsync("meeting", "data-you") ?? throw new InvalidOperationException(await person.DescribeAsync());

    /// <summary>The tiles shown: whose, and of which source.</summary>
    public static async Task<string[]> TilesAsync(this Person person) =>
        (await person.ById("tile").EvaluateAllAsync<string[]>("tiles => tiles.map(t => t.dataset.participant + ' ' + t.dataset.source)")).Order(StringComparer.Ordinal).ToArray();

    /// <summary>Waits until the others' moving pictures are decoded on their own tiles: the painted number is theirs, and the bar moves.</summary>
    public static async Task<TimeSpan> SeesAsync(this IPerson viewer, params IPerson[] others)
    {
        var ids = new Dictionary<string, IPerson>();
        foreach (var other in others) ids[await other.YouAsync()] = other;
        var steps = others.ToDictionary(o => o.Spec.Number, _ => new HashSet<int>());
        return await Eventually.True(async () =>
        {
            foreach (var video in await viewer.VideosAsync())
                if (video is { Source: "Camera", Picture: { } picture, Participant: { } id } && ids.TryGetValue(id, out var owner) && picture.Number == owner.Spec.Number)
                    steps[owner.Spec.Number].Add(picture.Step);
            return steps.Values.All(s => s.Count >= 2);
        }, () => viewer.DescribeAsync());
    }

    /// <summary>Waits until the tile of <paramref name="other"/>, whose camera paints one colour after the other, has shown at least <paramref name="colours"/> of them.</summary>
    public static async Task SeesColoursAsync(this IPerson viewer, IPerson other, int colours)
    {
        var id = await other.YouAsync();
        var seen = new HashSet<(int, int, int)>();
        await Eventually.True(async () =>
        {
            foreach (var video in await viewer.VideosAsync())
                if (video is { Source: "Camera", Picture.Colour: [var red, var green, var blue] } && video.Participant == id) seen.Add((red / 8, green / 8, blue / 8));
            return seen.Count >= colours;
        }, async () => $"{string.Join(' ', seen)} {await viewer.DescribeAsync()}");
    }

    /// <summary>Waits until each of the others' voices has been heard.</summary>
    public static async Task HearsAsync(this IPerson listener, params IPerson[] others)
    {
        foreach (var other in others) await Eventually.True(() => listener.HearsAsync(other.Spec), () => listener.DescribeAsync());
    }

    public static async Task ChatAsync(this Person person, string text)
    {
        if (!await person.ById("chat-panel").IsVisibleAsync()) await person.ById("chat-button").ClickAsync();
        await person.ById("chat-input").FillAsync(text);
        await person.ById("chat-input").PressAsync("Enter");
    }

    /// <summary>The messages shown, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> MessagesAsync(this Person person)
    {
        if (!await person.ById("chat-panel").IsVisibleAsync()) await person.ById("chat-button").ClickAsync();
        return await person.ById("chat-text").AllInnerTextsAsync();
    }

    /// <summary>Packets that arrived on all slots of a kind (<c>audio</c> or <c>video</c>) of live connections.</summary>
    public static async Task<long> PacketsReceivedAsync(this Person person, string kind) =>
        (await person.ProbeAsync<JsonElement[]>("stats('inbound-rtp')")).Where(s => s.GetProperty("kind").GetString() == kind).Sum(s => s.GetProperty("packetsReceived").GetInt64());

    /// <summary>The codecs of the pictures that are being decoded, as <c>video/VP8</c>.</summary>
    public static async Task<string[]> VideoCodecsReceivedAsync(this IPerson person)
    {
        var names = (await person.ProbeAsync<JsonElement[]>("stats('codec')")).ToDictionary(c => c.GetProperty("id").GetString()!, c => c.GetProperty("mimeType").GetString()!);
        return [.. (await person.ProbeAsync<JsonElement[]>("stats('inbound-rtp')"))
            .Where(s => s.GetProperty("kind").GetString() == "video" && s.TryGetProperty("framesPerSecond", out var frames) && frames.GetDouble() > 0 && s.TryGetProperty("codecId", out _))
            .Select(s => names.GetValueOrDefault(s.GetProperty("codecId").GetString()!, "")).Distinct()];
    }

    public static async Task<string> DescribeAsync(this IPerson person)
    {
        string[] errors;
        lock (person.Errors) errors = [.. person.Errors];
        var videos = JsonSerializer.Serialize(await person.VideosAsync());
        var tones = JsonSerializer.Serialize(await person.TonesAsync());
        var state = await person.AttributeAsync("meeting", "data-phase") is { } phase
            ? $"phase {phase}, signaling {await person.AttributeAsync("meeting", "data-signaling")}, media {await person.AttributeAsync("meeting", "data-media")}"
            : "no meeting page";
        return $"{person.Spec.Name} at {person.Address}: {state}\nvideos {videos}\ntones {tones}\nerrors {string.Join('\n', errors)}";
    }
}
