using System.Collections.Concurrent;
using Conference.Contracts.Api;
using Conference.Load.Media;
using Conference.Load.Meetings;
using Conference.Load.Reports;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Load;

/// <summary>One run: meetings, participants, media, and the count of what came.</summary>
public sealed class LoadRun(LoadOptions options, TimeProvider time, Random random, Action<string> say)
{
    private const string Tenant = "load";

    // What is under way when the last packet is sent, and what queues on a busy machine.
    private static readonly TimeSpan LastPackets = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _problems = new();

    /// <summary>Does it. Throws <see cref="LoadException"/> when not even the meetings are there.</summary>
    /// <param name="cancellation">Everybody leaves now; what came until then is the report.</param>
    public async Task<LoadReport> RunAsync(CancellationToken cancellation)
    {
        var clock = new MonotonicClock(time);
        using var gateway = new GatewayClient(options.Url, options.Insecure);
        using var handshaker = new DtlsHandshaker(DtlsCertificate.Generate(time));
        var threads = Enumerable.Range(0, options.Threads).Select(i => new MediaThread(clock, $"media-{i}")).ToList();
        try
        {
            var rig = new LoadRig(options, gateway, handshaker, clock, time);
            var meetings = await MeetingsAsync(gateway, cancellation).ConfigureAwait(false);
            var everybody = Invite(rig, meetings, threads);
            say($"{everybody.Count} participants connect to {options.Url}");
            var connected = await ConnectAsync(everybody, cancellation).ConfigureAwait(false);
            say($"{connected.Count} are connected; media flows for {options.Duration.TotalSeconds:0.#} s");
            var begun = time.GetTimestamp();
            if (connected.Count > 0) await FlowAsync(cancellation).ConfigureAwait(false);
            var flowed = time.GetElapsedTime(begun);
            foreach (var thread in threads) await thread.StopSourcesAsync().ConfigureAwait(false);
            if (connected.Count > 0) await Task.Delay(LastPackets, time, CancellationToken.None).ConfigureAwait(false);
            var lost = connected.Where(a => a.Disconnected is not null || a.Peers.LastOrDefault() is { IsLost: true }).ToList();
            foreach (var attendee in lost) _problems.Enqueue(attendee.Disconnected ?? "the pod does not answer any more");
            foreach (var thread in threads) thread.Dispose(); // from here on nobody else touches what was counted
            var report = Sum(everybody.Count, connected, lost.Count, flowed);
            await Task.WhenAll(everybody.Select(a => a.LeaveAsync())).ConfigureAwait(false);
            await Task.WhenAll(meetings.OfType<CreateMeetingResponse>().Select(m => gateway.EndAsync(m.Id, m.HostKey))).ConfigureAwait(false);
            string[] missing = [.. Expectations.Missing(report, options, [.. _problems])];
            return report with { Ok = missing.Length == 0, Missing = [.. missing] };
        }
        finally
        {
            foreach (var thread in threads) thread.Dispose();
        }
    }

    /// <summary>The meetings that were created; one null stands for the one that is there already.</summary>
    private async Task<IReadOnlyList<CreateMeetingResponse?>> MeetingsAsync(GatewayClient gateway, CancellationToken cancellation)
    {
        if (options.Code is not null) return [null];
        var own = options is { CreateKey: null, OperatorSecret: { } secret } ? await gateway.CreateKeyAsync(Tenant, secret, cancellation).ConfigureAwait(false) : null;
        var meetings = new List<CreateMeetingResponse?>();
        for (var i = 0; i < options.Meetings; i++) meetings.Add(await gateway.CreateAsync($"Load {i + 1}", options.CreateKey ?? own?.Key, cancellation).ConfigureAwait(false));
        if (own is not null) await gateway.RevokeKeyAsync(Tenant, own.Id, options.OperatorSecret!).ConfigureAwait(false);
        return meetings;
    }

    private List<Attendee> Invite(LoadRig rig, IReadOnlyList<CreateMeetingResponse?> meetings, List<MediaThread> threads)
    {
        var everybody = new List<Attendee>();
        foreach (var code in meetings.Select(m => m?.Code ?? options.Code!))
            for (var i = 0; i < options.Participants; i++)
            {
                var publishes = i < options.Publishers;
                everybody.Add(new(rig, code, $"{(publishes ? "Publisher" : "Receiver")} {i + 1}", publishes, threads[everybody.Count % threads.Count], new Random(random.Next())));
            }
        return everybody;
    }

    private async Task<List<Attendee>> ConnectAsync(List<Attendee> everybody, CancellationToken cancellation)
    {
        var connected = new ConcurrentQueue<Attendee>();
        await Parallel.ForEachAsync(everybody, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel }, async (attendee, _) =>
        {
            if (cancellation.IsCancellationRequested) return;
            using var bound = new CancellationTokenSource(options.ConnectWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, bound.Token);
            try
            {
                await attendee.ConnectAsync(either.Token).ConfigureAwait(false);
                connected.Enqueue(attendee);
            }
            catch (Exception e) when (e is LoadException or OperationCanceledException)
            {
                _problems.Enqueue(e is LoadException ? e.Message : $"not within {options.ConnectWithin.TotalSeconds:0} s");
            }
        }).ConfigureAwait(false);
        return [.. connected];
    }

    private async Task FlowAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(options.Duration, time, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            say("told to end: everybody leaves");
        }
    }

    private LoadReport Sum(int participants, List<Attendee> connected, int disconnects, TimeSpan flowed)
    {
        var sources = connected.SelectMany(a => a.Sources).ToList();
        var lastNumbers = sources.Where(s => s.Packets > 0).ToDictionary(s => s.Stream, s => s.Packets - 1);
        var (counts, delays, joins) = (default(ReceiverCounts), new DelayHistogram(), new DelayHistogram());
        var (expected, received) = (0L, 0L);
        foreach (var attendee in connected)
        {
            counts += attendee.Check.Finish(lastNumbers, attendee.LiveSlots);
            delays.Add(attendee.Check.Delays);
            joins.Add((long)attendee.Joined.TotalMicroseconds);
            var wanted = Expectations.StreamsOf(options, attendee.Publishes);
            expected += wanted;
            received += Math.Min(wanted, attendee.Check.Streams.Count);
        }
        var peers = connected.SelectMany(a => a.Peers).ToList();
        var packets = new PacketSums(
            sources.Sum(s => (long)s.Packets), counts.Expected, counts.Received, counts.Lost, counts.Expected == 0 ? 0 : Math.Round(100.0 * counts.Lost / counts.Expected, 4), counts.Duplicates,
            counts.Late, counts.Damaged, counts.Unauthentic, counts.KeylessStarts, counts.Gaps, peers.Sum(p => p.KernelDrops), peers.Sum(p => p.SendDrops));
        return new LoadReport(
            Ok: false, [], options.Code is null ? options.Meetings : 1, participants, connected.Count, connected.Count(a => a.Publishes), Math.Round(flowed.TotalSeconds, 3), new(expected, received), packets,
            Math.Round(counts.Bytes * 8 / 1e6 / Math.Max(1, flowed.TotalSeconds), 3), Quantiles.Of(delays), Quantiles.Of(joins), peers.Sum(p => p.KeyFrameRequests), connected.Sum(a => a.Moves),
            disconnects);
    }
}
