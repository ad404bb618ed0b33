using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>A system or library call that must succeed at start did not. Never thrown on the packet path.</summary>
public sealed class NativeException : Exception
{
    internal NativeException(string operation, int errno)
        : base($"{operation}: {Native.Errno.Describe(errno)}") => Errno = errno;

    internal NativeException(string message) : base(message)
    {
    }

    /// <summary>Linux error number, or 0 where the failing library has none.</summary>
    public int Errno { get; }

    /// <summary>True when another program holds the address (EADDRINUSE).</summary>
    public bool IsAddressInUse => Errno == Native.Errno.AddressInUse;

    /// <summary>The call that has just failed.</summary>
    /// <param name="operation">A constant: whatever composes a text may call the system itself, and the error number would be gone.</param>
    internal static NativeException FromErrno(string operation) => new(operation, Marshal.GetLastSystemError());
}
