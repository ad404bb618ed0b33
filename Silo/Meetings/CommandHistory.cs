using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Contracts;

namespace Conference.Silo.Meetings;

/// <summary>
/// The newest command ids of one participant with the sequence of their last event. Two generations, so that nothing has to be kept in order: at least the last
/// <see cref="Kept"/> are known, never more than twice as many.
/// </summary>
/// <param name="Newer">The generation that is being filled.</param>
/// <param name="Older">The one before.</param>
[JsonConverter(typeof(CommandHistoryConverter))]
public sealed record CommandHistory(ImmutableDictionary<CommandId, long> Newer, ImmutableDictionary<CommandId, long> Older)
{
    /// <summary>How many are known at least.</summary>
    public const int Kept = 1024;

    /// <summary>Nothing yet.</summary>
    public static CommandHistory Empty { get; } = new(ImmutableDictionary<CommandId, long>.Empty, ImmutableDictionary<CommandId, long>.Empty);

    /// <summary>The sequence of the last event of a command; null when it is not known.</summary>
    public long? Find(CommandId id) => Newer.TryGetValue(id, out var seq) || Older.TryGetValue(id, out seq) ? seq : null;

    /// <summary>Knows one command more, or a later event of one.</summary>
    public CommandHistory With(CommandId id, long seq) =>
        Newer.Count < Kept || Newer.ContainsKey(id) ? this with { Newer = Newer.SetItem(id, seq) } : new(ImmutableDictionary<CommandId, long>.Empty.Add(id, seq), Newer);
}

/// <summary>
/// Two arrays of id, sequence, id, sequence ... Snapshots consist of little else, and this takes a third of the time of JSON objects.
/// </summary>
internal sealed class CommandHistoryConverter : JsonConverter<CommandHistory>
{
    public override CommandHistory Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray);
        var newer = ReadGeneration(ref reader);
        var older = ReadGeneration(ref reader);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.EndArray);
        return new(newer, older);
    }

    public override void Write(Utf8JsonWriter writer, CommandHistory value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        WriteGeneration(writer, value.Newer);
        WriteGeneration(writer, value.Older);
        writer.WriteEndArray();
    }

    private static void WriteGeneration(Utf8JsonWriter writer, ImmutableDictionary<CommandId, long> generation)
    {
        writer.WriteStartArray();
        foreach (var (id, seq) in generation)
        {
            writer.WriteStringValue(id.Value);
            writer.WriteNumberValue(seq);
        }
        writer.WriteEndArray();
    }

    private static ImmutableDictionary<CommandId, long> ReadGeneration(ref Utf8JsonReader reader)
    {
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartArray);
        var generation = ImmutableDictionary.CreateBuilder<CommandId, long>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            Expect(StringId.TryParse<CommandId>(reader.GetString(), out var id));
            Expect(reader.Read() && reader.TokenType == JsonTokenType.Number);
            generation[id] = reader.GetInt64();
        }
        Expect(reader.TokenType == JsonTokenType.EndArray);
        return generation.ToImmutable();
    }

    private static void Expect(bool isSo)
    {
        if (!isSo) throw new JsonException("not a command history");
    }
}
