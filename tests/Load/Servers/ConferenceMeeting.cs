using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;
using Conference.Load.Meetings;

namespace Conference.Load.Servers;

/// <summary>A meeting of the product, joined as its own page joins it: a place, signaling, a media session of the SDK.</summary>
public sealed class ConferenceMeeting : IMeetingServer
{
    private readonly GatewayClient _gateway;
    private readonly CreateMeetingResponse _meeting;
    private int _people;

    private ConferenceMeeting(GatewayClient gateway, CreateMeetingResponse meeting)
    {
        _gateway = gateway;
        _meeting = meeting;
    }

    /// <inheritdoc/>
    public string Name => "conference";

    /// <summary>The meeting.</summary>
    public CreateMeetingResponse Meeting => _meeting;

    /// <summary>Creates it.</summary>
    public static async Task<ConferenceMeeting> CreateAsync(Uri url, CancellationToken cancellation)
    {
        var gateway = new GatewayClient(url, insecure: false);
        return new(gateway, await gateway.CreateAsync("Measured", key: null, cancellation).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<ISeat> PublishAsync(ISdpPeer peer, CancellationToken cancellation) => SitAsync(peer, sends: true, cancellation);

    /// <inheritdoc/>
    public Task<ISeat> WatchAsync(ISdpPeer peer, CancellationToken cancellation) => SitAsync(peer, sends: false, cancellation);

    /// <summary>Takes a place; the seat says whose.</summary>
    public async Task<ISeat> SitAsync(ISdpPeer peer, bool sends, CancellationToken cancellation)
    {
        var join = await _gateway.JoinAsync(_meeting.Code, new JoinRequest($"Person {Interlocked.Increment(ref _people)}"), cancellation).ConfigureAwait(false);
        if (join.Media is not { } grant) throw new LoadException("the meeting has a lobby");
        var (socket, _) = await SignalSocket.OpenAsync(_gateway, join.SignalUrl, join.SignalTicket, cancellation).ConfigureAwait(false);
        var seat = new ConferenceSeat(_gateway, socket, grant, join.ParticipantId);
        try
        {
            var (answer, url) = await _gateway.OpenSessionAsync(grant, await peer.OfferAsync().ConfigureAwait(false), cancellation).ConfigureAwait(false);
            seat.Session = url;
            await peer.AcceptAsync(answer).ConfigureAwait(false);
            if (!sends) return seat;
            foreach (var source in new[] { MediaSource.Microphone, MediaSource.Camera })
                await socket.SendAsync(new MediaSetMuted(CommandId.Parse(Guid.NewGuid().ToString("N")), source, Muted: false), cancellation).ConfigureAwait(false);
            return seat;
        }
        catch
        {
            await seat.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gateway.EndAsync(_meeting.Id, _meeting.HostKey).ConfigureAwait(false);
        _gateway.Dispose();
    }
}

/// <summary>A participant's place.</summary>
public sealed class ConferenceSeat : ISeat
{
    private readonly GatewayClient _gateway;
    private readonly SignalSocket _socket;
    private readonly MediaGrant _grant;
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _listening;

    internal ConferenceSeat(GatewayClient gateway, SignalSocket socket, MediaGrant grant, ParticipantId participant)
    {
        (_gateway, _socket, _grant, Participant) = (gateway, socket, grant, participant);
        _listening = ListenAsync();
    }

    /// <summary>Who sits here.</summary>
    public ParticipantId Participant { get; }

    /// <summary>The media session.</summary>
    public Uri? Session { get; internal set; }

    /// <summary>The ticket that opened it.</summary>
    public string MediaTicket => _grant.MediaTicket;

    /// <summary>Says something on the signaling socket.</summary>
    public Task SendAsync(ClientMessage message, CancellationToken cancellation) => _socket.SendAsync(message, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Session is { } session) await _gateway.CloseSessionAsync(session, _grant.MediaTicket).ConfigureAwait(false);
        await _socket.LeaveAsync(_listening).ConfigureAwait(false);
        await _leaving.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        _socket.Dispose();
        _leaving.Dispose();
    }

    // Events are read and thrown away, as a full socket would be closed by the silo.
    private async Task ListenAsync()
    {
        try
        {
            while (await _socket.ReceiveAsync(_leaving.Token).ConfigureAwait(false) is not null)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LoadException)
        {
            // It leaves, or what it reads is not of this version: neither matters here.
        }
    }
}
