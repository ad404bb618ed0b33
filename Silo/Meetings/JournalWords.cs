using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Journal;

namespace Conference.Silo.Meetings;

/// <summary>How events and states stand in the journal: the body as JSON with its type tag, everything else in columns.</summary>
public static class JournalWords
{
    private static readonly FrozenDictionary<Type, string> Tags = typeof(MeetingEventBody).GetCustomAttributes<JsonDerivedTypeAttribute>(false)
        .ToFrozenDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    /// <summary>The index' word for a meeting that is not over.</summary>
    public const string LiveState = "live";

    /// <summary>The index' word for a meeting that is over.</summary>
    public const string EndedState = "ended";

    /// <summary>The index' word for a meeting whose data is deleted.</summary>
    public const string ErasedState = "erased";

    /// <summary>The type tag of chat messages, to read only those.</summary>
    public static string ChatTag { get; } = Tags[typeof(ChatSent)];

    /// <summary>The type tags of what changes chat messages.</summary>
    public static IReadOnlyList<string> ChatChangeTags { get; } = [Tags[typeof(ChatEdited)], Tags[typeof(ChatDeleted)]];

    /// <summary>The type tag of a body.</summary>
    public static string TagOf(Type body) => Tags[body];

    /// <summary>The journal keeps microseconds, so the meeting must not know more.</summary>
    public static DateTimeOffset Precise(DateTimeOffset now) => new(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>An event to append.</summary>
    public static JournalEntry ToEntry(MeetingEvent e) =>
        new(Tags[e.Body.GetType()], JsonSerializer.SerializeToUtf8Bytes(e.Body, ContractsJson.Default.MeetingEventBody), e.At, e.Actor?.Value, e.CommandId?.Value);

    /// <summary>An event that was read. Throws <see cref="JsonException"/> for one that this version does not know.</summary>
    public static MeetingEvent ToEvent(MeetingId meeting, JournalEvent e)
    {
        var body = JsonSerializer.Deserialize(e.Payload.Span, ContractsJson.Default.MeetingEventBody) ?? throw new JsonException("an event without a body");
        return new(meeting, e.Sequence, e.At, body, e.Actor is null ? null : ParticipantId.Parse(e.Actor), e.CommandId is null ? null : CommandId.Parse(e.CommandId));
    }

    /// <summary>A state to keep as a snapshot.</summary>
    public static JournalSnapshot ToSnapshot(MeetingState state) => new(state.Seq, JsonSerializer.SerializeToUtf8Bytes(state, MeetingStateJson.Default.MeetingState));

    /// <summary>A state that was kept.</summary>
    public static MeetingState ToState(JournalSnapshot snapshot) =>
        JsonSerializer.Deserialize(snapshot.Payload.Span, MeetingStateJson.Default.MeetingState)?.WithDefaults() ?? throw new JsonException("a snapshot without a state");

    /// <summary>What lists show of a meeting. Code and owner are written once; of a meeting that is erased nobody is the owner.</summary>
    public static MeetingIndexUpdate ToIndex(MeetingState state, bool isNew) => new(
        state.Erased ? ErasedState : state.Ended is null ? LiveState : EndedState, isNew ? state.Code : null, JsonSerializer.SerializeToUtf8Bytes(Summary(state), MeetingStateJson.Default.MeetingSummary),
        state.Erased ? "" : isNew ? state.Owner : null);

    /// <summary>What a list of meetings says of one.</summary>
    public static MeetingSummary ReadSummary(MeetingIndexEntry entry) => JsonSerializer.Deserialize(entry.Summary.Span, MeetingStateJson.Default.MeetingSummary) ?? new("");

    private static MeetingSummary Summary(MeetingState state) => new(state.Title, state.Schedule, state.Settings.Recurring, state.Settings.Encrypted);

    /// <summary>Rebuilds a meeting from what the journal has of it, and the tail in the form that sockets resume from.</summary>
    public static (MeetingState State, List<Grains.Meetings.PublishedEvent> Tail) Rebuild(MeetingId id, JournalLoad load)
    {
        var state = load.Snapshot is { } snapshot ? ToState(snapshot) : MeetingState.New(id);
        var tail = new List<Grains.Meetings.PublishedEvent>(load.Tail.Count);
        foreach (var stored in load.Tail)
        {
            var next = ToEvent(id, stored);
            tail.Add(Publication.Of(state, next));
            state = state.Apply(next);
        }
        return (state, tail);
    }
}

/// <summary>The JSON of snapshots. A reader of an older shape fills what it misses with defaults, or ignores the snapshot's extra members.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MeetingState))]
[JsonSerializable(typeof(MeetingSummary))]
internal sealed partial class MeetingStateJson : JsonSerializerContext;

/// <summary>What lists show of a meeting.</summary>
/// <param name="Title">The title; empty for one that is erased.</param>
/// <param name="Schedule">When it is to take place; null: nobody said.</param>
/// <param name="Recurring">It can be joined again after its end.</param>
/// <param name="Encrypted">From end to end.</param>
public sealed record MeetingSummary(string Title, MeetingSchedule? Schedule = null, bool Recurring = false, bool Encrypted = false);
