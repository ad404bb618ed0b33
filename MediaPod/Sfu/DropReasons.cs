namespace Conference.MediaPod.Sfu;

/// <summary>Facts about <see cref="DropReason"/> for those who keep counters by it.</summary>
public static class DropReasons
{
    /// <summary>Length of an array indexed by <see cref="DropReason"/>.</summary>
    public static int Count { get; } = Enum.GetValues<DropReason>().Length;

    private static readonly string[] Names = [.. Enum.GetValues<DropReason>().Select(r => SnakeCase(r.ToString()))];

    /// <summary>The metric label, for instance <c>stun_malformed</c>.</summary>
    public static string Label(DropReason reason) => Names[(int)reason];

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
