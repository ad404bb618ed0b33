namespace Conference.Operator.Resources;

/// <summary>The least and the largest value that the API server takes for a number.</summary>
/// <param name="min">The least value that is taken.</param>
/// <param name="max">The largest value that is taken.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(long min, long max) : Attribute
{
    /// <summary>The least value that is taken.</summary>
    public long Min { get; } = min;

    /// <summary>The largest value that is taken.</summary>
    public long Max { get; } = max;
}

/// <summary>What the API server takes for a text.</summary>
/// <param name="pattern">A regular expression (ECMA 262) for the whole text; empty: any text.</param>
/// <param name="maxLength">The most characters.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(string pattern, int maxLength) : Attribute
{
    /// <summary>A regular expression for the whole text; empty: any text that is not empty.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>The most characters.</summary>
    public int MaxLength { get; } = maxLength;
}

/// <summary>JSON that is Kubernetes' own (an object of its API) and is handed through: the pool's schema does not look inside.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HandedThroughAttribute : Attribute;
