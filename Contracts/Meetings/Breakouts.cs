using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Meetings;

/// <summary>Breakout rooms are there: everybody hears and sees those in the same room, or in the main room.</summary>
/// <param name="Rooms">Their names; a room is named by its index.</param>
/// <param name="SelfChosen">Everybody chooses a room; otherwise hosts do.</param>
public sealed record BreakoutsOpened(ImmutableArray<string> Rooms, bool SelfChosen) : MeetingEventBody;

/// <summary>Somebody is in another room. By host: <see cref="MeetingEvent.Actor"/> differs from the participant.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Room">The room's index; null: the main room.</param>
public sealed record BreakoutMoved(ParticipantId ParticipantId, int? Room = null) : MeetingEventBody;

/// <summary>The rooms close soon.</summary>
/// <param name="At">When.</param>
public sealed record BreakoutsClosing(DateTimeOffset At) : MeetingEventBody;

/// <summary>The rooms are closed: everybody is in the main room.</summary>
public sealed record BreakoutsClosed : MeetingEventBody;

/// <summary>The breakout rooms as everybody sees them; who is where is in <see cref="ParticipantView.Room"/>.</summary>
/// <param name="Rooms">Their names.</param>
/// <param name="SelfChosen">Everybody chooses a room.</param>
/// <param name="ClosesAt">When they close; null: not yet said.</param>
public sealed record BreakoutsView(ImmutableArray<string> Rooms, bool SelfChosen, DateTimeOffset? ClosesAt = null);

/// <summary>Who comes into which room.</summary>
[JsonConverter(typeof(EnumNames<BreakoutAssignment>))]
public enum BreakoutAssignment
{
    /// <summary>Everybody but hosts, as evenly as it goes.</summary>
    Automatic,

    /// <summary>As the host says.</summary>
    Manual,

    /// <summary>Everybody chooses.</summary>
    SelfChosen,
}

/// <summary>Somebody's room.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Room">The room's index.</param>
public sealed record BreakoutPlace(ParticipantId ParticipantId, int Room);
