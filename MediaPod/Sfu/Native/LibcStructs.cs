using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

// Layouts of the 64-bit Linux ABI; they are the same on x64 and arm64. (epoll_event is not: see Epoll.)

/// <summary>struct iovec, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>struct msghdr, 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct mmsghdr, 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiMessageHeader
{
    public MessageHeader Header;
    public uint Length;
}

/// <summary>struct cmsghdr, 16 bytes; its data follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    /// <summary>Header and data, without the padding that follows (CMSG_LEN).</summary>
    public nuint Length;
    public int Level;
    public int Type;

    /// <summary>CMSG_LEN.</summary>
    public static nuint LengthOf(int data) => (nuint)(16 + data);

    /// <summary>CMSG_SPACE: what the next header starts after.</summary>
    public static nuint SpaceOf(int data) => (nuint)(16 + ((data + 7) & ~7));
}

/// <summary>struct rlimit.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public ulong Soft;
    public ulong Hard;
}

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
