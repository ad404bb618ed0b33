using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Contracts;

namespace Conference.Silo.Meetings;

/// <summary>A set of media sources; a number in snapshots.</summary>
/// <param name="Bits">Bit n is the source with the value n.</param>
[JsonConverter(typeof(SourceSetConverter))]
public readonly record struct SourceSet(byte Bits)
{
    private static readonly ImmutableArray<MediaSource> Sources = [.. Enum.GetValues<MediaSource>()];

    /// <summary>Every source.</summary>
    public static SourceSet All { get; } = Of([.. Sources]);

    /// <summary>The set of these.</summary>
    public static SourceSet Of(params ReadOnlySpan<MediaSource> sources)
    {
        var set = default(SourceSet);
        foreach (var source in sources) set = set.With(source);
        return set;
    }

    /// <summary>Whether the set has it.</summary>
    public bool Has(MediaSource source) => (Bits & Bit(source)) != 0;

    /// <summary>With it.</summary>
    public SourceSet With(MediaSource source) => new((byte)(Bits | Bit(source)));

    /// <summary>Without it.</summary>
    public SourceSet Without(MediaSource source) => new((byte)(Bits & ~Bit(source)));

    /// <summary>What is in both.</summary>
    public SourceSet And(SourceSet others) => new((byte)(Bits & others.Bits));

    /// <summary>Without all of those.</summary>
    public SourceSet Except(SourceSet others) => new((byte)(Bits & ~others.Bits));

    /// <summary>The members, in the order of the enum.</summary>
    public ImmutableArray<MediaSource> ToArray()
    {
        if (Bits == 0) return [];
        var set = this;
        return [.. Sources.Where(source => set.Has(source))];
    }

    private static int Bit(MediaSource source) => 1 << (int)source;

    internal sealed class SourceSetConverter : JsonConverter<SourceSet>
    {
        public override SourceSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetByte());

        public override void Write(Utf8JsonWriter writer, SourceSet value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Bits);
    }
}
