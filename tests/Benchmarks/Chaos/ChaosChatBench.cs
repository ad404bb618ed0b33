using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Load.Meetings;
using Conference.Support;

namespace Conference.Benchmarks.Chaos;

/// <summary>
/// <c>bench chaos-chat [--kills N] [--talkers N] [--seed N]</c>: the whole product as a process that is killed (<c>kill -9</c>) again and again at random moments while
/// people chat over real sockets and resend what was not acknowledged. Afterwards every acknowledged message has to be in the history exactly once, and everybody has to
/// have read in its order. What kills at the named points of a commit do is proved by <c>bench journal</c>.
/// </summary>
internal static class ChaosChatBench
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static async Task<int> RunAsync(string[] options)
    {
        var (kills, talkers, seed) = (Number(options, "--kills", 100), Number(options, "--talkers", 8), Number(options, "--seed", 1));
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        await using var product = await StandaloneProcess.StartAsync(folder.Path);
        using var gateway = new GatewayClient(product.Url, insecure: false);
        var meeting = await gateway.CreateAsync("Chaos", null, CancellationToken.None);
        using var giveUp = new CancellationTokenSource(Longest);
        using var stop = new CancellationTokenSource();
        var people = Enumerable.Range(0, talkers).Select(i => new Talker(gateway, meeting.Code, $"talker{i}", TimeProvider.System)).ToList();
        var talking = Task.WhenAll(people.Select(p => p.RunAsync(stop.Token, giveUp.Token)));
        for (var kill = 1; kill <= kills; kill++)
        {
            await TalkAsync(people, random.Next(1, 60), giveUp.Token);
            await Task.Delay(random.Next(0, 150), giveUp.Token);
            await product.KillAsync();
            await product.StartAsync();
            if (kill % 10 == 0 || kills <= 20) Console.WriteLine($"{kill} kills: {people.Sum(p => p.Acknowledgements)} messages acknowledged, {people.Sum(p => p.Resent)} said again");
        }
        await stop.CancelAsync();
        await talking;
        return Report(kills, people, await HistoryAsync(product.Url, meeting.Id, people[0].ResumeToken!));
    }

    // Each life has to be long enough for something to be said in it, on a machine of whatever speed.
    private static async Task TalkAsync(List<Talker> people, int messages, CancellationToken giveUp)
    {
        var until = people.Sum(p => p.Acknowledgements) + messages;
        while (people.Sum(p => p.Acknowledgements) < until) await Task.Delay(10, giveUp);
    }

    private static int Report(int kills, List<Talker> people, List<(long Seq, string Text)> history)
    {
        var bySeq = history.ToDictionary(m => m.Seq, m => m.Text);
        var lost = people.Sum(p => p.Acknowledged.Count(a => bySeq.GetValueOrDefault(a.Value) != a.Key));
        var duplicated = history.GroupBy(m => m.Text).Sum(g => g.Count() - 1);
        var reordered = people.Sum(p => p.Read.Zip(p.Read.Skip(1)).Count(pair => pair.Second.Seq <= pair.First.Seq) + p.Read.Count(m => bySeq.GetValueOrDefault(m.Seq) != m.Text));
        var expired = people.Sum(p => p.Expired);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            kills, acknowledged = people.Sum(p => p.Acknowledged.Count), resent = people.Sum(p => p.Resent), read = people.Sum(p => p.Read.Count), lost, duplicated, reordered, expired,
        }));
        return lost + duplicated + reordered + expired == 0 ? 0 : 1;
    }

    private static async Task<List<(long Seq, string Text)>> HistoryAsync(Uri url, MeetingId meeting, string token)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var history = new List<(long, string)>();
        for (long? after = 0; after is not null;)
        {
            var page = (await http.GetFromJsonAsync($"api/meetings/{meeting}/chat?after={after}", ContractsJson.Default.ChatPage))!;
            history.AddRange(page.Messages.Select(m => (m.Seq, m.Text)));
            after = page.Next;
        }
        return history;
    }

    private static int Number(string[] options, string name, int otherwise) =>
        Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length && int.TryParse(options[at + 1], CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
}
