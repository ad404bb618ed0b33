using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Load.Meetings;

namespace Conference.Benchmarks.Meeting;

/// <summary>
/// <c>bench meeting</c>: thousands of signaling clients, without media, join one webinar within seconds, straight at the silo and through the Gateway; hundreds join a
/// meeting in which everybody sees everybody, and chat, also while some of them do not read.
/// </summary>
internal static class MeetingBench
{
    private const double MostSeconds = 10, MostGatewaySeconds = 20, MostCpuMs = 1.5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "meeting", "joins", "normal", "messages", "senders", "per-second", "slow", "at-once", "warm-up", "pause") is not { } options) return 2;
        var plan = new MeetingPlan(
            options.Number("joins", 3000), options.Number("normal", 500), options.Number("messages", 1000), options.Number("senders", 100), options.Number("per-second", 100),
            options.Number("slow", 5), options.Number("at-once", 64));
        await using var servers = await MeetingServers.StartAsync();
        Console.WriteLine($"silo: process {servers.SiloProcessId}");
        using var silo = new GatewayClient(servers.Silo, insecure: false);
        using var gateway = new GatewayClient(servers.Gateway, insecure: false);
        // Until then .NET compiles what is used often once more.
        foreach (var server in new[] { silo, gateway })
            if (options.Number("warm-up", 1500) is > 0 and var warm) await using (await MeetingRun.OpenAsync(servers, server, plan with { Joins = warm }, webinar: true)) Console.WriteLine("warmed up");
        await Task.Delay(TimeSpan.FromSeconds(options.Number("pause", 5)));

        MeetingFigures straight, through, normal;
        await using (var run = await MeetingRun.OpenAsync(servers, silo, plan, webinar: true)) straight = run.Figures;
        Console.WriteLine($"straight: {straight}");
        await using (var run = await MeetingRun.OpenAsync(servers, gateway, plan, webinar: true)) through = run.Figures;
        Console.WriteLine($"through the Gateway: {through}");
        ChatFigures chat, beside;
        await using (var run = await MeetingRun.OpenAsync(servers, silo, plan with { Joins = plan.Normal }, webinar: false))
        {
            normal = run.Figures;
            Console.WriteLine($"normal: {normal}");
            chat = await run.ChatAsync(plan);
            Console.WriteLine($"chat: {chat}");
            await run.AddSlowAsync(plan.Slow);
            beside = await run.ChatAsync(plan);
            Console.WriteLine($"chat beside {plan.Slow} who do not read: {beside}");
        }
        return Report(plan, straight, through, normal, chat, beside, servers.SiloPeakMb);
    }

    private static int Report(MeetingPlan plan, MeetingFigures straight, MeetingFigures through, MeetingFigures normal, ChatFigures chat, ChatFigures beside, double peakMb)
    {
        var isConsistent = straight.Consistent && through.Consistent && normal.Consistent && chat.InOrder && beside.InOrder;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            joins = plan.Joins, seconds = Math.Round(straight.Seconds, 2), gatewaySeconds = Math.Round(through.Seconds, 2), consistent = isConsistent,
            cpuMsPerJoin = Math.Round(straight.CpuMsPerJoin, 3), gatewayCpuMsPerJoin = Math.Round(through.CpuMsPerJoin, 3),
            normalJoins = plan.Normal, normalSeconds = Math.Round(normal.Seconds, 2), normalCpuMsPerJoin = Math.Round(normal.CpuMsPerJoin, 3),
            chatP50Ms = Math.Round(chat.P50Ms, 1), chatP99Ms = Math.Round(chat.P99Ms, 1), besideSlowP99Ms = Math.Round(beside.P99Ms, 1), peakMb = Math.Round(peakMb, 1),
        }));
        // Who waited for somebody that does not read would wait for seconds.
        var isUnhindered = beside.P99Ms <= 3 * chat.P99Ms + 50;
        return isConsistent && isUnhindered && straight.Seconds <= MostSeconds && through.Seconds <= MostGatewaySeconds && straight.CpuMsPerJoin <= MostCpuMs ? 0 : 1;
    }
}

