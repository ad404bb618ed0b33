using System.Diagnostics;
using System.Text.Json;
using Conference.MediaPod.Wire.Sdp;
using Conference.Wire.Tests.Fuzz;
using Conference.Wire.Tests.Sdp;

namespace Conference.Benchmarks.Fuzz;

/// <summary>
/// <c>bench fuzz [--inputs 20000000] [--seed 1]</c>: damaged packets and descriptions, the same for the same seed, through the parsers and through a worker's whole ingress. Nothing may throw.
/// </summary>
internal static class FuzzBench
{
    private const int Threads = 2;

    /// <summary>What is fed, and which share of all inputs, in thousandths.</summary>
    private static readonly (string Name, int Share, Func<int, long, Task> Run)[] Targets =
    [
        ("rtp", 200, Packets(FuzzSeeds.Rtp, (consumer, input) => consumer.Rtp(input))),
        ("payloads", 130, Packets(FuzzSeeds.Payloads, (consumer, input) => consumer.Payload(input))),
        ("rtcp", 110, Packets(FuzzSeeds.Rtcp, (consumer, input) => consumer.Rtcp(input))),
        ("stun", 60, Packets(FuzzSeeds.Stun, (consumer, input) => consumer.Stun(input))),
        ("descriptors", 60, Packets(FuzzSeeds.Descriptors, (consumer, input) => consumer.Descriptor(input), maxLength: 255)),
        ("extensions", 30, Packets(FuzzSeeds.ExtensionValues, (consumer, input) => consumer.ExtensionValue(input), maxLength: 255)),
        ("descriptions", 10, Descriptions),
        ("ingress", 400, (seed, inputs) => new IngressFuzz(seed).RunAsync(inputs)),
    ];

    private delegate bool Consume(PacketConsumer consumer, Span<byte> input);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "fuzz", "inputs", "seed") is not { } options) return 2;
        var (inputs, seed) = ((long)options.Number("inputs", 20_000_000), options.Number("seed", 1));
        var clock = Stopwatch.StartNew();
        var (total, crashes, rates) = (0L, 0, new Dictionary<string, double>());
        foreach (var (name, share, run) in Targets)
        {
            var each = inputs * share / 1000 / Threads;
            var begun = Stopwatch.StartNew();
            var failures = await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() => CrashAsync(run, seed * 1000 + thread, each))));
            foreach (var failure in failures.OfType<Exception>())
            {
                crashes++;
                Console.WriteLine($"{name} crashed: {failure}");
            }
            total += each * Threads;
            rates[name] = Math.Round(each * Threads / begun.Elapsed.TotalSeconds);
            Console.WriteLine($"{name,-13} {each * Threads,12:N0} inputs, {rates[name],12:N0}/s");
        }
        Console.WriteLine(JsonSerializer.Serialize(new { inputs = total, crashes, perSecond = Math.Round(total / clock.Elapsed.TotalSeconds), seconds = Math.Round(clock.Elapsed.TotalSeconds, 1), rates }));
        return crashes == 0 ? 0 : 1;
    }

    private static async Task<Exception?> CrashAsync(Func<int, long, Task> run, int seed, long inputs)
    {
        try
        {
            await run(seed, inputs);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static Func<int, long, Task> Packets(byte[][] seeds, Consume consume, int maxLength = 1280) => (seed, inputs) =>
    {
        var (consumer, mutator) = (new PacketConsumer(), new Mutator(seed, maxLength));
        for (var i = 0L; i < inputs; i++) consume(consumer, mutator.Next(seeds));
        return Task.CompletedTask;
    };

    private static Task Descriptions(int seed, long inputs)
    {
        var mutator = new TextMutator(seed, SdpSamples.All);
        for (var i = 0L; i < inputs; i++)
        {
            var text = mutator.Next();
            if (i % 4 == 0) SdpFragment.TryParse(text, out _, out _);
            else if (SessionDescription.TryParse(text, out var description, out _) && !SessionDescription.TryParse(description.ToString(), out _, out var error))
                throw new InvalidOperationException($"what was parsed and written again cannot be parsed: {error}\n{text}");
        }
        return Task.CompletedTask;
    }
}
