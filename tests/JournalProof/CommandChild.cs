using System.Runtime.InteropServices;
using Conference.Silo.Journal;

namespace Conference.JournalProof;

/// <summary>
/// A process that sends commands until it is killed, and says on its output what was acknowledged. It is told on its input with which
/// command each sender goes on: the first whose acknowledgement nobody has seen.
/// </summary>
internal static partial class CommandChild
{
    private static readonly Lock Output = new();
    private static readonly Stream Pipe = Console.OpenStandardOutput();
    private static long s_printed;

    /// <summary>Acknowledgements that have left this process.</summary>
    public static long Printed => Interlocked.Read(ref s_printed);

    public static async Task<int> RunAsync(Options options)
    {
        var probe = options.Find("kill-at") is { } point ? new KillProbe(Enum.Parse<JournalPoint>(point), options.Number("kill-batch", 1)) : null;
        var store = ProofStore.Of(options, checkpointBytes: 256 << 10);
        int meetings = options.Number("meetings", 4), senders = options.Number("senders", 3);
        var next = await ReadNextAsync(meetings, senders);
        var target = await CommandTargets.OpenAsync(options.Find("target") ?? CommandTargets.Raw, store.Options(probe), store.Keys);
        await target.PrepareAsync(meetings, senders);
        await Task.WhenAll(Enumerable.Range(0, meetings * senders).Select(i => Task.Run(() => SendAsync(target, i / senders, i % senders, next[i]))));
        return 0;
    }

    /// <summary>Ends this process as a crash would: nothing is flushed, closed or told to anybody.</summary>
    private static void KillThisProcess()
    {
        const int sigkill = 9;
        _ = Kill(Environment.ProcessId, sigkill);
        new ManualResetEventSlim().Wait();
    }

    private static async Task<long[]> ReadNextAsync(int meetings, int senders)
    {
        var next = new long[meetings * senders];
        for (var i = 0; i < next.Length; i++)
            next[i] = long.Parse(await Console.In.ReadLineAsync() ?? throw new EndOfStreamException("Too few senders on the input."));
        return next;
    }

    private static async Task SendAsync(ICommandTarget target, int meeting, int sender, long number)
    {
        while (true)
        {
            var answer = await target.SendAsync(meeting, sender, CommandTargets.CommandId(meeting, sender, number));
            if (answer.Failure is { } failure)
            {
                Print(new CommandLine.Failed(failure));
                await Task.Delay(TimeSpan.FromMilliseconds(5));
                continue;
            }
            Print(new CommandLine.Acknowledged(meeting, sender, number, answer.Sequence));
            Interlocked.Increment(ref s_printed);
            number++;
        }
    }

    private static void Print(CommandLine line)
    {
        lock (Output) Pipe.Write(line.ToBytes());
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>Kills the process when the given batch reaches the given point.</summary>
    private sealed class KillProbe(JournalPoint at, int batch) : IJournalProbe
    {
        private int _batch = 1;
        private long _printedBefore;

        public void Reached(JournalPoint point)
        {
            if (point == JournalPoint.AfterCommit) _printedBefore = Printed;
            if (point == at && _batch >= batch)
            {
                // "After acknowledgement" means that somebody outside has been told.
                if (point == JournalPoint.AfterAcknowledgement) SpinWait.SpinUntil(() => Printed > _printedBefore, TimeSpan.FromSeconds(5));
                KillThisProcess();
            }
            if (point == JournalPoint.AfterAcknowledgement) _batch++;
        }
    }
}
