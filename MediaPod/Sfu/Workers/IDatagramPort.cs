using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>
/// A worker's port: datagrams come in batches, and leave in batches. Used by one thread. The seam for tests that need no kernel.
/// What is about TCP connections (<see cref="TransportPath.IsStream"/>) does nothing where there are none.
/// </summary>
public unsafe interface IDatagramPort
{
    /// <summary>Takes what waits, at most 64 datagrams of UDP and 64 of TCP; 64 or more in all: there may be more. Valid until the next call; 0 when nothing does. Never blocks.</summary>
    int Receive();

    /// <summary>Datagram <paramref name="index"/> of the last <see cref="Receive"/>; empty when it was cut.</summary>
    Span<byte> Datagram(int index, out TransportPath path);

    /// <summary>Room for one outgoing datagram, valid until the next call; false when the batch is full.</summary>
    bool TryReserve(int bytes, out byte* destination);

    /// <summary>Queues the datagram written at the reserved place.</summary>
    void Commit(int length, in TransportPath path);

    /// <summary>As <see cref="TryReserve"/>, for sound: it leaves before everything else that is queued, and has room of its own. It makes that room itself when there is none.</summary>
    bool TryReserveSound(int bytes, out byte* destination)
    {
        if (TryReserve(bytes, out destination)) return true;
        Flush();
        return TryReserve(bytes, out destination);
    }

    /// <summary>Queues the datagram written at the place that was reserved for sound.</summary>
    void CommitSound(int length, in TransportPath path) => Commit(length, path);

    /// <summary>Sends what is queued. False: the socket takes no more at present, the rest waits.</summary>
    bool Flush();

    /// <summary>Sends what is queued of sound, and leaves the rest queued where that is kept apart. False: the socket takes no more at present.</summary>
    bool FlushSound() => Flush();

    /// <summary>Datagrams and bytes that left, and datagrams that the kernel refused for good.</summary>
    (long Datagrams, long Bytes, long Failed) Sent { get; }

    /// <summary>When <see cref="Tick"/> wants to be called, in microseconds of the worker's clock; <see cref="long.MaxValue"/>: need not.</summary>
    long DueAt => long.MaxValue;

    /// <summary>Lets time pass.</summary>
    void Tick(long now)
    {
    }

    /// <summary>A connectivity check that came by a TCP connection was found valid or not.</summary>
    void Checked(in TransportPath path, bool valid)
    {
    }

    /// <summary>No transport has the path any more.</summary>
    void Release(in TransportPath path)
    {
    }

    /// <summary>A path that was valid and whose connection has ended since the last call. False: none.</summary>
    bool TryTakeEnded(out TransportPath path)
    {
        path = default;
        return false;
    }

    /// <summary>Counts what the port itself has dropped since the last call.</summary>
    void MoveDrops(WorkerTally tally)
    {
    }
}
