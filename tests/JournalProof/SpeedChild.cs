using System.Diagnostics;
using System.Text.Json;

namespace Conference.JournalProof;

/// <summary>What one speed run measured.</summary>
/// <param name="CommandsPerSecond">Acknowledged, so durable, commands per second.</param>
/// <param name="P50Ms">Half of the commands were acknowledged within this many milliseconds.</param>
/// <param name="P99Ms">99 of 100 were.</param>
/// <param name="MaxMs">All were.</param>
/// <param name="Commands">How many were counted.</param>
/// <param name="CpuUs">Processor time of the whole process for each, in microseconds: what the machine's other work does not change.</param>
public sealed record SpeedFigures(double CommandsPerSecond, double P50Ms, double P99Ms, double MaxMs, long Commands, double CpuUs);

/// <summary>A process that sends commands as fast as they are acknowledged, and prints a line of JSON.</summary>
internal static class SpeedChild
{
    private static long s_until;
    private static long s_from;

    public static async Task<int> RunAsync(Options options)
    {
        int meetings = options.Number("meetings", 100), senders = options.Number("senders", 10);
        var store = ProofStore.Of(options);
        await using var target = await CommandTargets.OpenAsync(options.Find("target") ?? CommandTargets.Raw, store.Options(), store.Keys);
        await target.PrepareAsync(meetings, senders);

        s_from = Stopwatch.GetTimestamp() + options.Number("warmup-ms", 4_000) * Stopwatch.Frequency / 1_000;
        s_until = s_from + options.Number("measure-ms", 4_000) * Stopwatch.Frequency / 1_000;
        var runs = Enumerable.Range(0, meetings * senders).Select(i => Task.Run(() => SendAsync(target, i / senders, i % senders))).ToList();
        var cpu = CpuOfMeasuredTimeAsync();
        var latencies = (await Task.WhenAll(runs)).SelectMany(run => run).ToArray();
        Array.Sort(latencies);
        var seconds = Stopwatch.GetElapsedTime(s_from, s_until).TotalSeconds;
        var figures = new SpeedFigures(latencies.Length / seconds, At(latencies, 0.5), At(latencies, 0.99), At(latencies, 1), latencies.Length, (await cpu).TotalMicroseconds / latencies.Length);
        Console.WriteLine(JsonSerializer.Serialize(figures));
        return 0;
    }

    private static async Task<TimeSpan> CpuOfMeasuredTimeAsync()
    {
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), s_from));
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), s_until));
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>The latencies, in stopwatch ticks, of what was acknowledged inside the measured time.</summary>
    private static async Task<List<long>> SendAsync(ICommandTarget target, int meeting, int sender)
    {
        var latencies = new List<long>(16_384);
        for (var number = 1L; ; number++)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = await target.SendAsync(meeting, sender, CommandTargets.CommandId(meeting, sender, number));
            var now = Stopwatch.GetTimestamp();
            if (answer.Failure is { } failure) throw new InvalidOperationException($"A command failed: {failure}");
            if (now >= s_until) return latencies;
            if (now >= s_from) latencies.Add(now - sent);
        }
    }

    private static double At(long[] sorted, double part)
        => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))] * 1_000.0 / Stopwatch.Frequency;
}
