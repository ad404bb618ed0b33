using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>What a descriptor is ready for; the values are the kernel's.</summary>
[Flags]
public enum EpollEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>EPOLLIN: something to read.</summary>
    Readable = 1,

    /// <summary>EPOLLOUT: room to write.</summary>
    Writable = 4,

    /// <summary>EPOLLERR.</summary>
    Error = 8,

    /// <summary>EPOLLHUP.</summary>
    HangUp = 16,
}

/// <summary>
/// What a worker sleeps on. Level-triggered. Waits with microsecond resolution where the C library has epoll_pwait2 (glibc 2.35),
/// else rounds up to milliseconds. Owned by one thread.
/// </summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int Capacity = 16;

    // struct epoll_event is packed on x64 and naturally aligned on arm64.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TokenOffset = Stride - 8;

    private static readonly delegate* unmanaged<int, byte*, int, TimeSpec*, void*, int> PreciseWait = FindPreciseWait();

    private readonly byte* _events = (byte*)NativeMemory.AlignedAlloc((nuint)(Capacity * 16), 16);
    private int _descriptor;

    /// <summary>Creates an empty set.</summary>
    /// <exception cref="NativeException">No descriptor left.</exception>
    public Epoll()
    {
        _descriptor = Libc.EpollCreate(Libc.EpollCloseOnExec);
        if (_descriptor < 0) throw NativeException.FromErrno("cannot create an epoll set");
    }

    /// <summary>For another set, in which this one is readable when something in it is ready.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Watches <paramref name="descriptor"/>; <paramref name="token"/> comes back from <see cref="Token"/>.</summary>
    /// <exception cref="NativeException">The descriptor is not open, or already in the set.</exception>
    public void Add(int descriptor, EpollEvents events, ulong token) => Control(Libc.EpollAdd, descriptor, events, token);

    /// <summary>As <see cref="Add"/>; false where the system allows no more.</summary>
    public bool TryAdd(int descriptor, EpollEvents events, ulong token) => TryControl(Libc.EpollAdd, descriptor, events, token);

    /// <summary>Changes what a descriptor is watched for.</summary>
    /// <exception cref="NativeException">The descriptor is not in the set.</exception>
    public void Modify(int descriptor, EpollEvents events, ulong token) => Control(Libc.EpollModify, descriptor, events, token);

    /// <summary>Stops watching.</summary>
    /// <exception cref="NativeException">The descriptor is not in the set.</exception>
    public void Remove(int descriptor) => Control(Libc.EpollDelete, descriptor, EpollEvents.None, 0);

    /// <summary>
    /// Waits until something is ready or <paramref name="timeoutMicroseconds"/> have passed (0: only looks; negative: for ever).
    /// Returns how many are ready (0 after a timeout or a signal), at most 16.
    /// </summary>
    public int Wait(long timeoutMicroseconds)
    {
        int ready;
        if (PreciseWait != null && timeoutMicroseconds > 0)
        {
            var timeout = new TimeSpec { Seconds = timeoutMicroseconds / 1_000_000, Nanoseconds = timeoutMicroseconds % 1_000_000 * 1000 };
            ready = PreciseWait(_descriptor, _events, Capacity, &timeout, null);
        }
        else
        {
            var milliseconds = timeoutMicroseconds < 0 ? -1 : (int)Math.Min((timeoutMicroseconds + 999) / 1000, int.MaxValue);
            ready = Libc.EpollWait(_descriptor, _events, Capacity, milliseconds);
        }
        return Math.Max(ready, 0);
    }

    /// <summary>The token of ready descriptor <paramref name="index"/> of the last <see cref="Wait"/>.</summary>
    public ulong Token(int index) => Unsafe.ReadUnaligned<ulong>(_events + index * Stride + TokenOffset);

    /// <summary>What ready descriptor <paramref name="index"/> of the last <see cref="Wait"/> is ready for.</summary>
    public EpollEvents Events(int index) => (EpollEvents)Unsafe.ReadUnaligned<uint>(_events + index * Stride);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        Libc.Close(_descriptor);
        _descriptor = -1;
        NativeMemory.AlignedFree(_events);
    }

    private void Control(int operation, int descriptor, EpollEvents events, ulong token)
    {
        if (!TryControl(operation, descriptor, events, token)) throw NativeException.FromErrno("cannot change an epoll set");
    }

    private bool TryControl(int operation, int descriptor, EpollEvents events, ulong token)
    {
        var buffer = stackalloc byte[16];
        Unsafe.WriteUnaligned(buffer, (uint)events);
        Unsafe.WriteUnaligned(buffer + TokenOffset, token);
        return Libc.EpollControl(_descriptor, operation, descriptor, buffer) == 0;
    }

    private static delegate* unmanaged<int, byte*, int, TimeSpec*, void*, int> FindPreciseWait()
    {
        if (!NativeLibrary.TryLoad("libc.so.6", out var library) || !NativeLibrary.TryGetExport(library, "epoll_pwait2", out var function)) return null;
        var wait = (delegate* unmanaged<int, byte*, int, TimeSpec*, void*, int>)function;
        // The library may have it and the kernel (before 5.11) not: an empty, immediate wait tells.
        var probe = Libc.EpollCreate(Libc.EpollCloseOnExec);
        if (probe < 0) return null;
        var scratch = stackalloc byte[16];
        var none = default(TimeSpec);
        var works = wait(probe, scratch, 1, &none, null) == 0;
        Libc.Close(probe);
        return works ? wait : null;
    }
}
