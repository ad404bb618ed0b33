namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// Lets other threads wake a worker that sleeps on its <see cref="Epoll"/>: an eventfd. Many signals before the worker looks cost one
/// system call. Order for the worker: <see cref="Reset"/> first, then empty the mailbox; so nothing posted is ever slept through.
/// </summary>
public sealed unsafe class WakeUp : IDisposable
{
    private int _signalled;
    private int _descriptor;

    /// <summary>Creates the eventfd.</summary>
    /// <exception cref="NativeException">No descriptor left.</exception>
    public WakeUp()
    {
        _descriptor = Libc.EventFd(0, Libc.EventFdNonBlocking | Libc.EventFdCloseOnExec);
        if (_descriptor < 0) throw NativeException.FromErrno("cannot create an eventfd");
    }

    /// <summary>For <see cref="Epoll.Add"/>, as <see cref="EpollEvents.Readable"/>.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Wakes the worker; from any thread.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0) return;
        ulong one = 1;
        Libc.Write(_descriptor, &one, sizeof(ulong));
    }

    /// <summary>Arms it again; by the worker, when its descriptor is readable and before it looks into its mailbox.</summary>
    public void Reset()
    {
        // Always read: a signaller may have set the flag and write only after the last reset.
        ulong value;
        Libc.ReadShort(_descriptor, &value, sizeof(ulong));
        Interlocked.Exchange(ref _signalled, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        Libc.Close(_descriptor);
        _descriptor = -1;
    }
}
