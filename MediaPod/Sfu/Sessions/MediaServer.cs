using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>
/// The forwarding unit: workers, each a dedicated thread with one UDP port, that sessions are opened on. Every method may be called from any thread;
/// methods about rooms, participants and sessions that are not there do nothing. Control reaches a worker only through its mailbox.
/// </summary>
public sealed class MediaServer : IAsyncDisposable
{
    private MediaServer(MediaServerOptions options) => Options = options;

    /// <summary>What the server was started with.</summary>
    public MediaServerOptions Options { get; }

    /// <summary>The fingerprint of the certificate that every DTLS handshake shows; made at start.</summary>
    public CertificateFingerprint Fingerprint => throw new NotSupportedException();

    /// <summary>How busy the workers are.</summary>
    public MediaLoad Load => throw new NotSupportedException();

    /// <summary>Every worker's counters; cheap enough for a metrics scrape, not for a loop.</summary>
    public ImmutableArray<WorkerCounters> Counters => throw new NotSupportedException();

    /// <summary>Binds the ports and starts the workers.</summary>
    /// <exception cref="MediaStartException">Something named is in the way.</exception>
    public static MediaServer Start(MediaServerOptions options, IMediaRoomEvents roomEvents)
    {
        ArgumentNullException.ThrowIfNull(roomEvents);
        return new(options);
    }

    /// <summary>The worker on which the room's sessions live; for a new room the one with the least load. Hold it until <see cref="OpenAsync"/> has returned.</summary>
    public MediaPlacement Place(string roomId) => throw new NotSupportedException(roomId);

    /// <summary>Opens a session: from now on its transport answers connectivity checks.</summary>
    /// <exception cref="InvalidOperationException">The session id or its ICE user fragment is in use.</exception>
    public Task<SessionHandle> OpenAsync(SessionSpec spec, ISessionEvents events) => throw new NotSupportedException();

    /// <summary>Applies a re-offer: m-lines added or changed. Slots and publications that stay as they are notice nothing. False: no such session.</summary>
    public Task<bool> UpdateAsync(string sessionId, NegotiatedSession media) => throw new NotSupportedException();

    /// <summary>Restarts ICE (RFC 8445 section 9): the old path serves until a check with the new credentials selects another. False: no such session.</summary>
    public Task<bool> RestartIceAsync(string sessionId, string localUfrag, string localPassword, string remoteUfrag) => throw new NotSupportedException();

    /// <summary>Ends a session and frees everything it holds. Completes when that is done.</summary>
    public Task CloseAsync(string sessionId, SessionEnd reason) => throw new NotSupportedException();

    /// <summary>Says what a participant may send and what is muted.</summary>
    public void ApplyPolicy(string roomId, string participantId, PublishPolicy policy) => throw new NotSupportedException();

    /// <summary>Replaces what a session wants to see. Before the first call its video slots fill by themselves with whoever speaks.</summary>
    public void SetDemand(string sessionId, ImmutableArray<Demand> demands) => throw new NotSupportedException();

    /// <summary>A live room in every detail; null when the room is not there.</summary>
    public Task<MediaRoomDump?> DumpRoomAsync(string roomId) => throw new NotSupportedException();

    /// <summary>Every room, as <see cref="IMediaRoomEvents.RoomChanged"/> last told it.</summary>
    public Task<ImmutableArray<MediaRoomState>> RoomsAsync() => throw new NotSupportedException();

    /// <summary>Ends every session with <see cref="SessionEnd.PodStopping"/>, stops the workers and frees their memory.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
