using System.Diagnostics;
using System.Text.Json;
using Conference.Benchmarks.Forward;

namespace Conference.Benchmarks.Spread;

/// <summary><c>bench spread</c>: one publisher and 100 receivers in one room, on one worker and on two by turns; the clients live in another process.</summary>
internal static class SpreadBench
{
    private const int Receivers = 100;
    private const int Alternations = 9;
    private const int Bursts = 300;
    private const int LeadIn = 20;
    private const double LeastRatio = 1.7;

    public static async Task<int> RunAsync()
    {
        using var onePeer = PeerProcess.Start();
        using var twoPeer = PeerProcess.Start();
        await using var one = new SpreadWorkers(1, Receivers);
        await using var two = new SpreadWorkers(2, Receivers);
        foreach (var (workers, peer) in ((SpreadWorkers, PeerProcess)[])[(one, onePeer), (two, twoPeer)])
        {
            await peer.CheckAsync(workers.Ports);
            await workers.ConnectAsync();
            for (var i = 0; i < 3; i++) await MeasureAsync(workers, peer); // warms up
        }
        var (ones, twos) = (new List<Run>(), new List<Run>());
        for (var i = 0; i < Alternations; i++)
        {
            ones.Add(await MeasureAsync(one, onePeer));
            twos.Add(await MeasureAsync(two, twoPeer));
            Console.WriteLine(FormattableString.Invariant(
                $"{i + 1,3}: one worker {ones[^1].PacketsPerSecond,8:F0}/s carries {ones[^1].Carries,8:F0}/s   two {twos[^1].PacketsPerSecond,8:F0}/s carry {twos[^1].Carries,8:F0}/s"));
        }
        var ratio = Median(ones.Zip(twos, (a, b) => b.Carries / a.Carries));
        var bytes = twos.Max(r => r.BytesPerPacket);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            oneWorker = Describe(ones),
            twoWorkers = Describe(twos),
            carriesRatio = Math.Round(ratio, 2),
            packetsRatio = Math.Round(Median(ones.Zip(twos, (a, b) => b.PacketsPerSecond / a.PacketsPerSecond)), 2),
            crossedPerPacket = Math.Round(Median(twos.Select(r => r.CrossedPerPacket)), 4),
            bytesPerPacket = Math.Round(bytes, 2),
        }));
        return ratio >= LeastRatio && bytes < 0.01 ? 0 : 1;
    }

    private static object Describe(List<Run> runs) => new
    {
        packetsPerSecond = Math.Round(Median(runs.Select(r => r.PacketsPerSecond))),
        carries = Math.Round(Median(runs.Select(r => r.Carries))),
        nsPerPacket = Math.Round(Median(runs.Select(r => r.NanosecondsPerPacket))),
    };

    private static async Task<Run> MeasureAsync(SpreadWorkers workers, PeerProcess peer)
    {
        await peer.CheckAsync(workers.Ports); // consent, as clients renew it
        await peer.RunAsync(workers.Ports[0], master: true, LeadIn);
        var (before, begun) = (await workers.ReadAsync(), Stopwatch.GetTimestamp());
        await peer.RunAsync(workers.Ports[0], master: true, Bursts);
        var (after, elapsed) = (await workers.ReadAsync(), Stopwatch.GetElapsedTime(begun));
        double packets = after.Forwarded - before.Forwarded;
        if (packets < Bursts * ForwardPeer.Burst * Receivers * 0.9) throw new InvalidOperationException($"only {packets} packets were forwarded");
        var cpu = after.CpuNanoseconds.Zip(before.CpuNanoseconds, (a, b) => a - b).ToArray();
        return new Run(
            packets / elapsed.TotalSeconds, packets / cpu.Max() * 1e9, cpu.Sum() / packets, (after.Crossed - before.Crossed) / packets,
            (after.AllocatedBytes - before.AllocatedBytes) / packets);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Run(double PacketsPerSecond, double Carries, double NanosecondsPerPacket, double CrossedPerPacket, double BytesPerPacket);
}
