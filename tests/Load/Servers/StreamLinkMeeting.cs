using Conference.Contracts.Api;
using Conference.Load.Meetings;

namespace Conference.Load.Servers;

/// <summary>A meeting of the product, joined over its stable links: publishers by WHIP (RFC 9725), receivers by WHEP. Nobody signals.</summary>
public sealed class StreamLinkMeeting : IMeetingServer
{
    private readonly GatewayClient _gateway;
    private readonly CreateMeetingResponse _meeting;
    private readonly CreateStreamKeyResponse _key;

    private StreamLinkMeeting(GatewayClient gateway, CreateMeetingResponse meeting, CreateStreamKeyResponse key) => (_gateway, _meeting, _key) = (gateway, meeting, key);

    /// <inheritdoc/>
    public string Name => "conference";

    /// <summary>Creates it, and a key for its links.</summary>
    public static async Task<StreamLinkMeeting> CreateAsync(Uri url, CancellationToken cancellation)
    {
        var gateway = new GatewayClient(url, insecure: false);
        var meeting = await gateway.CreateAsync("Measured", key: null, cancellation).ConfigureAwait(false);
        return new(gateway, meeting, await gateway.CreateStreamKeyAsync(meeting.Id, meeting.HostKey, "Stream", cancellation).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<ISeat> PublishAsync(ISdpPeer peer, CancellationToken cancellation) => OpenAsync($"/whip/{_meeting.Code}", peer, cancellation);

    /// <inheritdoc/>
    public Task<ISeat> WatchAsync(ISdpPeer peer, CancellationToken cancellation) => OpenAsync($"/whep/{_meeting.Code}", peer, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gateway.EndAsync(_meeting.Id, _meeting.HostKey).ConfigureAwait(false);
        _gateway.Dispose();
    }

    private async Task<ISeat> OpenAsync(string link, ISdpPeer peer, CancellationToken cancellation)
    {
        var (answer, session) = await _gateway.OpenSessionAsync(link, _key.Key, trace: null, await peer.OfferAsync().ConfigureAwait(false), cancellation).ConfigureAwait(false);
        await peer.AcceptAsync(answer).ConfigureAwait(false);
        return new Seat(_gateway, session, _key.Key);
    }

    private sealed class Seat(GatewayClient gateway, Uri session, string key) : ISeat
    {
        public async ValueTask DisposeAsync() => await gateway.CloseSessionAsync(session, key).ConfigureAwait(false);
    }
}
