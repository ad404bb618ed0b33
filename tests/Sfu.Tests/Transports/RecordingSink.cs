using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Sfu.Tests.Transports;

/// <summary>Keeps what a handshake thread delivers, in order, and passes datagrams on.</summary>
internal sealed class RecordingSink(Action<byte[]> send) : IDtlsSink
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SrtpKeys> _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _events = [];

    public Task Ended => _ended.Task;

    public Task<SrtpKeys> Established => _established.Task;

    public DtlsFailure Failure { get; private set; }

    public string Detail { get; private set; } = "";

    public string[] Events
    {
        get { lock (_events) return [.. _events]; }
    }

    public void OnDatagrams(IReadOnlyList<byte[]> datagrams)
    {
        Note("datagrams");
        foreach (var datagram in datagrams) send(datagram);
    }

    public void OnEstablished(SrtpKeys keys, IReadOnlyList<byte[]> lastFlight)
    {
        Note($"established+{lastFlight.Count}");
        _established.TrySetResult(keys);
        foreach (var datagram in lastFlight) send(datagram);
    }

    public void OnFailed(DtlsFailure failure, string detail)
    {
        (Failure, Detail) = (failure, detail);
        Note("failed");
        _ended.TrySetResult();
    }

    public void OnClosed()
    {
        Note("closed");
        _ended.TrySetResult();
    }

    private void Note(string name)
    {
        lock (_events) _events.Add(name);
    }
}
