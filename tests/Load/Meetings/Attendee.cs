using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;
using Conference.Load.Media;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Load.Meetings;

/// <summary>One participant: takes a place, signals, holds a media session, and follows where the silo moves it.</summary>
internal sealed class Attendee(LoadRig rig, string code, string name, bool publishes, MediaThread thread, Random random)
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly uint _audioSsrc = Ssrc(random), _videoSsrc = Ssrc(random);
    private readonly List<MediaPeer> _past = [];
    private JoinResponse _join = null!;
    private SignalSocket? _signal;
    private Session? _session;
    private Task? _listening;
    private volatile bool _isLeaving;
    private List<Published> _published = [];

    /// <summary>What it received. To be looked at when its thread has ended.</summary>
    public ReceiverCheck Check { get; } = new(Offers.Types);

    /// <summary>What it sends.</summary>
    public IEnumerable<PacketSource> Sources => _published.Select(p => p.Source);

    public bool Publishes => publishes;

    /// <summary>Moves that it followed.</summary>
    public int Moves { get; private set; }

    /// <summary>Why signaling ended although it should not have; null: it did not.</summary>
    public string? Disconnected { get; private set; }

    /// <summary>From asking for the place to media that can flow.</summary>
    public TimeSpan Joined { get; private set; }

    /// <summary>All of its transports, the one in use last.</summary>
    public IEnumerable<MediaPeer> Peers => _session is null ? _past : _past.Append(_session.Peer);

    /// <summary>The slots of the transport in use.</summary>
    public IReadOnlySet<uint> LiveSlots => _session?.Peer.Slots ?? (IReadOnlySet<uint>)new HashSet<uint>();

    /// <summary>Takes the place and connects; publishers begin to send.</summary>
    public async Task ConnectAsync(CancellationToken cancellation)
    {
        var begun = rig.Time.GetTimestamp();
        _join = await rig.Gateway.JoinAsync(code, new JoinRequest(name, rig.Options.Passcode, Region: rig.Options.Region), cancellation).ConfigureAwait(false);
        if (_join.Media is not { } grant) throw new LoadException("the meeting has a lobby, which nobody lets people in from here");
        Welcome welcome;
        var signaling = SignalSocket.OpenAsync(rig.Gateway, _join.SignalUrl, _join.SignalTicket, cancellation);
        try
        {
            _session = await OpenAsync(grant, cancellation).ConfigureAwait(false);
        }
        finally
        {
            (_signal, welcome) = await signaling.ConfigureAwait(false);
        }
        // Whoever was moved before the socket was there hears of it in its welcome.
        if (welcome.Media is { } now && now.PodId != grant.PodId) await MoveAsync(now, cancellation).ConfigureAwait(false);
        Joined = rig.Time.GetElapsedTime(begun);
        if (publishes) await PublishAsync(_session.Peer, cancellation).ConfigureAwait(false);
        _listening = ListenAsync(_leaving.Token);
    }

    /// <summary>Gives the place up.</summary>
    public async Task LeaveAsync()
    {
        _isLeaving = true;
        if (_signal is not null)
        {
            _listening ??= ListenAsync(_leaving.Token);
            if (Disconnected is null) await _signal.LeaveAsync(_listening).ConfigureAwait(false);
            await _leaving.CancelAsync().ConfigureAwait(false);
            await _listening.ConfigureAwait(false);
        }
        if (_session is { } session) await rig.Gateway.CloseSessionAsync(session.Url, session.Ticket).ConfigureAwait(false);
        _signal?.Dispose();
        _leaving.Dispose();
    }

    private async Task<Session> OpenAsync(MediaGrant grant, CancellationToken cancellation)
    {
        var ice = IceCredentials.Generate();
        var offer = Offers.Make(new(ice, rig.Handshaker.Fingerprint, publishes ? _audioSsrc : null, publishes ? _videoSsrc : null, Offers.AudioSlots, rig.Options.VideoSlots));
        var (text, url) = await rig.Gateway.OpenSessionAsync(grant, offer.ToString(), cancellation).ConfigureAwait(false);
        var (answer, problem) = Offers.Read(text);
        if (answer is null) throw new LoadException(problem);
        var peer = new MediaPeer(rig.Handshaker, ice, answer, Check, thread, publishes);
        thread.Add(peer);
        try
        {
            await peer.Established.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            thread.Remove(peer);
            throw new LoadException($"media does not connect to {string.Join(" or ", answer.Candidates)}: {(e is OperationCanceledException ? "no answer" : e.Message)}", e);
        }
        return new(peer, url, grant.MediaTicket);
    }

    private async Task PublishAsync(MediaPeer peer, CancellationToken cancellation)
    {
        var begin = rig.Clock.Microseconds + random.Next(33_000);
        PacketSource[] sources =
        [
            new AudioSource(Ssrc(random), _audioSsrc, Offers.Types.Audio, Offers.LevelExtension, begin),
            new VideoSource(Ssrc(random), _videoSsrc, Offers.Types.Video, begin, rig.Options.Kilobits, new Random(random.Next())),
        ];
        _published = [.. sources.Select(s => new Published(s, peer))];
        foreach (var source in new[] { MediaSource.Microphone, MediaSource.Camera })
            await _signal!.SendAsync(new MediaSetMuted(NewCommand(), source, Muted: false), cancellation).ConfigureAwait(false);
        thread.Post(() => peer.Sources.AddRange(sources));
        foreach (var published in _published) thread.Publish(published);
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                switch (await _signal!.ReceiveAsync(cancellation).ConfigureAwait(false))
                {
                    case MediaMove move when !_isLeaving:
                        await MoveAsync(move.Media, cancellation).ConfigureAwait(false);
                        break;
                    case GoAway goAway:
                        Disconnected = goAway.Reason.ToString();
                        return;
                    case null:
                        Disconnected ??= "the signaling socket was closed";
                        return;
                    default:
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It leaves.
        }
        catch (LoadException e)
        {
            Disconnected = e.Message;
        }
    }

    /// <summary>Make before break: the new transport is there before the old one goes.</summary>
    private async Task MoveAsync(MediaGrant grant, CancellationToken cancellation)
    {
        var old = _session!;
        var session = await OpenAsync(grant, cancellation).ConfigureAwait(false);
        var published = _published;
        await thread.AskAsync(() =>
        {
            session.Peer.Sources.AddRange(published.Select(p => p.Source));
            foreach (var p in published)
            {
                p.Peer = session.Peer;
                p.Source.RequestKeyFrame();
            }
            return true;
        }).ConfigureAwait(false);
        _past.Add(old.Peer);
        _session = session;
        Moves++;
        await rig.Gateway.CloseSessionAsync(old.Url, old.Ticket).ConfigureAwait(false);
        thread.Remove(old.Peer);
    }

    private static CommandId NewCommand() => CommandId.Parse(Guid.NewGuid().ToString("N"));

    private static uint Ssrc(Random random) => (uint)random.Next(1, int.MaxValue);

    private sealed record Session(MediaPeer Peer, Uri Url, string Ticket);
}

/// <summary>What all participants share.</summary>
/// <param name="Options">What to do.</param>
/// <param name="Gateway">The API.</param>
/// <param name="Handshaker">Whose certificate all of them show.</param>
/// <param name="Clock">Of packets.</param>
/// <param name="Time">Of everything else.</param>
internal sealed record LoadRig(LoadOptions Options, GatewayClient Gateway, DtlsHandshaker Handshaker, MonotonicClock Clock, TimeProvider Time);
