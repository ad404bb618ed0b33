namespace Conference.Standalone;

/// <summary>Why the program cannot start; the process ends with the number as its exit code.</summary>
public enum StartRefusal
{
    /// <summary>The data folder cannot be made or written.</summary>
    DataFolderUnwritable = 10,

    /// <summary>Another process runs on the data folder.</summary>
    DataFolderInUse = 11,

    /// <summary>What is in the data folder cannot be read: a damaged key, a journal of another version.</summary>
    DataUnusable = 12,

    /// <summary>Another process has the TCP port, or this one may not have it.</summary>
    PortTaken = 13,

    /// <summary>The address of <c>--bind</c> is not one of this machine's.</summary>
    AddressUnavailable = 14,

    /// <summary>The media side cannot start: UDP port taken, OpenSSL missing, not Linux.</summary>
    Media = 15,

    /// <summary>The certificate cannot be used.</summary>
    Certificate = 16,

    /// <summary>An environment variable makes no sense.</summary>
    InvalidVariable = 17,

    /// <summary>The secret of the TURN servers is missing or cannot be read.</summary>
    TurnUnusable = 18,

    /// <summary>What is said of the OpenID provider makes no sense, or the client's secret cannot be read.</summary>
    SignInUnusable = 19,
}

/// <summary>The program cannot start; the message is one line for people.</summary>
public sealed class StartFailure(StartRefusal reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public StartRefusal Reason { get; } = reason;
}
