namespace Conference.MediaPod.Sfu.Transports;

/// <summary>What an agent made of a check or of passing time.</summary>
[Flags]
public enum IceChanges : byte
{
    /// <summary>Nothing new.</summary>
    None = 0,

    /// <summary>The path has passed its first check: packets from it belong to this transport.</summary>
    PathAdded = 1,

    /// <summary>Some paths are no longer valid: <see cref="IceLiteAgent.RemovedPaths"/>.</summary>
    PathsRemoved = 2,

    /// <summary><see cref="IceLiteAgent.SelectedPath"/> is another: send there from now on.</summary>
    SelectedChanged = 4,

    /// <summary>The transport went from no path to a path.</summary>
    Connected = 8,

    /// <summary>The last path is gone (RFC 7675: no valid check for 30 s).</summary>
    Lost = 16,

    /// <summary>An ICE restart is complete: the credentials before it are no longer valid.</summary>
    Restarted = 32,
}

/// <summary>The outcome of one STUN datagram.</summary>
/// <param name="Drop">Why it was refused; <see cref="DropReason.None"/> if it was a valid check (even one answered with an error).</param>
/// <param name="ReplyLength">Bytes of the reply, to be sent back on the path the check came by; 0: none.</param>
/// <param name="Changes">What is new.</param>
public readonly record struct IceVerdict(DropReason Drop, int ReplyLength = 0, IceChanges Changes = IceChanges.None);
