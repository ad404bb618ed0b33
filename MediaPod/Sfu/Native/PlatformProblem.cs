namespace Conference.MediaPod.Sfu.Native;

/// <summary>Why this machine cannot run a media pod.</summary>
public enum PlatformProblemKind
{
    /// <summary>Not Linux.</summary>
    OperatingSystem,

    /// <summary>Linux, but neither x64 nor arm64 (the native layouts are known for those two).</summary>
    Architecture,

    /// <summary>OpenSSL 3's libcrypto.so.3 or libssl.so.3 is not installed.</summary>
    LibraryMissing,

    /// <summary>The library is there but too old or built without what is needed.</summary>
    LibraryUnfit,
}

/// <param name="Kind">For tests and exit codes.</param>
/// <param name="Message">One line for the operator: what is wrong and what to install.</param>
public sealed record PlatformProblem(PlatformProblemKind Kind, string Message);
