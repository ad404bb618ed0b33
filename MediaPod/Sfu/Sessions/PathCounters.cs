using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>What one worker knows about its receivers' paths.</summary>
/// <param name="Receivers">Connected receivers now, by estimate: those of which nothing is known, then those below each of <see cref="Bounds"/>, then the rest.</param>
/// <param name="Probes">Probes sent since the start.</param>
/// <param name="ProbeBytes">Padding sent since the start.</param>
/// <param name="PacketsPaced">Packets that waited for their time since the start.</param>
/// <param name="PacketsWaiting">Packets that wait now, as of the last second.</param>
public sealed record PathCounters(ImmutableArray<int> Receivers, long Probes, long ProbeBytes, long PacketsPaced, int PacketsWaiting)
{
    /// <summary>Bits per second that part <see cref="Receivers"/>: sound only, a small picture, a large one, more than one.</summary>
    public static ImmutableArray<long> Bounds { get; } = [150_000, 500_000, 1_500_000, 5_000_000];

    /// <summary>The place in <see cref="Receivers"/> of an estimate.</summary>
    internal static int Place(long? estimate)
    {
        if (estimate is not { } known) return 0;
        for (var i = 0; i < Bounds.Length; i++)
        {
            if (known < Bounds[i]) return i + 1;
        }
        return Bounds.Length + 1;
    }
}
