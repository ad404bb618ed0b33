using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// What OpenSSL reads datagrams from and writes them to. (Its own memory BIO is a stream: it would glue several datagrams together.)
/// The library calls back only while one of its functions runs, on the same thread.
/// </summary>
internal sealed unsafe class DatagramBio : IDisposable
{
    /// <summary>IPv4 and UDP headers, which OpenSSL subtracts from the link's MTU.</summary>
    public const int HeaderOverhead = 28;

    private static readonly void* Method = CreateMethod();

    private readonly GCHandle _self;
    private List<byte[]> _written = [];
    private byte* _incoming;
    private int _incomingLength;

    public DatagramBio(int mtu, int firstTimeoutMicroseconds)
    {
        Mtu = mtu;
        FirstTimeoutMicroseconds = firstTimeoutMicroseconds;
        _self = GCHandle.Alloc(this);
        Handle = LibSsl.BioNew(Method);
        LibSsl.BioSetData(Handle, (void*)GCHandle.ToIntPtr(_self));
    }

    /// <summary>BIO*. SSL_set_bio takes ownership of it.</summary>
    public void* Handle { get; }

    public int FirstTimeoutMicroseconds { get; }

    private int Mtu { get; }

    public static DatagramBio Of(void* bio) => (DatagramBio)GCHandle.FromIntPtr((nint)LibSsl.BioGetData(bio)).Target!;

    /// <summary>Offers a datagram to the next read; <see cref="Withdraw"/> before the pointer goes out of scope.</summary>
    public void Offer(byte* datagram, int length)
    {
        _incoming = datagram;
        _incomingLength = length;
    }

    public void Withdraw() => Offer(null, 0);

    /// <summary>What was written since the last call.</summary>
    public IReadOnlyList<byte[]> TakeWritten()
    {
        if (_written.Count == 0) return [];
        var taken = _written;
        _written = [];
        return taken;
    }

    public void Dispose() => _self.Free();

    private static void* CreateMethod()
    {
        fixed (byte* name = "datagrams\0"u8)
        {
            var method = LibSsl.BioMethodNew(LibSsl.BioNewIndex() | LibSsl.BioSourceSink, name);
            LibSsl.BioMethodSetCreate(method, &Create);
            LibSsl.BioMethodSetRead(method, &Read);
            LibSsl.BioMethodSetWrite(method, &Write);
            LibSsl.BioMethodSetControl(method, &Control);
            return method;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Create(void* bio)
    {
        LibSsl.BioSetInitialised(bio, 1);
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(void* bio, byte* data, int length)
    {
        Of(bio)._written.Add(new ReadOnlySpan<byte>(data, length).ToArray());
        return length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(void* bio, byte* buffer, int capacity)
    {
        var self = Of(bio);
        LibSsl.BioClearFlags(bio, LibSsl.BioRetryMask);
        if (self._incomingLength == 0)
        {
            LibSsl.BioSetFlags(bio, LibSsl.BioRetryRead);
            return -1;
        }
        var length = Math.Min(capacity, self._incomingLength);
        Buffer.MemoryCopy(self._incoming, buffer, capacity, length);
        self.Withdraw();
        return length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(void* bio, int command, nint argument, void* pointer) => command switch
    {
        LibSsl.BioControlFlush => 1,
        LibSsl.BioControlQueryMtu or LibSsl.BioControlFallbackMtu => Of(bio).Mtu - HeaderOverhead,
        LibSsl.BioControlMtuOverhead => HeaderOverhead,
        _ => 0,
    };
}
