using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>
/// The way from one worker to another (docs/workers.md, cases R1 to R6). A packet is copied once, into memory that the other worker has lent for it, and belongs to that worker
/// from then on: its caches and queues hold it as they hold packets of their own socket. Nothing locks, allocates or waits; where there is no room, pictures go first.
/// </summary>
/// <param name="to">The index of the worker that takes.</param>
internal sealed unsafe class Crossing(int to) : IDisposable
{
    /// <summary>Packets that the taking worker lends in advance, and how many of them are for sound alone.</summary>
    public const int Lends = 1024, KeptForSound = 128;

    // Messages never take the last places, so that a packet for which there is memory has a place as well.
    private const int Entries = 4096;

    private readonly SpscRing<CrossingEntry> _entries = new(Entries);
    private readonly SpscRing<nint> _empty = new(Lends);
    private int _toTake;

    public int To { get; } = to;

    /// <summary>Writer: something was added that the taker has not been shown.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Taker: packets that are lent, empty or on their way.</summary>
    public int Lent { get; private set; }

    /// <summary>Writer: copies a packet for the other worker.</summary>
    public DropReason Send(Packet* packet, int publication, int stream, bool isSound)
    {
        var free = _empty.Available;
        if (free <= (isSound ? 0 : KeptForSound)) return isSound ? DropReason.CrossingFullSound : DropReason.CrossingFullPicture;
        var copy = (Packet*)_empty.Take();
        _empty.Free();
        Copy(packet, copy);
        _entries.TryAdd(new CrossingEntry { Packet = copy, Publication = publication, Stream = (byte)stream });
        return DropReason.None;
    }

    /// <summary>Writer: sends a message; whatever it says is said again sooner or later.</summary>
    public DropReason Send(in CrossingEntry message) => _entries.TryAdd(message, Lends) ? DropReason.None : DropReason.CrossingFullMessage;

    /// <summary>Writer: shows the taker what was sent. False: nothing was.</summary>
    public bool Publish() => _entries.Publish();

    /// <summary>Taker: lends memory until as much is lent as is to be.</summary>
    public void Lend(PacketPool pool)
    {
        while (Lent < Lends)
        {
            var packet = pool.Rent();
            if (packet == null) break;
            _empty.TryAdd((nint)packet); // whoever took one has freed its place before it came here
            Lent++;
        }
        _empty.Publish();
    }

    /// <summary>
    /// Taker: notes how much has come. Before the mailbox is looked at: what a packet needs to be known for was posted before the packet was sent, so it is in the mailbox by then.
    /// </summary>
    public void Note(int most) => _toTake = Math.Min(_entries.Available, most);

    /// <summary>Taker: more has come than was noted.</summary>
    public bool HasMore => _entries.Available > 0;

    /// <summary>Taker: the next of what was noted. A packet in it is the taker's, with one reference.</summary>
    public bool TryTake(out CrossingEntry entry)
    {
        entry = default;
        if (_toTake == 0) return false;
        _toTake--;
        entry = _entries.Take();
        if (entry.Packet != null) Lent--;
        return true;
    }

    /// <summary>Taker: gives the places back, and new memory for what was taken.</summary>
    public void Taken(PacketPool pool)
    {
        _entries.Free();
        Lend(pool);
    }

    /// <summary>When neither worker runs any more.</summary>
    public void Dispose()
    {
        _entries.Dispose();
        _empty.Dispose();
    }

    private static void Copy(Packet* from, Packet* to)
    {
        var generation = to->Generation;
        *to = *from;
        to->Generation = generation;
        to->References = 1;
        to->NextFree = null;
        Buffer.MemoryCopy(Packet.Data(from), Packet.Data(to), Packet.MaxLength, from->Length);
    }
}