/// <summary>What to do.</summary>
/// <param name="Joins">Viewers of the webinar.</param>
/// <param name="Normal">Participants of the meeting in which everybody sees everybody.</param>
/// <param name="Messages">Chat messages.</param>
/// <param name="Senders">Who write them.</param>
/// <param name="PerSecond">Messages a second, all senders together.</param>
/// <param name="Slow">Participants who do not read.</param>
/// <param name="AtOnce">Joins under way at one time.</param>
internal sealed record MeetingPlan(int Joins, int Normal, int Messages, int Senders, int PerSecond, int Slow, int AtOnce);

/// <summary>How the joins went.</summary>
/// <param name="Seconds">From the first request to the last welcome.</param>
/// <param name="ConsistentSeconds">Until everybody knew the same.</param>
/// <param name="CpuMsPerJoin">The silo's, until everybody knew the same.</param>
/// <param name="Consistent">Everybody knows what the meeting is.</param>
internal sealed record MeetingFigures(double Seconds, double ConsistentSeconds, double CpuMsPerJoin, bool Consistent);

/// <summary>How the chat went.</summary>
/// <param name="P50Ms">Half of the deliveries took less.</param>
/// <param name="P99Ms">All but a hundredth took less.</param>
/// <param name="CpuMsPerMessage">The silo's.</param>
/// <param name="InOrder">Everybody got every message, in one order.</param>
internal sealed record ChatFigures(double P50Ms, double P99Ms, double CpuMsPerMessage, bool InOrder);

