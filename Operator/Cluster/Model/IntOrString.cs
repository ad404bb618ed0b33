using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conference.Operator.Cluster.Model;

/// <summary>A number or a text, as a port by number or by name (Kubernetes <c>intstr.IntOrString</c>).</summary>
[JsonConverter(typeof(Converter))]
public sealed record IntOrString
{
    /// <summary>The number, or null when it is a text.</summary>
    public int? Number { get; private init; }

    /// <summary>The text, or null when it is a number.</summary>
    public string? Text { get; private init; }

    /// <summary>A number.</summary>
    public static implicit operator IntOrString(int number) => new() { Number = number };

    /// <summary>A text.</summary>
    public static implicit operator IntOrString(string text) => new() { Text = text };

    /// <inheritdoc/>
    public override string ToString() => Text ?? (Number ?? 0).ToString(CultureInfo.InvariantCulture);

    internal sealed class Converter : JsonConverter<IntOrString>
    {
        public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString() ?? throw new JsonException("a number or a text is needed");

        public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
        {
            if (value.Text is { } text) writer.WriteStringValue(text);
            else writer.WriteNumberValue(value.Number ?? 0);
        }
    }
}
