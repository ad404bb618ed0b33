using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>Names one meeting for ever; also its grain key.</summary>
[JsonConverter(typeof(StringIdConverter<MeetingId>))]
public readonly record struct MeetingId : IStringId<MeetingId>
{
    private MeetingId(string value) => Value = value;

    /// <inheritdoc/>
    public string Value { get; }

    /// <inheritdoc/>
    public static MeetingId FromValid(string value) => new(value);

    /// <summary>Parses trusted text (from the journal, a test, a constant); throws <see cref="FormatException"/> when it is not a valid identifier.</summary>
    public static MeetingId Parse(string value) => StringId.TryParse<MeetingId>(value, out var id) ? id : throw new FormatException("not a valid MeetingId");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
