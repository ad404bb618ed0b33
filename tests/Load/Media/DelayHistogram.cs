using System.Numerics;

namespace Conference.Load.Media;

/// <summary>Durations in microseconds, kept to within 2 %: 64 steps for each doubling.</summary>
public sealed class DelayHistogram
{
    private const int Steps = 64;
    private const int StepBits = 6;
    private readonly long[] _counts = new long[Steps * 40];

    /// <summary>How many were added.</summary>
    public long Count { get; private set; }

    /// <summary>The longest.</summary>
    public long Max { get; private set; }

    /// <summary>Adds one; negative ones count as 0.</summary>
    public void Add(long microseconds)
    {
        var value = Math.Clamp(microseconds, 0, 1L << 40);
        _counts[Index(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    /// <summary>Adds all of another one.</summary>
    public void Add(DelayHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The duration that this share (0 to 1) of all does not exceed, in microseconds; 0 without any.</summary>
    public long Quantile(double share)
    {
        var wanted = (long)Math.Ceiling(share * Count);
        if (Count == 0) return 0;
        var passed = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            passed += _counts[i];
            if (passed >= Math.Max(1, wanted)) return Math.Min(UpperBound(i), Max);
        }
        return Max;
    }

    private static int Index(long value)
    {
        if (value < Steps) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return (shift + 1) * Steps + (int)(value >> shift) - Steps;
    }

    private static long UpperBound(int index)
    {
        if (index < Steps) return index;
        var shift = index / Steps - 1;
        return ((Steps + index % Steps + 1L) << shift) - 1;
    }
}
