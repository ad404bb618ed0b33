using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Conference.Load.Servers;

/// <summary>A room of Janus' VideoRoom plugin (multistream, Janus 1.x): publishers offer, subscribers are offered.</summary>
public sealed class JanusRoom : IMeetingServer
{
    private const int MostTries = 20;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly JanusSocket _janus;
    private readonly long _control;
    private readonly long _room;
    private readonly ConcurrentDictionary<long, long> _feeds = new();

    private JanusRoom(JanusSocket janus, long control, long room)
    {
        (_janus, _control, _room) = (janus, control, room);
    }

    /// <inheritdoc/>
    public string Name => "janus";

    /// <summary>Makes a room for Opus and VP8.</summary>
    /// <param name="url">Of Janus' WebSocket transport.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<JanusRoom> CreateAsync(Uri url, CancellationToken cancellation)
    {
        var janus = await JanusSocket.OpenAsync(url, cancellation).ConfigureAwait(false);
        var control = await janus.AttachAsync(cancellation).ConfigureAwait(false);
        var (data, _) = await janus.MessageAsync(control, new JsonObject
        {
            ["request"] = "create", ["publishers"] = 200, ["audiocodec"] = "opus", ["videocodec"] = "vp8", ["bitrate"] = 0, ["notify_joining"] = false, ["permanent"] = false,
        }, null, cancellation).ConfigureAwait(false);
        return new(janus, control, (long)data["room"]!);
    }

    /// <inheritdoc/>
    public async Task<ISeat> PublishAsync(ISdpPeer peer, CancellationToken cancellation)
    {
        var handle = await _janus.AttachAsync(cancellation).ConfigureAwait(false);
        var offer = await peer.OfferAsync().ConfigureAwait(false);
        var (data, answer) = await _janus.MessageAsync(handle, new JsonObject { ["request"] = "joinandconfigure", ["ptype"] = "publisher", ["room"] = _room }, ("offer", Reachable(offer)), cancellation).ConfigureAwait(false);
        await peer.AcceptAsync(answer ?? throw new LoadException("Janus does not answer the offer")).ConfigureAwait(false);
        _feeds[handle] = (long)data["id"]!;
        return new Seat(this, handle);
    }

    /// <inheritdoc/>
    public async Task<ISeat> WatchAsync(ISdpPeer peer, CancellationToken cancellation)
    {
        if (_feeds.IsEmpty) throw new LoadException("nobody sends in the room of Janus yet");
        var handle = await _janus.AttachAsync(cancellation).ConfigureAwait(false);
        var offer = await JoinAsync(handle, cancellation).ConfigureAwait(false);
        var answer = await peer.AnswerAsync(offer ?? throw new LoadException("Janus offers nothing")).ConfigureAwait(false);
        await _janus.MessageAsync(handle, new JsonObject { ["request"] = "start", ["room"] = _room }, ("answer", Reachable(answer)), cancellation).ConfigureAwait(false);
        return new Seat(this, handle);
    }

    // A publisher that is connected by its own account may not be by Janus' for a moment yet.
    private async Task<string?> JoinAsync(long handle, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var streams = new JsonArray([.. _feeds.Values.Order().Select(feed => (JsonNode)new JsonObject { ["feed"] = feed })]);
            try
            {
                return (await _janus.MessageAsync(handle, new JsonObject { ["request"] = "join", ["ptype"] = "subscriber", ["room"] = _room, ["streams"] = streams }, null, cancellation).ConfigureAwait(false)).Sdp;
            }
            catch (LoadException e) when (tries < MostTries && e.Message.Contains("No such feed", StringComparison.Ordinal))
            {
                await Task.Delay(RetryAfter, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Janus takes no credentials from a description without a candidate, also as an ICE-lite end that sends no checks. This one leads nowhere (RFC 5737, port discard): the way that is used is learned
    /// from the client's checks.
    /// </summary>
    private static string Reachable(string sdp)
    {
        if (sdp.Contains("a=candidate:", StringComparison.Ordinal)) return sdp;
        var lines = sdp.Split('\n').Select(line => line.StartsWith("a=ice-ufrag:", StringComparison.Ordinal) ? $"a=candidate:1 1 udp 1 198.51.100.1 9 typ host\r\n{line}" : line);
        return string.Join('\n', lines);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _janus.MessageAsync(_control, new JsonObject { ["request"] = "destroy", ["room"] = _room }, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LoadException)
        {
            // Janus is gone, and the room with it.
        }
        await _janus.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Seat(JanusRoom room, long handle) : ISeat
    {
        public async ValueTask DisposeAsync()
        {
            room._feeds.TryRemove(handle, out _);
            try
            {
                await room._janus.DetachAsync(handle, CancellationToken.None).ConfigureAwait(false);
            }
            catch (LoadException)
            {
                // Janus is gone.
            }
        }
    }
}
