namespace Conference.MediaPod.Sfu.Native;

/// <summary>How soon the kernel lets a thread run that has become ready while others have the cores.</summary>
public static class ThreadUrgency
{
    /// <summary>The niceness (-20 to 19) of an urgent thread: it gets nine tenths of a core that it shares with an ordinary one, and gets it at once.</summary>
    public const int Niceness = -10;

    private const int OfThread = 0; // PRIO_PROCESS; with the number 0 Linux means the calling thread

    /// <summary>Makes the calling thread urgent where the process may (CAP_SYS_NICE, or RLIMIT_NICE); elsewhere it stays as it is. Returns its niceness afterwards.</summary>
    public static int Raise()
    {
        var before = Libc.GetPriority(OfThread, 0);
        if (before <= Niceness) return before;
        return Libc.SetPriority(OfThread, 0, Niceness) == 0 ? Niceness : before;
    }
}
