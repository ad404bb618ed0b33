using System.Net;
using Conference.Benchmarks.Compare;
using Conference.Benchmarks.Forward;
using Conference.Load.Media;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Benchmarks.Servers;

/// <summary>
/// The yardstick: the C loop (c/forward.c) between the same sources and the same checks as the servers have, with keys that both sides know. It runs inside the namespace as they do, and speaks neither ICE nor DTLS.
/// </summary>
internal sealed class BareLoop : IPacketSink, IDisposable
{
    private const byte SoundType = 111;

    private readonly UdpSocket[] _sockets;
    private readonly SrtpReceiver[] _receivers;
    private readonly ReceiverCheck[] _checks;
    private readonly SrtpSender _sender = new(ForwardKeys.Session);
    private readonly SendBatch _send;
    private readonly Epoll _epoll = new();
    private readonly ReceiveBatch _batch = new();
    private readonly byte[] _plain = new byte[ReceiveBatch.BufferBytes];
    private readonly MonotonicClock _clock = new(TimeProvider.System);
    private TransportPath _server;

    private BareLoop(int receivers, IPAddress own)
    {
        _sockets = [.. Enumerable.Range(0, receivers + 1).Select(_ => UdpSocket.Open(new UdpSocketOptions { Address = own }))];
        for (var i = 0; i < _sockets.Length; i++) _epoll.Add(_sockets[i].Descriptor, EpollEvents.Readable, (ulong)i);
        _receivers = [.. Enumerable.Range(0, receivers).Select(i => new SrtpReceiver(new SrtpSessionKeys(SrtpProfile.AeadAes128Gcm, Filled(16, i + 1), Filled(12, i + 2), [])))];
        _checks = [.. Enumerable.Range(0, receivers).Select(_ => new ReceiverCheck(Offers.Types))];
        _send = new SendBatch(_sockets[^1]);
    }

    /// <summary>One run: what the receivers got, and what the process took for it.</summary>
    /// <param name="network">Where it runs.</param>
    /// <param name="program">The compiled C.</param>
    /// <param name="receivers">How many.</param>
    /// <param name="sources">Makes what is sent, to begin at that time of the clock in microseconds.</param>
    /// <param name="duration">What counts.</param>
    /// <param name="leadIn">What comes before it.</param>
    public static async Task<Sample> MeasureAsync(BenchNetwork network, string program, int receivers, Func<long, PacketSource[]> sources, TimeSpan duration, TimeSpan leadIn)
    {
        using var loop = new BareLoop(receivers, IPAddress.Parse(network.HostAddress));
        await using var server = ServerProcess.Start(network, "nice",
            [
                "-n", $"{ThreadUrgency.Niceness}", "env",
                $"FORWARD_BIND={network.GuestAddress}", $"FORWARD_PEER={network.HostAddress}", program, "0", "0", Convert.ToHexStringLower(ForwardKeys.Key), Convert.ToHexStringLower(ForwardKeys.Salt),
                .. loop._sockets[..^1].Select(s => $"{s.LocalAddress.Port}"),
            ]);
        await server.WaitAsync(() => Task.FromResult(server.Output.Contains("port ", StringComparison.Ordinal)), "the C loop");
        var port = int.Parse(server.Output.Split("port ")[1].Split('\n')[0]);
        loop._server = new TransportPath(TransportAddress.From(IPAddress.Parse(network.GuestAddress), port), default);
        return await Task.Factory.StartNew(() => loop.Run(server, sources, duration, leadIn), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>A voice and a picture.</summary>
    public static PacketSource[] VoiceAndPicture(long begin, int kilobits) =>
        [new AudioSource(1, 11, SoundType, Offers.LevelExtension, begin), new VideoSource(2, 22, Offers.Types.Video, begin, kilobits, new Random(1))];

    /// <inheritdoc/>
    public unsafe void Send(ReadOnlySpan<byte> packet, int headerLength, ulong index)
    {
        if (!_send.TryReserve(packet.Length + SrtpProfiles.MaxRtpOverhead, out var place)) return;
        packet.CopyTo(new Span<byte>(place, packet.Length));
        if (_sender.Protect(place, headerLength, place + headerLength, packet.Length - headerLength, index, out var length) == SrtpResult.Ok) _send.Commit(length, _server);
    }

    public void Dispose()
    {
        _send.Dispose();
        _sender.Dispose();
        _batch.Dispose();
        _epoll.Dispose();
        foreach (var receiver in _receivers) receiver.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
    }

    private Sample Run(ServerProcess server, Func<long, PacketSource[]> make, TimeSpan duration, TimeSpan leadIn)
    {
        ThreadUrgency.Raise();
        var begin = _clock.Microseconds;
        var sources = make(begin);
        var (audio, video) = (new NumberWindow(), new NumberWindow());
        var (measureAt, endAt) = (begin + (long)leadIn.TotalMicroseconds, begin + (long)(leadIn + duration).TotalMicroseconds);
        var (phase, cpu, drops) = (0, 0L, 0L);
        while (true)
        {
            var now = _clock.Microseconds;
            if (phase == 0 && now >= measureAt)
            {
                phase = 1;
                for (var i = 0; i < _checks.Length; i++) _checks[i] = new ReceiverCheck(Offers.Types) { Window = video, AudioWindow = audio };
                foreach (var source in sources) WindowOf(source).Open(source);
                (cpu, drops) = (server.CpuNanoseconds, KernelDrops());
            }
            if (phase == 1 && now >= endAt)
            {
                phase = 2;
                foreach (var source in sources) WindowOf(source).Close(source);
                cpu = server.CpuNanoseconds - cpu;
            }
            if (phase == 2 && now >= endAt + 500_000) break;
            if (phase < 2)
            {
                foreach (var source in sources) source.Run(now, this);
                _send.Flush();
            }
            Receive(Math.Clamp(sources.Min(s => s.DueMicroseconds) - _clock.Microseconds, 0, 5000));
        }
        var sample = new Sample(video.Packets * _checks.Length, audio.Packets * _checks.Length, cpu, duration, KernelDrops() - drops);
        foreach (var check in _checks)
        {
            sample.AudioDelays.Add(check.AudioDelays);
            sample.VideoDelays.Add(check.VideoDelays);
        }
        return sample;

        NumberWindow WindowOf(PacketSource source) => source is AudioSource ? audio : video;
    }

    private long KernelDrops() => _sockets.Sum(s => s.KernelDrops);

    private unsafe void Receive(long wait)
    {
        var ready = _epoll.Wait(wait);
        for (var r = 0; r < ready; r++)
        {
            var index = (int)_epoll.Token(r);
            var count = _batch.Receive(_sockets[index]);
            if (index == _checks.Length) continue;
            var now = _clock.Microseconds;
            for (var i = 0; i < count; i++)
            {
                fixed (byte* plain = _plain)
                    if (_receivers[index].Unprotect(_batch.Data(i), _batch.Length(i), plain, out var length, out _) == SrtpResult.Ok) _checks[index].Take(_plain.AsSpan(0, length), now);
            }
        }
    }

    private static byte[] Filled(int length, int value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)value);
        return bytes;
    }
}
