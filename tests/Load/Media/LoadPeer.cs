using System.Collections.Immutable;
using Conference.Load.Servers;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.Load.Media;

/// <summary>What a peer sends and has places for.</summary>
public sealed record PeerPlan
{
    /// <summary>Makes the sound that it sends; null: none.</summary>
    public Func<SourceStart, PacketSource>? Audio { get; init; }

    /// <summary>Makes the encodings of the picture that it sends, the smallest first. One with the name "" is the only one, and no simulcast.</summary>
    public ImmutableArray<(string Rid, Func<SourceStart, PacketSource> Make)> Video { get; init; } = [];

    /// <summary>Places for voices.</summary>
    public int AudioSlots { get; init; }

    /// <summary>Places for pictures.</summary>
    public int VideoSlots { get; init; }

    /// <summary>Tells the server that as many bits per second are possible; null: tells nothing.</summary>
    public long? Estimate { get; init; } = 100_000_000;

    /// <summary>Its pictures are dropped by the kernel before they reach it, so that a receiver of very much costs this program nothing.</summary>
    public bool DropsVideo { get; init; }

    /// <summary>It sends something.</summary>
    public bool Sends => Audio is not null || !Video.IsEmpty;
}

/// <summary>What a source has to be made with.</summary>
/// <param name="Stream">Names it in stamps.</param>
/// <param name="Ssrc">Its SSRC.</param>
/// <param name="PayloadType">Of its codec.</param>
/// <param name="BeginMicroseconds">When its first packet is due.</param>
/// <param name="Extensions">What every packet has to carry.</param>
public sealed record SourceStart(uint Stream, uint Ssrc, byte PayloadType, long BeginMicroseconds, ImmutableArray<PacketExtension> Extensions);

/// <summary>What peers share.</summary>
/// <param name="Handshaker">Whose certificate all of them show.</param>
/// <param name="Clock">Of packets.</param>
/// <param name="Thread">Carries them.</param>
/// <param name="Random">Of all SSRCs and sizes; used by the caller's thread alone.</param>
public sealed record PeerRig(DtlsHandshaker Handshaker, MonotonicClock Clock, MediaThread Thread, Random Random);

/// <summary>One generated peer of any server: offers or answers, connects, sends and checks.</summary>
public sealed class LoadPeer(PeerRig rig, PeerPlan plan) : ISdpPeer, IDisposable
{
    private readonly IceParameters _ice = IceCredentials.Generate();
    private readonly uint _audioSsrc = (uint)rig.Random.Next(1, int.MaxValue), _videoSsrc = (uint)rig.Random.Next(1, int.MaxValue);
    private readonly ImmutableArray<uint> _streams = [.. Enumerable.Range(0, 1 + plan.Video.Length).Select(_ => (uint)rig.Random.Next())];
    private string? _videoMid;
    private MediaPeer? _peer;

    /// <summary>The transport; there when the other end has answered.</summary>
    public MediaPeer Peer => _peer ?? throw new LoadException("the peer has no transport yet");

    /// <summary>What it sends; made by <see cref="BeginAsync"/>.</summary>
    public ImmutableArray<PacketSource> Sources { get; private set; } = [];

    /// <inheritdoc/>
    public Task<string> OfferAsync()
    {
        ImmutableArray<string> rids = plan.Video is [("", _)] ? [] : [.. plan.Video.Select(v => v.Rid)];
        var offer = Offers.Make(new(_ice, rig.Handshaker.Fingerprint, plan.Audio is null ? null : _audioSsrc, plan.Video.IsEmpty ? null : _videoSsrc, plan.AudioSlots, plan.VideoSlots) { Rids = rids });
        _videoMid = rids.IsEmpty ? null : Offers.VideoMid(offer);
        return Task.FromResult(offer.ToString());
    }

    /// <inheritdoc/>
    public Task AcceptAsync(string answer)
    {
        var (content, problem) = Offers.Read(answer);
        Connect(content ?? throw new LoadException(problem));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string> AnswerAsync(string offer)
    {
        var (answer, content, problem) = Offers.Answer(offer, _ice, rig.Handshaker.Fingerprint);
        if (answer is null || content is null) throw new LoadException(problem);
        Connect(content);
        return Task.FromResult(answer.ToString());
    }

    /// <summary>Completes when media can flow. Throws <see cref="LoadException"/> when it never will.</summary>
    public async Task EstablishedAsync(CancellationToken cancellation)
    {
        try
        {
            await Peer.Established.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            throw new LoadException($"media does not connect: {(e is OperationCanceledException ? "no answer" : e.Message)}", e);
        }
    }

    /// <summary>Makes the sources and sends them from now on.</summary>
    public async Task BeginAsync()
    {
        var begin = rig.Clock.Microseconds;
        var sources = ImmutableArray.CreateBuilder<PacketSource>();
        if (plan.Audio is { } audio) sources.Add(audio(new(_streams[0], _audioSsrc, Offers.Types.Audio, begin, [])));
        for (var i = 0; i < plan.Video.Length; i++)
            sources.Add(plan.Video[i].Make(new(_streams[1 + i], _videoSsrc + (uint)i, Offers.Types.Video, begin, Extensions(plan.Video[i].Rid))));
        Sources = sources.ToImmutable();
        await rig.Thread.AskAsync(() =>
        {
            Peer.Sources.AddRange(Sources);
            return true;
        }).ConfigureAwait(false);
        foreach (var source in Sources) rig.Thread.Publish(new Published(source, Peer));
    }

    /// <summary>Sends them no more, until <see cref="ResumeAsync"/>.</summary>
    public Task PauseAsync() => rig.Thread.StopAsync(Sources);

    /// <summary>Sends them again.</summary>
    /// <param name="resume">Says how; runs on the peer's thread.</param>
    public async Task ResumeAsync(Action<PacketSource, long>? resume = null)
    {
        await rig.Thread.AskAsync(() =>
        {
            var now = rig.Clock.Microseconds;
            foreach (var source in Sources)
                if (resume is null) source.Resume(now);
                else resume(source, now);
            return true;
        }).ConfigureAwait(false);
        foreach (var source in Sources) rig.Thread.Publish(new Published(source, Peer));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_peer is null) return;
        _ = rig.Thread.StopAsync(Sources);
        rig.Thread.Remove(_peer);
    }

    private ImmutableArray<PacketExtension> Extensions(string rid) => rid.Length == 0 || _videoMid is null
        ? []
        : [new(Offers.MidExtension, [.. System.Text.Encoding.ASCII.GetBytes(_videoMid)]), new(Offers.RidExtension, [.. System.Text.Encoding.ASCII.GetBytes(rid)])];

    private void Connect(AnswerContent content)
    {
        _peer = new MediaPeer(rig.Handshaker, _ice, content, new ReceiverCheck(Offers.Types), rig.Thread, plan.Sends) { Estimate = plan.Estimate };
        if (plan.DropsVideo) _peer.DropVideo(Offers.Types.Video);
        rig.Thread.Add(_peer);
    }
}
