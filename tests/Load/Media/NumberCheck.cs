namespace Conference.Load.Media;

/// <summary>Which of consecutive numbers came: counts what is missing, doubled or late. A mutable struct: keep it in a field.</summary>
public struct NumberCheck
{
    private const int Window = 1024;

    private ulong[]? _seen;
    private long _first;
    private long _highest;

    /// <summary>Something came.</summary>
    public readonly bool HasBegun => _seen is not null;

    /// <summary>The highest number that came.</summary>
    public readonly long Highest => _highest;

    /// <summary>Numbers from the first to the highest.</summary>
    public readonly long Expected => HasBegun ? _highest - _first + 1 : 0;

    /// <summary>Of them, those that came.</summary>
    public long Received { get; private set; }

    /// <summary>Numbers that came again.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Numbers that came after a higher one.</summary>
    public long Late { get; private set; }

    /// <summary>Takes a number. Those from before the first, or more than 1,024 behind the highest, count as late only.</summary>
    public void Add(long number)
    {
        if (_seen is null)
        {
            _seen = new ulong[Window / 64];
            (_first, _highest) = (number, number);
            Mark(number);
            return;
        }
        if (number > _highest)
        {
            for (var gone = Math.Max(_highest + 1, number - Window + 1); gone <= number; gone++) Bits(gone) &= ~Bit(gone);
            _highest = number;
            Mark(number);
        }
        else if (number < _first || _highest - number >= Window) Late++;
        else if ((Bits(number) & Bit(number)) != 0) Duplicates++;
        else
        {
            Late++;
            Mark(number);
        }
    }

    private void Mark(long number)
    {
        Bits(number) |= Bit(number);
        Received++;
    }

    private readonly ref ulong Bits(long number) => ref _seen![(number & (Window - 1)) / 64];

    private static ulong Bit(long number) => 1UL << (int)(number & 63);
}
