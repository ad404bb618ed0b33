using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>CPU time of the calling thread.</summary>
public static unsafe class ThreadCpuClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Nanoseconds of CPU time since the thread began.</summary>
    public static long Nanoseconds
    {
        get
        {
            var time = stackalloc long[2];
            return GetTime(ThreadCpuTime, time) == 0 ? time[0] * 1_000_000_000 + time[1] : 0;
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime"), SuppressGCTransition]
    private static extern int GetTime(int clock, long* time);
}
