using System.Collections.Immutable;
using System.Diagnostics;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.MediaPod.Host.Channels;
using Conference.MediaPod.Host.Plans;
using Conference.MediaPod.Sfu.Sessions;
using SlotContent = Conference.Contracts.Media.SlotContent;
using SpeakerLevel = Conference.Contracts.Media.SpeakerLevel;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>One open media session as its HTTP and WebSocket side sees it. Safe for concurrent use.</summary>
/// <param name="onEnded">Called once, when it is over.</param>
/// <param name="demand">Hands demands to the media server.</param>
/// <param name="hint">Hands it what pictures show.</param>
internal sealed class PodSession(Action<PodSession, SessionEndReason> onEnded, Action<string, ImmutableArray<Sfu.Sessions.Demand>> demand, Action<string, TrackSource, Sfu.Allocation.ContentHint> hint)
    : ISessionEvents
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<SessionEndReason?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChannelConnection? _channel;
    private ChannelSlots? _slots;
    private ChannelSpeakers? _speakers;
    private ChannelCodec? _codec;
    private ChannelEncodings? _encodings;

    /// <summary>Unguessable (128 bits): part of the session's URL.</summary>
    public required string Id { get; init; }

    /// <summary>Whose meeting.</summary>
    public required MeetingId MeetingId { get; init; }

    /// <summary>Whose session.</summary>
    public required ParticipantId ParticipantId { get; init; }

    /// <summary>How it was opened.</summary>
    public required SessionKind Kind { get; init; }

    /// <summary>The meeting is encrypted from end to end.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>The bearer credentials that may change or delete it.</summary>
    public required SessionKeys Keys { get; init; }

    /// <summary>What offer and answer agree on now. Changed only under <see cref="Changing"/>.</summary>
    public required NegotiatedSession Media { get; set; }

    /// <summary>The answer's version; grows with each re-offer.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Held while the session is changed, so that re-offers and restarts come one after the other.</summary>
    public SemaphoreSlim Changing { get; } = new(1, 1);

    /// <summary>Names the current ICE session (RFC 9725 section 4.3.1).</summary>
    public string Etag => $"\"{Media.LocalUfrag}\"";

    /// <summary>When it was opened, on the pod's clock.</summary>
    public long Opened { get; init; }

    /// <summary>Its transport has been up.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>The plan has named the participant since the session was opened.</summary>
    public bool Confirmed { get; set; }

    /// <summary>Silo-connected time that an unconfirmed session has waited.</summary>
    public TimeSpan Unconfirmed { get; set; }

    /// <summary>Completes when the session is over, with the reason.</summary>
    public Task<SessionEndReason?> Ended => _ended.Task;

    /// <summary>The reason to tell instead of the media server's, where the host knows it better.</summary>
    public SessionEndReason? HostReason { get; set; }

    /// <summary>The span from the answer to DTLS being done; null when the opening is not traced.</summary>
    public Activity? Connecting { get; init; }

    /// <summary>Replaces what the viewer wants to see.</summary>
    public void Demand(ChannelDemand wanted) =>
        demand(Id, [.. wanted.Items.Select(i => new Sfu.Sessions.Demand(i.ParticipantId?.Value, SourceNames.ToTrack(i.Source), i.MaxHeight, i.Priority, i.Pinned))]);

    /// <summary>Notes what a picture shows.</summary>
    public void Shows(ChannelContent content) => hint(Id, SourceNames.ToTrack(content.Source), SourceNames.ToSfu(content.Hint));

    /// <summary>A channel opened: it hears the present state, then every change. It takes the place of one before, which a client that reconnects has given up.</summary>
    public void Attach(ChannelConnection channel)
    {
        lock (_gate)
        {
            _channel?.Replace();
            _channel = channel;
            channel.Post(new ChannelWelcome());
            foreach (var message in new ChannelServerMessage?[] { _codec, _encodings, _slots, _speakers })
                if (message is not null) channel.Post(message);
        }
    }

    /// <summary>A channel closed.</summary>
    public void Detach(ChannelConnection channel)
    {
        lock (_gate)
        {
            if (_channel == channel) _channel = null;
        }
    }

    /// <summary>Tells the client which codec its publishers should use.</summary>
    public void Tell(ChannelCodec codec)
    {
        lock (_gate)
        {
            if (_codec == codec) return;
            _codec = codec;
            Post(codec);
        }
    }

    /// <summary>Tells the client that the pod drains.</summary>
    public void TellDraining()
    {
        lock (_gate) Post(new ChannelDraining());
    }

    /// <inheritdoc/>
    public void Connected()
    {
        IsConnected = true;
        Connecting?.Dispose();
    }

    /// <inheritdoc/>
    public void SlotsChanged(ImmutableArray<Sfu.Sessions.SlotContent> slots)
    {
        lock (_gate)
        {
            _slots = new ChannelSlots([.. slots.Select(Translate)]);
            Post(_slots);
        }
    }

    /// <inheritdoc/>
    public void SpeakersChanged(ImmutableArray<Sfu.Sessions.SpeakerLevel> speakers)
    {
        lock (_gate)
        {
            _speakers = new ChannelSpeakers([.. speakers.Select(s => new SpeakerLevel(ParticipantId.Parse(s.ParticipantId), s.Level, s.Active))]);
            Post(_speakers);
        }
    }

    /// <inheritdoc/>
    public void WantsChanged(ImmutableArray<PublicationWants> wants)
    {
        lock (_gate)
        {
            _encodings = new ChannelEncodings([.. wants.Select(p => new SourceEncodings(
                p.Mid, SourceNames.ToContract(p.Source), [.. p.Encodings.Where(e => e.Wanted).Select(e => e.Rid)], [.. p.Encodings.Where(e => !e.Wanted).Select(e => e.Rid)]))]);
            Post(_encodings);
        }
    }

    /// <inheritdoc/>
    void ISessionEvents.Ended(SessionEnd reason)
    {
        var told = HostReason ?? SourceNames.ToContract(reason);
        if (Connecting is { IsStopped: false } span)
        {
            span.SetStatus(ActivityStatusCode.Error, told.ToString());
            span.Dispose();
        }
        onEnded(this, told);
        _ended.TrySetResult(told);
    }

    private static SlotContent Translate(Sfu.Sessions.SlotContent slot) => new(
        slot.Mid, SourceNames.ToContract(slot.State), slot.ParticipantId is null ? null : ParticipantId.Parse(slot.ParticipantId),
        slot.Source is { } source ? SourceNames.ToContract(source) : null);

    private void Post(ChannelServerMessage message) => _channel?.Post(message);
}
