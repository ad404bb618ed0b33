using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>Names one participant of one meeting, over all reconnects and reloads.</summary>
[JsonConverter(typeof(StringIdConverter<ParticipantId>))]
public readonly record struct ParticipantId : IStringId<ParticipantId>
{
    private ParticipantId(string value) => Value = value;

    /// <inheritdoc/>
    public string Value { get; }

    /// <inheritdoc/>
    public static ParticipantId FromValid(string value) => new(value);

    /// <summary>Parses trusted text (from the journal, a test, a constant); throws <see cref="FormatException"/> when it is not a valid identifier.</summary>
    public static ParticipantId Parse(string value) => StringId.TryParse<ParticipantId>(value, out var id) ? id : throw new FormatException("not a valid ParticipantId");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
