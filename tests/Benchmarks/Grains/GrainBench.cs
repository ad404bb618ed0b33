using System.Diagnostics;
using Conference.Silo.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Conference.Benchmarks.Grains;

/// <summary>
/// How many grain calls the embedded runtime makes: per second of wall clock, and per second of processor time (what one core could do, were it alone),
/// with the bytes each call allocates. The best of five rounds: the machine is shared.
/// </summary>
internal static class GrainBench
{
    private const int Callers = 64;
    private const int Rounds = 5;

    /// <summary>Runs all cases; the option is the number of calls per round, 400,000 unless given.</summary>
    public static async Task<int> RunAsync(string[] options)
    {
        var calls = options.Length > 0 ? int.Parse(options[0]) : 400_000;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddEmbeddedGrains(o => o.GrainAssemblies.Add(typeof(GrainBench).Assembly));
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();

        var alone = await Measure("one caller, one grain", calls, () => Sequence(grains, 0, calls));
        var many = await Measure("64 callers, a grain each", calls, () => Everyone(calls, (i, n) => Sequence(grains, i, n)));
        var one = await Measure("64 callers, one grain", calls, () => Everyone(calls, (_, n) => Sequence(grains, 0, n)));
        var looked = await Measure("64 callers, reference made for each call", calls, () => Everyone(calls, (i, n) => LookedUp(grains, i, n)));
        var later = await Measure("64 callers, grains that await", calls, () => Everyone(calls, (i, n) => Later(grains, i, n)));
        var inside = await Measure("64 grains call 64 others", calls, () => Everyone(calls, (i, n) => grains.GetGrain<IAdderGrain>(i).AddTo(Callers + i, n)));
        await host.StopAsync();

        Console.WriteLine(
            $$"""{"callsPerSecond":{{many.PerSecond}},"callsPerCoreSecond":{{many.PerCoreSecond}},"bytesPerCall":{{many.Bytes}},"oneCallerPerSecond":{{alone.PerSecond}},"oneGrainPerSecond":{{one.PerSecond}},"lookedUpPerSecond":{{looked.PerSecond}},"awaitingPerSecond":{{later.PerSecond}},"grainToGrainPerSecond":{{inside.PerSecond}}}""");
        return 0;
    }

    private static async Task<Figure> Measure(string name, int calls, Func<Task> work)
    {
        await work();
        var best = new Figure(0, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            using var process = Process.GetCurrentProcess();
            var (cpu, bytes, start) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
            await work();
            var wall = Stopwatch.GetElapsedTime(start);
            process.Refresh();
            var used = process.TotalProcessorTime - cpu;
            var figure = new Figure((long)(calls / wall.TotalSeconds), (long)(calls / used.TotalSeconds), (GC.GetTotalAllocatedBytes() - bytes) / calls);
            if (figure.PerCoreSecond > best.PerCoreSecond) best = figure;
        }
        Console.WriteLine($"{name,-42} {best.PerSecond,12:N0} calls/s {best.PerCoreSecond,12:N0} calls per core-second {best.Bytes,6:N0} bytes per call");
        return best;
    }

    private static Task Everyone(int calls, Func<int, int, Task> work) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Run(() => work(i, calls / Callers))));

    private static async Task Sequence(IGrainFactory grains, int key, int calls)
    {
        var grain = grains.GetGrain<IAdderGrain>(key);
        for (var i = 0; i < calls; i++) await grain.Add(1);
    }

    private static async Task LookedUp(IGrainFactory grains, int key, int calls)
    {
        for (var i = 0; i < calls; i++) await grains.GetGrain<IAdderGrain>(key).Add(1);
    }

    private static async Task Later(IGrainFactory grains, int key, int calls)
    {
        var grain = grains.GetGrain<IAdderGrain>(key);
        for (var i = 0; i < calls; i++) await grain.AddLater(1);
    }

    private sealed record Figure(long PerSecond, long PerCoreSecond, long Bytes);
}
