using Conference.Benchmarks.Chaos;
using Conference.Benchmarks.Compare;
using Conference.Benchmarks.Forward;
using Conference.Benchmarks.Fuzz;
using Conference.Benchmarks.Glass;
using Conference.Benchmarks.Grains;
using Conference.Benchmarks.Impair;
using Conference.Benchmarks.Join;
using Conference.Benchmarks.Journal;
using Conference.Benchmarks.Latency;
using Conference.Benchmarks.Meeting;
using Conference.Benchmarks.Slots;
using Conference.Benchmarks.Soak;
using Conference.Benchmarks.Spread;

// Each benchmark prints its figures as it goes, and one line of JSON at the end. Exit code 1: it ran, and a figure is not what it must be.
try
{
    return await RunAsync(args);
}
catch (Exception e)
{
    // What was started is ended by now, which an exception that nobody catches would not have seen to.
    await Console.Error.WriteLineAsync($"bench {args.FirstOrDefault()}: {e}");
    return 1;
}

static async Task<int> RunAsync(string[] args) => args switch
{
    ["forward", .. var options] => await ForwardBench.RunAsync(options),
    ["journal", .. var options] => await JournalBench.RunAsync(options),
    ["join", .. var options] => await JoinBench.RunAsync(options),
    ["grains", .. var options] => await GrainBench.RunAsync(options),
    ["latency", .. var options] => await LatencyBench.RunAsync(options),
    ["spread", ..] => await SpreadBench.RunAsync(),
    ["soak", .. var options] => await SoakBench.RunAsync(options),
    ["slots", .. var options] => await SlotsBench.RunAsync(options),
    ["glass", .. var options] => await GlassBench.RunAsync(options),
    ["fuzz", .. var options] => await FuzzBench.RunAsync(options),
    ["impair", .. var options] => await ImpairBench.RunAsync(options),
    ["meeting", .. var options] => await MeetingBench.RunAsync(options),
    ["chaos-chat", .. var options] => await ChaosChatBench.RunAsync(options),
    ["compare", .. var options] => await CompareBench.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: bench forward|spread|journal|join|grains|compare|latency|impair|fuzz|soak|slots|glass|meeting|chaos-chat [options]");
    return 2;
}
