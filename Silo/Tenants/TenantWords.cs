using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Silo.Journal;

namespace Conference.Silo.Tenants;

/// <summary>How a tenant's events and state stand in the journal, beside those of meetings.</summary>
internal static class TenantWords
{
    /// <summary>The index' word for a tenant.</summary>
    public const string State = "tenant";

    /// <summary>The index' word for a tenant that is deleted.</summary>
    public const string DeletedState = "tenantDeleted";

    private const string Prefix = "tenant:";

    private static readonly FrozenDictionary<Type, string> Tags = typeof(TenantEvent).GetCustomAttributes<JsonDerivedTypeAttribute>(false)
        .ToFrozenDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    /// <summary>All type tags.</summary>
    public static IEnumerable<string> AllTags => Tags.Values;

    /// <summary>The type tag of an event.</summary>
    public static string TagOf(Type e) => Tags[e];

    /// <summary>An event that was read. Throws <see cref="JsonException"/> for one that this version does not know.</summary>
    public static TenantEvent ToEvent(JournalEvent stored) => JsonSerializer.Deserialize(stored.Payload.Span, TenantJson.Default.TenantEvent) ?? throw new JsonException("an event without a body");

    /// <summary>Whether these are a tenant's events and no meeting's.</summary>
    public static bool IsStream(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Where a tenant's events are. No meeting's id has a colon.</summary>
    public static string StreamOf(string tenant) => Prefix + tenant;

    /// <summary>Whose events these are.</summary>
    public static string TenantOf(string stream) => stream[Prefix.Length..];

    public static JournalEntry ToEntry(TenantEvent e, DateTimeOffset at) => new(Tags[e.GetType()], JsonSerializer.SerializeToUtf8Bytes(e, TenantJson.Default.TenantEvent), at);

    public static JournalSnapshot ToSnapshot(TenantState state) => new(state.Seq, JsonSerializer.SerializeToUtf8Bytes(state, TenantJson.Default.TenantState));

    public static TenantState Rebuild(JournalLoad load)
    {
        var state = load.Snapshot is { } snapshot
            ? JsonSerializer.Deserialize(snapshot.Payload.Span, TenantJson.Default.TenantState) ?? throw new JsonException("a snapshot without a state")
            : new TenantState();
        foreach (var stored in load.Tail) state = state.Apply(ToEvent(stored), stored.At);
        return state;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(TenantEvent))]
[JsonSerializable(typeof(TenantState))]
internal sealed partial class TenantJson : JsonSerializerContext;
