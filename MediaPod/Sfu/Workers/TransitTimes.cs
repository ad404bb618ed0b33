using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>How long packets were in a worker, counted by ranges. Written by the worker alone, without locks.</summary>
public sealed class TransitTimes
{
    /// <summary>The upper ends of the ranges in microseconds; one range more is beyond the last.</summary>
    public static ImmutableArray<int> Bounds { get; } = [50, 100, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000];

    private readonly long[] _counts = new long[Bounds.Length + 1];

    /// <summary>Counts packets that were here for so long.</summary>
    public void Add(long microseconds, long packets = 1)
    {
        var range = 0;
        while (range < Bounds.Length && microseconds > Bounds[range]) range++;
        _counts[range] += packets;
    }

    /// <summary>Packets by range, in the order of <see cref="Bounds"/>.</summary>
    public ImmutableArray<long> Read()
    {
        var counts = ImmutableArray.CreateBuilder<long>(_counts.Length);
        for (var i = 0; i < _counts.Length; i++) counts.Add(Volatile.Read(ref _counts[i]));
        return counts.MoveToImmutable();
    }
}
