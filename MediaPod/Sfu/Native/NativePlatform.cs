using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>What the machine offers, as far as the pod's native calls depend on it.</summary>
/// <param name="IsLinux">The operating system is Linux.</param>
/// <param name="Architecture">Of this process.</param>
/// <param name="CanLoad">Whether the dynamic linker finds a library by this file name.</param>
/// <param name="OpenSslVersion">OpenSSL's version number (0xMNN00PP0), read only when both libraries load; 0 if it has no such function.</param>
public sealed record PlatformFacts(bool IsLinux, Architecture Architecture, Func<string, bool> CanLoad, Func<ulong> OpenSslVersion);

/// <summary>The check at start: a clear sentence instead of a DllNotFoundException in the middle of a meeting.</summary>
public static class NativePlatform
{
    private const ulong OpenSsl3 = 0x30000000;

    /// <summary>Null when media can run here.</summary>
    public static PlatformProblem? Check() => Check(new PlatformFacts(
        OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture, CanLoad, ReadOpenSslVersion));

    /// <summary>The decision itself, for machines other than this one.</summary>
    public static PlatformProblem? Check(PlatformFacts facts)
    {
        if (!facts.IsLinux)
        {
            return new(PlatformProblemKind.OperatingSystem,
                "The media pod runs on Linux only (it needs recvmmsg, sendmmsg and UDP segmentation). Use a Linux machine, container or WSL 2.");
        }
        if (facts.Architecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return new(PlatformProblemKind.Architecture,
                $"The media pod runs on x64 and arm64; this process is {facts.Architecture}. Use the .NET build for x64 or arm64.");
        }
        foreach (var library in (string[])["libcrypto.so.3", "libssl.so.3"])
        {
            if (!facts.CanLoad(library))
            {
                return new(PlatformProblemKind.LibraryMissing,
                    $"{library} was not found. Install OpenSSL 3: 'apt-get install libssl3' (Debian, Ubuntu), "
                    + "'dnf install openssl-libs' (Fedora, RHEL), 'apk add libssl3' (Alpine).");
            }
        }
        var version = facts.OpenSslVersion();
        return version >= OpenSsl3
            ? null
            : new(PlatformProblemKind.LibraryUnfit, $"libcrypto.so.3 reports version 0x{version:x}; OpenSSL 3.0 or later is needed.");
    }

    private static bool CanLoad(string library) => NativeLibrary.TryLoad(library, out _);

    private static unsafe ulong ReadOpenSslVersion() =>
        NativeLibrary.TryLoad("libcrypto.so.3", out var library) && NativeLibrary.TryGetExport(library, "OpenSSL_version_num", out var function)
            ? ((delegate* unmanaged<ulong>)function)()
            : 0;
}
