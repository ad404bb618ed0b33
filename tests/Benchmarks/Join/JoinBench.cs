using System.Text.Json;
using Conference.Support.Browser;

namespace Conference.Benchmarks.Join;

/// <summary>
/// <c>bench join [--joins N]</c>: how long it takes from the click on Join to the first remote frame decoded, with a warm browser, by step. One person is in the
/// meeting and sends; another one joins it again and again, each time as a new person. Everything is real: Chromium, page, Gateway, silo, journal, pod.
/// </summary>
internal static class JoinBench
{
    /// <summary>The page's marks in their order; each step ends at its mark.</summary>
    private static readonly string[] Marks = ["joined-response", "signaling-open", "offer-posted", "answer", "ice-connected", "dtls-connected", "first-frame"];

    public static async Task<int> RunAsync(string[] options)
    {
        var joins = options is ["--joins", var text] && int.TryParse(text, out var n) && n > 0 ? n : 30;
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var sender = await house.InviteAsync(new PersonSpec(1, "Sender"));
        await sender.JoinAsync(house.LinkOf(meeting));
        var joiner = await house.InviteAsync(new PersonSpec(2, "Joiner") { HasDevices = false });

        var samples = new List<JoinSample>();
        // The first two warm the browser and the server up.
        for (var i = -2; i < joins; i++)
        {
            var sample = await JoinOnceAsync(joiner, house.LinkOf(meeting));
            if (i < 0) continue;
            samples.Add(sample);
            Console.WriteLine($"join {i + 1,2}: {sample.Click:0} ms from the click, {sample.Navigation:0} ms from navigation");
        }
        Print(samples);
        return 0;
    }

    private static async Task<JoinSample> JoinOnceAsync(Person person, string link)
    {
        // A new tab session each time: nothing to resume.
        await person.Page.GotoAsync("about:blank");
        await person.Page.GotoAsync(link);
        await person.Page.EvaluateAsync("sessionStorage.clear()");
        await person.ById("name-input").FillAsync(person.Spec.Name);
        await person.ById("join-button").ClickAsync();
        // Not WaitForFunction: it evaluates text inside the page, which the page's Content-Security-Policy forbids.
        await person.Page.EvaluateAsync("""
            () => new Promise((seen, late) => {
              setTimeout(() => late(new Error('no remote frame within 20 s')), 20000);
              new PerformanceObserver(list => { if (list.getEntriesByName('conference:first-frame').length > 0) seen(true); }).observe({ type: 'mark', buffered: true });
            })
            """);
        var json = await person.Page.EvaluateAsync<string>("JSON.stringify(Object.fromEntries(performance.getEntriesByType('mark').filter(m => m.name.startsWith('conference:')).map(m => [m.name.slice(11), m.startTime])))");
        var marks = JsonSerializer.Deserialize<Dictionary<string, double>>(json)!;
        var ready = await person.Page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        // Our part: the requests to the Gateway, silo and pod, as the browser's own clock saw them.
        var ours = await person.Page.EvaluateAsync<double>("""
            performance.getEntriesByType('resource').filter(r => /\/api\/join\/|\/sessions$/.test(new URL(r.name).pathname) && r.startTime >= performance.getEntriesByName('conference:click')[0].startTime)
              .reduce((sum, r) => sum + (r.responseEnd - r.requestStart), 0)
            """);
        await person.ById("leave-button").ClickAsync();
        await person.ById("over").WaitForAsync();
        return new(marks["first-frame"] - marks["click"], ready + marks["first-frame"] - marks["click"], ours, Marks.Where(marks.ContainsKey).ToDictionary(m => m, m => marks[m] - marks["click"]));
    }

    private static void Print(List<JoinSample> samples)
    {
        Console.WriteLine($"{"from the click to",-20}{"p50 ms",10}{"p95 ms",10}");
        var steps = new Dictionary<string, object>();
        foreach (var mark in Marks)
        {
            var values = samples.Where(s => s.Steps.ContainsKey(mark)).Select(s => s.Steps[mark]).ToList();
            if (values.Count == 0) continue;
            Console.WriteLine($"{mark,-20}{Percentile(values, 50),10:0}{Percentile(values, 95),10:0}");
            steps[mark] = new { p50Ms = Math.Round(Percentile(values, 50)), p95Ms = Math.Round(Percentile(values, 95)) };
        }
        var clicks = samples.Select(s => s.Click).ToList();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            p50Ms = Math.Round(Percentile(clicks, 50)),
            p95Ms = Math.Round(Percentile(clicks, 95)),
            oursP50Ms = Math.Round(Percentile([.. samples.Select(s => s.Ours)], 50)),
            navigationP50Ms = Math.Round(Percentile([.. samples.Select(s => s.Navigation)], 50)),
            steps,
        }));
    }

    /// <summary>Nearest rank.</summary>
    private static double Percentile(List<double> values, int percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>One join: milliseconds from the click, from navigation (without the time a person takes to click), inside our servers, and from the click to each mark.</summary>
    private sealed record JoinSample(double Click, double Navigation, double Ours, Dictionary<string, double> Steps);
}
