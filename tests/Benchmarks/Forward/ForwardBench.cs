using System.Diagnostics;
using System.Text.Json;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Speakers;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.Benchmarks.Forward;

/// <summary>
/// <c>bench forward</c>: CPU per forwarded packet for one publisher and 100 receivers, the worker and a C program of the same loop and batch shape by turns;
/// publisher and receivers live in another process.
/// </summary>
internal static class ForwardBench
{
    private const int Receivers = 100;
    private const int Alternations = 15;
    private const int WarmUps = 4;
    private const int Bursts = 300;
    private const int LeadIn = 20;
    private const double MostRatio = 1.3;

    public static async Task<int> RunAsync(string[] options)
    {
        if (options is ["peer"]) return ForwardPeer.Run(Receivers);
        var c = await CForwarder.TryBuildAsync();
        if (c is null)
        {
            Console.Error.WriteLine("bench forward needs a C compiler (cc) for its yardstick: apt-get install gcc");
            return 2;
        }
        using var peer = PeerProcess.Start();
        await using var worker = new ForwardWorker(Receivers);
        await peer.CheckAsync(worker.LocalPort);
        await worker.ConnectAsync();

        for (var i = 0; i < WarmUps; i++) await MeasureAsync(worker, peer);
        var (ours, theirs, ratios) = (new List<double>(), new List<double>(), new List<double>());
        var allocated = 0.0;
        for (var i = 0; i < Alternations; i++)
        {
            var run = await MeasureAsync(worker, peer);
            ours.Add(run.Nanoseconds);
            allocated = Math.Max(allocated, run.Bytes);
            theirs.Add(await c.MeasureAsync(peer, Bursts));
            ratios.Add(ours[^1] / theirs[^1]);
            Console.WriteLine($"{i + 1,3}: C# {ours[^1],6:F0} ns   C {theirs[^1],6:F0} ns   ratio {ratios[^1]:F2}");
        }
        var (systemCalls, crypto) = (await SystemCallsAsync(worker, peer), Crypto());
        var (median, ratio) = (Median(ours), Median(ratios));
        Console.WriteLine($"median: C# {median:F0} ns, C {Median(theirs):F0} ns, ratio {ratio:F2} (at most {MostRatio})");
        Console.WriteLine($"split: system calls {systemCalls:F0} ns, crypto {crypto:F0} ns, rest {Math.Max(0, median - systemCalls - crypto):F0} ns");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            nsPerPacket = Math.Round(median),
            ratioToC = Math.Round(ratio, 2),
            bytesPerPacket = Math.Round(allocated, 3),
            systemCallNs = Math.Round(systemCalls),
            cryptoNs = Math.Round(crypto),
        }));
        return ratio <= MostRatio && allocated == 0 ? 0 : 1;
    }

    private static async Task<(double Nanoseconds, double Bytes, double SystemCalls)> MeasureAsync(ForwardWorker worker, PeerProcess peer)
    {
        await peer.CheckAsync(worker.LocalPort); // consent, as clients renew it
        // While the C program ran, the publisher was silent here. That it sends again is news for 100 slots, told once and not per packet.
        await peer.RunAsync(worker.LocalPort, master: true, LeadIn);
        await Task.Delay(SpeakerRanking.IntervalMilliseconds);
        await peer.RunAsync(worker.LocalPort, master: true, LeadIn);
        var before = await worker.ReadAsync();
        await peer.RunAsync(worker.LocalPort, master: true, Bursts);
        var after = await worker.ReadAsync();
        double packets = after.Forwarded - before.Forwarded;
        if (packets < Bursts * ForwardPeer.Burst * Receivers * 0.9) throw new InvalidOperationException($"only {packets} packets were forwarded");
        return ((after.CpuNanoseconds - before.CpuNanoseconds) / packets, (after.AllocatedBytes - before.AllocatedBytes) / packets,
            (after.SystemCallNanoseconds - before.SystemCallNanoseconds) / packets);
    }

    private static async Task<double> SystemCallsAsync(ForwardWorker worker, PeerProcess peer)
    {
        worker.Port.Clocked = true;
        var runs = new List<double>();
        for (var i = 0; i < 5; i++) runs.Add((await MeasureAsync(worker, peer)).SystemCalls);
        worker.Port.Clocked = false;
        return Median(runs);
    }

    // As many keys in turn as there are receivers, so that their key schedules compete for the cache as they do in the worker.
    private static unsafe double Crypto()
    {
        var senders = Enumerable.Range(0, Receivers).Select(i => new SrtpSender(ForwardKeys.Receiver(i))).ToArray();
        var packet = new byte[1300];
        var runs = new List<double>();
        fixed (byte* bytes = packet)
        {
            bytes[0] = 0x80;
            for (var run = 0; run < 9; run++)
            {
                var before = ThreadCpuClock.Nanoseconds;
                for (ulong index = 0; index < 800; index++)
                {
                    foreach (var sender in senders) sender.Protect(bytes, 28, bytes + 28, 1150, index, out _);
                }
                runs.Add((ThreadCpuClock.Nanoseconds - before) / (800.0 * Receivers));
            }
        }
        foreach (var sender in senders) sender.Dispose();
        return Median(runs);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
