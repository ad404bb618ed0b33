namespace Conference.MediaPod.Sfu.Native;

/// <summary>Linux error numbers that the pod tells apart; the same on x64 and arm64.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int InvalidArgument = 22;
    public const int SystemFiles = 23;
    public const int ProcessFiles = 24;
    public const int MessageTooLong = 90;
    public const int OperationNotSupported = 95;
    public const int FamilyNotSupported = 97;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NetworkDown = 100;
    public const int NetworkUnreachable = 101;
    public const int NoBufferSpace = 105;
    public const int ConnectionRefused = 111;
    public const int HostUnreachable = 113;

    /// <summary>The constant's name in C and a plain description, for an operator's eyes.</summary>
    public static string Describe(int errno) => errno switch
    {
        NotPermitted => "not permitted (EPERM)",
        AccessDenied => "access denied (EACCES); ports below 1024 need the capability CAP_NET_BIND_SERVICE",
        ProcessFiles => "too many open files in this process (EMFILE)",
        FamilyNotSupported => "address family not supported (EAFNOSUPPORT)",
        AddressInUse => "already in use by another program (EADDRINUSE)",
        AddressNotAvailable => "the address belongs to no interface of this machine (EADDRNOTAVAIL)",
        InvalidArgument => "invalid argument (EINVAL)",
        NoBufferSpace => "no buffer space (ENOBUFS)",
        OutOfMemory => "out of memory (ENOMEM)",
        _ => $"errno {errno}",
    };
}
