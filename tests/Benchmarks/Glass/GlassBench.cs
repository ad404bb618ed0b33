using System.Text.Json;
using Conference.Benchmarks.Browsers;
using Conference.Load.Servers;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Benchmarks.Glass;

/// <summary>
/// <c>bench glass [--rounds 5] [--seconds 6]</c>: from the time painted into a picture to the time at which another browser shows it, through the pod and over a direct connection of the same two browsers, by turns.
/// </summary>
internal static class GlassBench
{
    private const double MostMs = 10;
    private const string Direct = "direct", Pod = "pod";
    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "glass", "rounds", "seconds") is not { } options) return 2;
        var (rounds, duration) = (options.Number("rounds", 5), TimeSpan.FromSeconds(options.Number("seconds", 6)));
        await using var house = await MeetingHouse.OpenAsync("--unlimited", "127.0.0.0/8", "--open-creation");
        await using var meeting = await ConferenceMeeting.CreateAsync(house.Standalone.Url, CancellationToken.None);
        var (sender, viewer) = (await OpenAsync(house, 1), await OpenAsync(house, 2));

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var offer = await CallAsync<string>(sender, $"offerToSend('{Direct}')");
        await CallAsync<string>(sender, $"accept('{Direct}', {Quote(await CallAsync<string>(viewer, $"answer('{Direct}', {Quote(offer)})"))})");
        await using var sending = await meeting.PublishAsync(new Peer(sender, "offerToSend"), bound.Token);
        await using var viewing = await meeting.WatchAsync(new Peer(viewer, "offerToReceive"), bound.Token);
        foreach (var name in new[] { Direct, Pod })
            await Eventually.True(async () => await CallAsync<string>(viewer, $"state('{name}')") == "connected", $"the {name} connection does not come about");

        var (direct, pod, differences) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var turn = new Dictionary<string, List<double>>();
            foreach (var name in round % 2 == 0 ? new[] { Direct, Pod } : [Pod, Direct]) turn[name] = await MeasureAsync(sender, viewer, name, duration);
            direct.AddRange(turn[Direct]);
            pod.AddRange(turn[Pod]);
            differences.Add(P(turn[Pod], 50) - P(turn[Direct], 50));
            Console.WriteLine($"{round + 1,3}: direct {P(turn[Direct], 50):F0} ms ({turn[Direct].Count} frames), through the pod {P(turn[Pod], 50):F0} ms ({turn[Pod].Count} frames)");
        }
        var difference = P(differences, 50);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            directP50Ms = P(direct, 50), directP95Ms = P(direct, 95), podP50Ms = P(pod, 50), podP95Ms = P(pod, 95), differenceP50Ms = difference, frames = new { direct = direct.Count, pod = pod.Count },
        }));
        return difference <= MostMs ? 0 : 1;
    }

    private static async Task<List<double>> MeasureAsync(Person sender, Person viewer, string name, TimeSpan duration)
    {
        await CallAsync<string>(sender, $"send('{(name == Pod ? Direct : Pod)}', false)");
        await CallAsync<string>(sender, $"send('{name}', true)");
        await Task.Delay(LeadIn);
        await CallAsync<double[]>(viewer, $"take('{name}')");
        await Task.Delay(duration);
        var delays = await CallAsync<double[]>(viewer, $"take('{name}')");
        return delays.Length > 0 ? [.. delays] : throw new InvalidOperationException($"no frame came over the {name} connection");
    }

    private static async Task<Person> OpenAsync(MeetingHouse house, byte number)
    {
        var person = await house.InviteAsync(new PersonSpec(number, $"Browser {number}"));
        await person.Page.RouteAsync($"{BenchPage.Url}**", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = BenchPage.Html }));
        await person.Page.AddInitScriptAsync(GlassPage.Script);
        await person.Page.GotoAsync(BenchPage.Url);
        // With a device allowed, candidates have addresses instead of names that only mDNS resolves.
        await CallAsync<string>(person, "allow()");
        return person;
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static async Task<T> CallAsync<T>(Person person, string call) =>
        JsonSerializer.Deserialize<T>(await person.Page.EvaluateAsync<string>($"async () => JSON.stringify(await glass.{call})"), JsonSerializerOptions.Web)!;

    /// <summary>Nearest rank.</summary>
    private static double P(List<double> values, int percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    private sealed class Peer(Person person, string offer) : ISdpPeer
    {
        public Task<string> OfferAsync() => CallAsync<string>(person, $"{offer}('{Pod}')");

        public Task AcceptAsync(string answer) => CallAsync<string>(person, $"accept('{Pod}', {Quote(answer)})");

        public Task<string> AnswerAsync(string description) => CallAsync<string>(person, $"answer('{Pod}', {Quote(description)})");
    }
}
