using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conference.Contracts;

/// <summary>An identifier that travels as a JSON string: 1 to 64 characters of <c>A-Z a-z 0-9 _ -</c>, so that it is safe in URLs, logs, file names and grain keys.</summary>
/// <typeparam name="TSelf">The identifier type itself.</typeparam>
public interface IStringId<TSelf> where TSelf : struct, IStringId<TSelf>
{
    /// <summary>The text; never null or empty for an identifier that was parsed or created.</summary>
    string Value { get; }

    /// <summary>Wraps text that <see cref="StringId.IsValid"/> has accepted.</summary>
    static abstract TSelf FromValid(string value);
}

/// <summary>The rules every <see cref="IStringId{TSelf}"/> shares.</summary>
public static class StringId
{
    /// <summary>The longest identifier, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Whether <paramref name="value"/> may be an identifier.</summary>
    public static bool IsValid(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > MaxLength) return false;
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        return true;
    }

    /// <summary>Parses an identifier that came from a network; false when it breaks the rules.</summary>
    public static bool TryParse<T>(string? value, out T id) where T : struct, IStringId<T>
    {
        if (value is null || !IsValid(value))
        {
            id = default;
            return false;
        }
        id = T.FromValid(value);
        return true;
    }
}

/// <summary>Reads and writes an <see cref="IStringId{TSelf}"/> as a JSON string or property name; anything invalid is a <see cref="JsonException"/>.</summary>
public sealed class StringIdConverter<T> : JsonConverter<T> where T : struct, IStringId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);

    private static T Parse(string? text) => StringId.TryParse<T>(text, out var id) ? id : throw new JsonException($"not a valid {typeof(T).Name}");
}
