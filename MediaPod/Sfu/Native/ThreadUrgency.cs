using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// How soon the kernel lets a thread run that has become ready while others have the cores. A share of the processor is not touched by <see cref="SliceMicroseconds"/>: who asks for short slices gets them
/// sooner and more often (Linux 6.12; older kernels take no notice). It needs no rights. <see cref="Niceness"/> does.
/// </summary>
internal static unsafe class ThreadUrgency
{
    /// <summary>The slice asked for: the shortest that the kernel gives, in microseconds.</summary>
    public const int SliceMicroseconds = 100;

    /// <summary>What the thread gets where the process may (CAP_SYS_NICE, or RLIMIT_NICE): ahead of all that is not as urgent.</summary>
    public const int Niceness = -10;

    private const int OfThread = 0; // PRIO_PROCESS; Linux means the thread

    /// <summary>Makes the calling thread urgent, as far as the process may. Returns its niceness afterwards.</summary>
    public static int Raise()
    {
        var before = Libc.GetPriority(OfThread, 0);
        if (Set(Math.Min(before, Niceness)) || Set(before)) return Libc.GetPriority(OfThread, 0);
        return before;
    }

    private static bool Set(int niceness)
    {
        var wanted = new Attributes { Size = (uint)sizeof(Attributes), Nice = niceness, Runtime = SliceMicroseconds * 1000UL };
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 274 : 314; // sched_setattr, which has no name in every libc
        return Libc.SystemCall(number, 0, (nint)(&wanted), 0) == 0;
    }

    // struct sched_attr, as of its first version. Policy 0 is the ordinary one.
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
