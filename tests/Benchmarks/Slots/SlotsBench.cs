using System.Text.Json;
using Conference.Benchmarks.Servers;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Benchmarks.Slots;

/// <summary>
/// <c>bench slots [--participants 100] [--pages 8]</c>: generated participants, each with a painted picture of its own, join a meeting whose page a real Chromium shows. Joins cost it no renegotiation, and after a
/// click on the next page every tile shows the picture of whose tile it is.
/// </summary>
internal static class SlotsBench
{
    private const int MostTiles = 9, MostMs = 500, KilobitsPerPicture = 80, PaintedFramesPerSecond = 20;

    /// <summary>Sizes of the window, the smallest first. It begins with that, as a window with more tiles than there are slots asks for more of them, joins or not; at the end it is as large as leaves no more tiles.</summary>
    private static readonly (int Width, int Height)[] Windows = [(340, 340), (360, 380), (400, 400), (440, 440), (520, 460), (620, 500), (760, 560)];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "slots", "participants", "pages") is not { } options) return 2;
        var (participants, pages) = (options.Number("participants", 100), options.Number("pages", 8));
        if (participants is < 20 or > 250)
        {
            await Console.Error.WriteLineAsync("bench slots: 20 to 250 participants, as a painted number has 8 bits");
            return 2;
        }
        using var folder = new TemporaryFolder();
        await using var house = await MeetingHouse.OpenAsync("--unlimited", "127.0.0.0/8", "--open-creation");
        await using var meeting = await ConferenceMeeting.CreateAsync(house.Standalone.Url, CancellationToken.None);
        var viewer = await house.InviteAsync(new PersonSpec(255, "Viewer") { HasDevices = false });
        await viewer.Page.SetViewportSizeAsync(Windows[0].Width, Windows[0].Height);
        await viewer.JoinAsync(house.LinkOf(meeting.Meeting));
        using var load = new LoadSide(1);

        var numbers = new Dictionary<string, int>();
        var peers = new List<LoadPeer>();
        var seats = new List<ISeat>();
        try
        {
            await JoinAsync(1, numbers, peers, seats, meeting, load, folder.Path);
            await Eventually.True(async () => (await VisibleAsync(viewer)).Length == 1, "the first picture does not come");
            var offersBefore = await viewer.ProbeAsync<int>("offers()");
            for (var number = 2; number <= participants; number++) await JoinAsync((byte)number, numbers, peers, seats, meeting, load, folder.Path);
            var renegotiations = await viewer.ProbeAsync<int>("offers()") - offersBefore;
            Console.WriteLine($"{participants} are there; the page offered {renegotiations} times");
            var tiles = await FitAsync(viewer);
            var offersBeforePaging = await viewer.ProbeAsync<int>("offers()");
            var times = new List<double?>();
            for (var page = 0; page < pages; page++)
            {
                times.Add(await PageAsync(viewer, numbers));
                Console.WriteLine(times[^1] is { } ms ? $"page {page + 2}: right after {ms:F0} ms" : $"page {page + 2}: not right within 10 s: {JsonSerializer.Serialize(await viewer.VideosAsync())}");
            }
            var right = times.OfType<double>().Order().ToList();
            var wrong = times.Count - right.Count;
            var slowest = right.Count > 0 ? right[^1] : (double?)null;
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                participants, tiles, renegotiations, renegotiationsByPaging = await viewer.ProbeAsync<int>("offers()") - offersBeforePaging, pages = times.Count, wrongPages = wrong,
                pagingP50Ms = right.Count > 0 ? Math.Round(right[right.Count / 2]) : (double?)null, pagingMaxMs = slowest is { } most ? Math.Round(most) : (double?)null,
            }));
            return renegotiations == 0 && wrong == 0 && slowest <= MostMs ? 0 : 1;
        }
        finally
        {
            foreach (var peer in peers) peer.Dispose();
            await Parallel.ForEachAsync(seats, async (seat, _) => await seat.DisposeAsync());
        }
    }

    private static async Task JoinAsync(byte number, Dictionary<string, int> numbers, List<LoadPeer> peers, List<ISeat> seats, ConferenceMeeting meeting, LoadSide load, string folder)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var picture = await new Recordings(Directory.CreateDirectory(Path.Combine(folder, $"{number}")).FullName).PictureAsync(PaintedVideo.Write(folder, number), PaintedFramesPerSecond, KilobitsPerPicture, bound.Token);
        var peer = new LoadPeer(load.Rig, new PeerPlan
        {
            Video = [("", s => new RecordedVideoSource(s.Stream, s.Ssrc, s.PayloadType, s.BeginMicroseconds, picture))], Estimate = null,
        });
        peers.Add(peer);
        var seat = (ConferenceSeat)await meeting.PublishAsync(peer, bound.Token);
        seats.Add(seat);
        numbers[seat.Participant.ToString()] = number;
        await peer.EstablishedAsync(bound.Token);
        await peer.BeginAsync();
    }

    /// <summary>Makes the window as large as leaves no more tiles than there are slots: their number.</summary>
    private static async Task<int> FitAsync(Person viewer)
    {
        var (shown, fitting) = (0, 0);
        for (; fitting < Windows.Length; fitting++)
        {
            var others = await ResizeAsync(viewer, fitting);
            if (others > MostTiles) break;
            shown = others;
        }
        if (fitting == 0) throw new InvalidOperationException("the page shows more tiles in its smallest window than there are slots");
        return fitting == Windows.Length ? shown : await ResizeAsync(viewer, fitting - 1);
    }

    private static async Task<int> ResizeAsync(Person viewer, int window)
    {
        await viewer.Page.SetViewportSizeAsync(Windows[window].Width, Windows[window].Height);
        await Task.Delay(TimeSpan.FromMilliseconds(600));
        return (await OthersAsync(viewer)).Length;
    }

    private static Task<string[]> OthersAsync(Person viewer) => viewer.ById("tile").EvaluateAllAsync<string[]>("tiles => tiles.filter(t => t.dataset.self !== 'true').map(t => t.dataset.participant)");

    private static async Task<ShownVideo[]> VisibleAsync(Person viewer) => [.. (await viewer.VideosAsync()).Where(v => v is { Visible: true, Participant: not null, Picture: not null })];

    /// <summary>Clicks on the next page: milliseconds until each tile shows the picture of whose tile it is. The page itself looks, so that the way here does not count.</summary>
    private static async Task<double?> PageAsync(Person viewer, Dictionary<string, int> numbers)
    {
        var result = await viewer.Page.EvaluateAsync<double?>(
            """
            async (numbers) => {
              const find = (root, test) => { for (const e of root.querySelectorAll('*')) { if (test(e)) return e; const inner = e.shadowRoot && find(e.shadowRoot, test); if (inner) return inner; } return null; };
              const all = (root, found = []) => { for (const e of root.querySelectorAll('*')) { if (e.dataset?.testid === 'tile' && e.dataset.self !== 'true') found.push(e.dataset.participant); if (e.shadowRoot) all(e.shadowRoot, found); } return found; };
              const before = all(document).sort().join();
              const next = find(document, (e) => e.matches('button.pager.next') && !e.hidden) ?? find(document, (e) => e.matches('button.pager.previous') && !e.hidden);
              if (!next) return null;
              const begun = performance.now();
              next.click();
              while (performance.now() - begun < 10000) {
                await new Promise((r) => setTimeout(r, 20));
                const tiles = all(document);
                if (tiles.length === 0 || [...tiles].sort().join() === before) continue;
                const shown = new Map(probe.videos().filter((v) => v.visible && v.picture).map((v) => [v.participant, v.picture.number]));
                if (tiles.every((t) => shown.get(t) === numbers[t])) return performance.now() - begun;
              }
              return null;
            }
            """, numbers);
        await Task.Delay(500);
        return result;
    }
}
