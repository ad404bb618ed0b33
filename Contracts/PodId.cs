using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>Names one running MediaPod process; a restarted process has a new one.</summary>
[JsonConverter(typeof(StringIdConverter<PodId>))]
public readonly record struct PodId : IStringId<PodId>
{
    private PodId(string value) => Value = value;

    /// <inheritdoc/>
    public string Value { get; }

    /// <inheritdoc/>
    public static PodId FromValid(string value) => new(value);

    /// <summary>Parses trusted text (from the journal, a test, a constant); throws <see cref="FormatException"/> when it is not a valid identifier.</summary>
    public static PodId Parse(string value) => StringId.TryParse<PodId>(value, out var id) ? id : throw new FormatException("not a valid PodId");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
