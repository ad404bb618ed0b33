using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// The C library's calls that the media path needs. Those that return within about a microsecond skip the garbage collector's transition;
/// those that may send or receive many datagrams, or block, do not. Read errno with <see cref="Marshal.GetLastSystemError"/> straight after.
/// </summary>
internal static unsafe class Libc
{
    private const string Library = "libc";

    public const int AddressFamilyInet = 2;
    public const int AddressFamilyInet6 = 10;
    public const int SocketStream = 1;
    public const int SocketDatagram = 2;
    public const int SocketNonBlocking = 0x800;
    public const int SocketCloseOnExec = 0x80000;

    public const int LevelIp = 0;
    public const int LevelSocket = 1;
    public const int LevelTcp = 6;
    public const int LevelUdp = 17;
    public const int LevelIpv6 = 41;

    public const int SocketReuseAddress = 2;
    public const int SocketSendBuffer = 7;
    public const int SocketReceiveBuffer = 8;
    public const int SocketSendBufferForce = 32;
    public const int SocketReceiveBufferForce = 33;
    public const int SocketReceiveOverflow = 40;
    public const int IpPacketInfo = 8;
    public const int IpMtuDiscover = 10;
    public const int Ipv6MtuDiscover = 23;
    public const int Ipv6Only = 26;
    public const int Ipv6ReceivePacketInfo = 49;
    public const int Ipv6PacketInfo = 50;
    public const int UdpSegment = 103;
    public const int TcpNoDelay = 1;
    public const int TcpUserTimeout = 18;
    public const int TcpNotSentLowWater = 25;

    public const int MessageTruncated = 0x20;
    public const int MessageDontWait = 0x40;
    public const int MessageNoSignal = 0x4000;

    public const int EventFdNonBlocking = 0x800;
    public const int EventFdCloseOnExec = 0x80000;
    public const int EpollCloseOnExec = 0x80000;
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int EpollModify = 3;

    public const int ResourceFileDescriptors = 7;

    [DllImport(Library, EntryPoint = "socket")]
    public static extern int Socket(int family, int type, int protocol);

    [DllImport(Library, EntryPoint = "bind")]
    public static extern int Bind(int socket, byte* address, uint length);

    [DllImport(Library, EntryPoint = "listen")]
    public static extern int Listen(int socket, int backlog);

    [DllImport(Library, EntryPoint = "accept4")]
    public static extern int Accept(int socket, byte* address, uint* length, int flags);

    [DllImport(Library, EntryPoint = "recv")]
    public static extern nint Receive(int socket, void* buffer, nuint length, int flags);

    [DllImport(Library, EntryPoint = "send")]
    public static extern nint Send(int socket, void* buffer, nuint length, int flags);

    [DllImport(Library, EntryPoint = "getsockname")]
    public static extern int GetSocketName(int socket, byte* address, uint* length);

    [DllImport(Library, EntryPoint = "setsockopt")]
    public static extern int SetSocketOption(int socket, int level, int option, void* value, uint length);

    [DllImport(Library, EntryPoint = "getsockopt")]
    public static extern int GetSocketOption(int socket, int level, int option, void* value, uint* length);

    [DllImport(Library, EntryPoint = "close")]
    public static extern int Close(int descriptor);

    [DllImport(Library, EntryPoint = "recvmmsg")]
    public static extern int ReceiveMessages(int socket, MultiMessageHeader* messages, uint count, int flags, TimeSpec* timeout);

    [DllImport(Library, EntryPoint = "sendmmsg")]
    public static extern int SendMessages(int socket, MultiMessageHeader* messages, uint count, int flags);

    [DllImport(Library, EntryPoint = "sendmsg")]
    public static extern nint SendMessage(int socket, MessageHeader* message, int flags);

    [DllImport(Library, EntryPoint = "epoll_create1")]
    public static extern int EpollCreate(int flags);

    [DllImport(Library, EntryPoint = "epoll_ctl")]
    public static extern int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [DllImport(Library, EntryPoint = "epoll_wait")]
    public static extern int EpollWait(int epoll, byte* events, int capacity, int timeoutMilliseconds);

    [DllImport(Library, EntryPoint = "eventfd")]
    public static extern int EventFd(uint initial, int flags);

    [DllImport(Library, EntryPoint = "read"), SuppressGCTransition]
    public static extern nint ReadShort(int descriptor, void* buffer, nuint length);

    [DllImport(Library, EntryPoint = "write")]
    public static extern nint Write(int descriptor, void* buffer, nuint length);

    [DllImport(Library, EntryPoint = "getrlimit")]
    public static extern int GetResourceLimit(int resource, ResourceLimit* limit);

    [DllImport(Library, EntryPoint = "setrlimit")]
    public static extern int SetResourceLimit(int resource, ResourceLimit* limit);

    [DllImport(Library, EntryPoint = "getpriority")]
    public static extern int GetPriority(int which, uint who);

    [DllImport(Library, EntryPoint = "setpriority")]
    public static extern int SetPriority(int which, uint who, int niceness);
}