/// <summary>One meeting and who is in it; ends with it.</summary>
internal sealed class MeetingRun : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);
    private static readonly string Padding = new('x', 200);

    private readonly MeetingServers _servers;
    private readonly GatewayClient _server;
    private readonly CreateMeetingResponse _meeting;
    private readonly List<Follower> _people = [];
    private readonly List<SlowReader> _slow = [];

    private MeetingRun(MeetingServers servers, GatewayClient server, CreateMeetingResponse meeting) => (_servers, _server, _meeting) = (servers, server, meeting);

    public MeetingFigures Figures { get; private set; } = null!;

    public static async Task<MeetingRun> OpenAsync(MeetingServers servers, GatewayClient server, MeetingPlan plan, bool webinar)
    {
        using var bound = new CancellationTokenSource(Longest);
        using var http = new HttpClient { BaseAddress = servers.Silo };
        using var created = await http.PostAsJsonAsync(
            "/api/meetings", new CreateMeetingRequest("Many", null, new MeetingSettings(MaxParticipants: 10_000, Webinar: webinar)), ContractsJson.Default.CreateMeetingRequest, bound.Token);
        created.EnsureSuccessStatusCode();
        var run = new MeetingRun(servers, server, (await created.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse, bound.Token))!);
        await run.EnterAsync("Host", run._meeting.HostKey, bound.Token);
        await run.FillAsync(plan, webinar, bound.Token);
        return run;
    }

    /// <summary>Some write, everybody reads.</summary>
    public async Task<ChatFigures> ChatAsync(MeetingPlan plan)
    {
        using var bound = new CancellationTokenSource(Longest);
        foreach (var person in _people) person.ForgetChat();
        var cpu = _servers.SiloCpuMs;
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < plan.Messages; i++)
        {
            var early = TimeSpan.FromSeconds((double)i / plan.PerSecond) - Stopwatch.GetElapsedTime(begun);
            if (early > TimeSpan.Zero) await Task.Delay(early, bound.Token);
            await _people[i % plan.Senders].ChatAsync(Padding, bound.Token);
        }
        while (_people.Exists(p => p.Chat.Count < plan.Messages && p.Ended is null) && !bound.IsCancellationRequested) await Task.Delay(50);
        cpu = _servers.SiloCpuMs - cpu;
        var inOrder = _people.TrueForAll(p => p.Ended is null && p.Disordered == 0 && p.Chat.Count == plan.Messages && p.Chat.SequenceEqual(_people[0].Chat)) && SendersKeptTheirOrder(_people[0].Chat);
        var delays = _people.SelectMany(p => p.Delays).Order().ToList();
        return new(delays[delays.Count / 2], delays[(int)(delays.Count * 0.99)], cpu / plan.Messages, inOrder);
    }

    /// <summary>More participants, who open a socket and never read it.</summary>
    public async Task AddSlowAsync(int count)
    {
        using var bound = new CancellationTokenSource(Longest);
        for (var i = 0; i < count; i++)
        {
            var join = await _server.JoinAsync(_meeting.Code, new JoinRequest($"Slow {i}"), bound.Token);
            _slow.Add(await SlowReader.OpenAsync(_servers.Silo, join, bound.Token));
        }
        await Task.Delay(TimeSpan.FromSeconds(1), bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.EndAsync(_meeting.Id, _meeting.HostKey);
        await Task.Delay(TimeSpan.FromSeconds(1));
        foreach (var person in _people) person.Dispose();
        foreach (var slow in _slow) slow.Dispose();
        await Task.Delay(TimeSpan.FromSeconds(1));
    }

    private async Task FillAsync(MeetingPlan plan, bool webinar, CancellationToken cancellation)
    {
        var cpu = _servers.SiloCpuMs;
        var begun = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, plan.Joins, new ParallelOptions { MaxDegreeOfParallelism = plan.AtOnce, CancellationToken = cancellation },
            async (i, token) => await EnterAsync($"Person {i}", null, token));
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var isConsistent = false;
        while (!cancellation.IsCancellationRequested && !(isConsistent = await AgreeAsync(plan, webinar, cancellation)))
        {
            if (_people.Find(p => p.Ended is not null) is { } gone)
            {
                Console.WriteLine($"somebody's signaling ended: {gone.Ended}");
                break;
            }
            await Task.Delay(100, cancellation);
        }
        Figures = new(seconds, Stopwatch.GetElapsedTime(begun).TotalSeconds, (_servers.SiloCpuMs - cpu) / plan.Joins, isConsistent);
    }

    private async Task EnterAsync(string name, string? hostKey, CancellationToken cancellation)
    {
        var person = new Follower();
        await person.EnterAsync(_server, _meeting.Code, new JoinRequest(name, HostKey: hostKey), cancellation);
        lock (_people) _people.Add(person);
    }

    // The API's answer is the truth; of a webinar only hosts know everybody, viewers know the hosts and how many they are.
    private async Task<bool> AgreeAsync(MeetingPlan plan, bool webinar, CancellationToken cancellation)
    {
        if (_people.Count != plan.Joins + 1) return false;
        // Cheap questions first: this machine's processors are the silo's too.
        if (_people[0].Count != (plan.Joins + 1, plan.Joins + 1)) return false;
        if (webinar ? !_people.TrueForAll(p => p.Viewers == plan.Joins) : !_people.TrueForAll(p => p.Count == (plan.Joins + 1, plan.Joins + 1))) return false;
        using var http = new HttpClient { BaseAddress = _servers.Silo };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _meeting.HostKey);
        var info = (await http.GetFromJsonAsync($"/api/meetings/{_meeting.Id}", ContractsJson.Default.MeetingInfo, cancellation))!;
        var everybody = Follower.Describe(info.Participants.Select(p => (p.Id, p.DisplayName, p.Role, p.Presence)));
        if (_people[0].Roster != everybody) return false;
        return _people.Skip(1).All(p => p.Disordered == 0 && p.Roster == (webinar ? Seen(info, p.Join.ParticipantId) : everybody));
    }

    private static string Seen(MeetingInfo info, ParticipantId me) =>
        Follower.Describe(info.Participants.Where(p => p.Role != Role.Viewer || p.Id == me).Select(p => (p.Id, p.DisplayName, p.Role, p.Presence)));

    private static bool SendersKeptTheirOrder(List<(long Seq, string Text)> chat) => chat.GroupBy(m => m.Text.Split(' ')[1])
        .All(g => g.Select(m => int.Parse(m.Text.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture)).ToList() is var numbers && numbers.Zip(numbers.Skip(1)).All(n => n.First < n.Second));
}
