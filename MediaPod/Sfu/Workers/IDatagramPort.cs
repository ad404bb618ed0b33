using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>A worker's UDP port: datagrams come in batches, and leave in batches. Used by one thread. The seam for tests that need no kernel.</summary>
public unsafe interface IDatagramPort
{
    /// <summary>Takes what waits, at most 64 datagrams, valid until the next call; 0 when nothing does. Never blocks.</summary>
    int Receive();

    /// <summary>Datagram <paramref name="index"/> of the last <see cref="Receive"/>; empty when it was cut.</summary>
    Span<byte> Datagram(int index, out TransportPath path);

    /// <summary>Room for one outgoing datagram, valid until the next call; false when the batch is full.</summary>
    bool TryReserve(int bytes, out byte* destination);

    /// <summary>Queues the datagram written at the reserved place.</summary>
    void Commit(int length, in TransportPath path);

    /// <summary>Sends what is queued. False: the socket takes no more at present, the rest waits.</summary>
    bool Flush();

    /// <summary>Datagrams and bytes that left, and datagrams that the kernel refused for good.</summary>
    (long Datagrams, long Bytes, long Failed) Sent { get; }
}
