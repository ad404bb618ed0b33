using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Benchmarks.Browsers;
using Conference.Benchmarks.Latency;
using Conference.Benchmarks.Servers;
using Conference.Load;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.Support;
using Microsoft.Playwright;

namespace Conference.Benchmarks.Impair;

/// <summary>
/// <c>bench impair [--cases a,b,…] [--seconds 60] [--peer janus|none] [--trace FILE]</c>: one real Chromium receives over a seeded bad link, from Conference and then from Janus under the same one. Figures are what the
/// browser itself says of what it decoded.
/// </summary>
internal static class ImpairBench
{
    private const string Crowd = "f";
    private const int CrowdReceivers = 30;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "impair", "cases", "seconds", "peer", "seed", "trace") is not { } options) return 2;
        var wanted = options.List("cases", string.Join(',', ImpairCase.All.Select(c => c.Name).Append(Crowd)));
        if (wanted.FirstOrDefault(w => w != Crowd && ImpairCase.All.All(c => c.Name != w)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"bench impair has the cases {string.Join(' ', ImpairCase.All.Select(c => c.Name).Append(Crowd))}, and no '{unknown}'");
            return 2;
        }
        var withPeer = options.Text("peer", "janus") == "janus";
        if ((BenchNetwork.Obstacle ?? (withPeer && !File.Exists(JanusServer.Program) ? "needs the package janus" : null)) is { } obstacle)
        {
            await Console.Error.WriteLineAsync($"bench impair {obstacle}");
            return 2;
        }
        await using var bench = await Rig.OpenAsync(options.Number("seed", 1), withPeer, options.Text("trace", ""));
        var results = new List<object>();
        var allMet = true;
        foreach (var name in wanted)
        {
            var (result, met) = name == Crowd
                ? await bench.CrowdAsync(TimeSpan.FromSeconds(options.Number("seconds", 60)))
                : await bench.CaseAsync(ImpairCase.All.Single(c => c.Name == name), TimeSpan.FromSeconds(options.Number("seconds", 60)));
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
            results.Add(result);
            allMet &= met;
        }
        Console.WriteLine(JsonSerializer.Serialize(new { cases = results, met = allMet }, Json));
        return allMet ? 0 : 1;
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly int _seed;
        private BenchNetwork _network = null!;
        private ConferenceServer _conference = null!;
        private JanusServer? _janus;
        private IPlaywright _playwright = null!;
        private LoadSide _load = null!;
        private BrowserPeer _viewer = null!, _sender = null!;
        private Recording _recording = null!;

        private readonly PathTrace? _trace;

        private Rig(int seed, string trace) => (_seed, _trace) = (seed, trace.Length == 0 ? null : new PathTrace(trace));

        public static async Task<Rig> OpenAsync(int seed, bool withPeer, string trace)
        {
            var rig = new Rig(seed, trace) { _network = await BenchNetwork.CreateAsync(), _load = new LoadSide(seed) };
            try
            {
                // What a room is like inside is told by a pod of its own alone, whose secret is known.
                rig._conference = rig._trace is null ? await ConferenceServer.StartAsync(rig._network) : await ConferenceServer.StartPodAloneAsync(rig._network);
                rig._janus = withPeer ? await JanusServer.StartAsync(rig._network) : null;
                rig._recording = await Recording.MakeAsync(new Recordings(rig._folder.Path), ToneFile.Write(rig._folder.Path, 630), CancellationToken.None);
                rig._playwright = await Playwright.CreateAsync();
                rig._viewer = await BrowserPeer.OpenAsync(rig._playwright, 1, rig._folder.Path);
                rig._sender = await BrowserPeer.OpenAsync(rig._playwright, 2, rig._folder.Path);
                return rig;
            }
            catch
            {
                await rig.DisposeAsync();
                throw;
            }
        }

        public async Task<(object Result, bool Met)> CaseAsync(ImpairCase what, TimeSpan duration)
        {
            Task<CaseFigures> Run(IMeetingServer meeting)
            {
                _trace?.Begin(what.Name, meeting is ConferenceMeeting ours ? () => _conference.DumpRoomAsync(ours.Meeting.Id.Value) : null);
                return new ImpairRun(IPAddress.Parse(_network.HostAddress), _load, _recording, _viewer, _sender) { Trace = _trace }.RunAsync(meeting, what, duration, _seed);
            }
            var before = await GapsAsync();
            var ours = await OnConferenceAsync(Run);
            ours = ours with { LayerGapP95Ms = MetricsText.Quantile(before, await GapsAsync(), 0.95) };
            var theirs = what.WithoutPeer ? null : await OnJanusAsync(Run);
            string[] missed = [.. what.Bounds.Where(b => !b.Holds(ours)).Select(b => b.Text)];
            return (new { @case = what.Name, conference = ours, janus = theirs, missed }, missed.Length == 0);
        }

        public async Task<(object Result, bool Met)> CrowdAsync(TimeSpan duration)
        {
            Task<CrowdFigures> Run(IMeetingServer meeting) => new CrowdRun(IPAddress.Parse(_network.HostAddress), _load).RunAsync(meeting, CrowdReceivers, duration, _seed);
            var ours = await OnConferenceAsync(Run);
            var theirs = await OnJanusAsync(Run);
            string[] missed = ours.IsUntouched ? [] : ["the others are untouched"];
            return (new { @case = Crowd, conference = ours, janus = theirs, missed }, missed.Length == 0);
        }

        public async ValueTask DisposeAsync()
        {
            _trace?.Dispose();
            if (_viewer is not null) await _viewer.DisposeAsync();
            if (_sender is not null) await _sender.DisposeAsync();
            _playwright?.Dispose();
            _load.Dispose();
            if (_janus is not null) await _janus.DisposeAsync();
            if (_conference is not null) await _conference.DisposeAsync();
            await _network.DisposeAsync();
            _folder.Dispose();
        }

        // For how long receivers were shown nothing while they went over to a smaller encoding, as the pod counts it.
        private async Task<SortedDictionary<double, double>> GapsAsync() => MetricsText.Buckets(await _conference.ScrapeAsync(), "media_layer_gaps_total", null, "bound");

        private async Task<T> OnConferenceAsync<T>(Func<IMeetingServer, Task<T>> run)
        {
            await using var meeting = await ConferenceMeeting.CreateAsync(_conference.Url, CancellationToken.None);
            return await run(meeting);
        }

        // What the peer does not bring about is no failure of the run.
        private async Task<object?> OnJanusAsync<T>(Func<IMeetingServer, Task<T>> run)
        {
            if (_janus is null) return null;
            try
            {
                await using var room = await JanusRoom.CreateAsync(_janus.Url, CancellationToken.None);
                return await run(room);
            }
            catch (Exception e) when (e is LoadException or TimeoutException)
            {
                return new { failed = e.Message };
            }
        }
    }
}
