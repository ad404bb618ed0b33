using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>Chosen by the client for one command, unique per participant: a resent command carries the same one and is applied once.</summary>
[JsonConverter(typeof(StringIdConverter<CommandId>))]
public readonly record struct CommandId : IStringId<CommandId>
{
    private CommandId(string value) => Value = value;

    /// <inheritdoc/>
    public string Value { get; }

    /// <inheritdoc/>
    public static CommandId FromValid(string value) => new(value);

    /// <summary>Parses trusted text (from the journal, a test, a constant); throws <see cref="FormatException"/> when it is not a valid identifier.</summary>
    public static CommandId Parse(string value) => StringId.TryParse<CommandId>(value, out var id) ? id : throw new FormatException("not a valid CommandId");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
