using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>Which encodings a publisher need not send (docs/allocation.md, cases U1 to U4).</summary>
internal static class UnusedLayers
{
    /// <summary>U2: how long nobody must have wanted an encoding before it is switched off, in microseconds.</summary>
    public const long UnwantedMicroseconds = 3_000_000;

    /// <summary>Looks at one publication; called as often as allocations are decided.</summary>
    public static void Review(Publication publication, long now)
    {
        if (!publication.IsVideo || publication.Streams.Length == 1) return; // U3
        if (publication.Owner.Transport is null)
        {
            PassOn(publication, now);
            return;
        }
        var smallest = Smallest(publication, now);
        foreach (var stream in publication.Streams)
        {
            if (stream == smallest || stream.IsOff || stream.Rid is null || !stream.Arrives(now)) continue;
            if (now - stream.WantedMicroseconds <= UnwantedMicroseconds) continue;
            stream.SwitchOff();
            publication.Layers.Invalidate();
            publication.WantsChanged = true;
            publication.Owner.Room.MarkWants();
        }
        publication.Owner.Room.Spread.TellLayers(publication);
    }

    // U5: who publishes from another worker is asked there, for all workers together.
    private static void PassOn(Publication publication, long now)
    {
        foreach (var stream in publication.Streams)
        {
            if (now - stream.WantedMicroseconds <= SlotAllocator.IntervalMicroseconds * 3 / 2) publication.Owner.WantLayer(stream);
        }
    }

    // U3: it costs next to nothing, and is there at once for whoever comes, and when a connection fails.
    private static PublicationStream? Smallest(Publication publication, long now)
    {
        PublicationStream? smallest = null;
        foreach (var stream in publication.Streams)
        {
            if (stream.Arrives(now) && (smallest is null || smallest.IsLargerThan(stream, now))) smallest = stream;
        }
        return smallest;
    }
}
