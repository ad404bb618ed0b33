namespace Conference.MediaPod.Sfu.Native;

/// <summary>How many files and sockets the process may have open (RLIMIT_NOFILE).</summary>
/// <param name="Soft">In force now.</param>
/// <param name="Hard">As far as the process may raise it by itself.</param>
public sealed record FileDescriptorLimit(ulong Soft, ulong Hard)
{
    /// <summary>The limit now in force.</summary>
    /// <exception cref="NativeException">getrlimit failed, which a working kernel does not do.</exception>
    public static unsafe FileDescriptorLimit Read()
    {
        ResourceLimit limit;
        if (Libc.GetResourceLimit(Libc.ResourceFileDescriptors, &limit) != 0) throw NativeException.FromErrno("cannot read the limit of open files");
        return new(limit.Soft, limit.Hard);
    }

    /// <summary>Raises the soft limit to <paramref name="wanted"/> as far as the hard limit lets it; never lowers it. Returns what holds afterwards.</summary>
    public static unsafe FileDescriptorLimit Raise(ulong wanted)
    {
        var before = Read();
        var target = Math.Min(wanted, before.Hard);
        if (target <= before.Soft) return before;
        var limit = new ResourceLimit { Soft = target, Hard = before.Hard };
        return Libc.SetResourceLimit(Libc.ResourceFileDescriptors, &limit) == 0 ? Read() : before;
    }
}
