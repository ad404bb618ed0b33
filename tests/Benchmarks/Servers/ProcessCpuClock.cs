using System.Runtime.InteropServices;

namespace Conference.Benchmarks.Servers;

/// <summary>What the kernel has accounted to another process: its CPU clock, all threads, those that ended too.</summary>
internal static partial class ProcessCpuClock
{
    private const int Scheduled = 2;

    /// <summary>CPU time of a process in nanoseconds, user and system.</summary>
    /// <exception cref="InvalidOperationException">It is gone.</exception>
    public static long Nanoseconds(int processId)
    {
        // clock_getcpuclockid(3) gives this number; the kernel's own encoding of the clock of a process.
        return GetTime((~processId << 3) | Scheduled, out var time) == 0
            ? time.Seconds * 1_000_000_000 + time.Nanoseconds
            : throw new InvalidOperationException($"process {processId} is gone");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
