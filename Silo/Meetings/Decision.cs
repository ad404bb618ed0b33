using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>A chat message that was looked up in the journal.</summary>
/// <param name="Message">Null: there is none.</param>
public sealed record MessageLookup(ChatMessage? Message);

/// <summary>What <see cref="MeetingMachine"/> says to a command: events (perhaps none) and the answer that follows their commit, or a refusal.</summary>
public sealed record Decision
{
    /// <summary>Nothing happens, and that is fine.</summary>
    public static Decision Nothing { get; } = new();

    /// <summary>What happens, in order.</summary>
    public ImmutableArray<MeetingEventBody> Events { get; init; } = [];

    /// <summary>Who caused it; null for the system.</summary>
    public ParticipantId? Actor { get; init; }

    /// <summary>The command that caused it.</summary>
    public CommandId? CommandId { get; init; }

    /// <summary>The answer when there is no event to name: a refusal, or what a command that came before was answered. Null: <see cref="Done"/> with the last event.</summary>
    public CommandResult? Answer { get; init; }

    /// <summary>The answer is the place of this participant.</summary>
    public ParticipantId? Place { get; init; }

    /// <summary>A pod has to be chosen before this can be decided for good.</summary>
    public bool NeedsPod { get; init; }

    /// <summary>So many more places have to be held by the tenant before this can be decided for good.</summary>
    public int NeedsPlaces { get; init; }

    /// <summary>The tenant's terms have to be asked for before this can be decided for good.</summary>
    public bool NeedsTerms { get; init; }

    /// <summary>A chat message of this sequence has to be looked up in the journal before this can be decided for good.</summary>
    public long? NeedsMessage { get; init; }

    /// <summary>Shown once the events are durable, and kept nowhere.</summary>
    public ImmutableArray<Ephemeral> Shown { get; init; } = [];

    /// <summary>Whether it is refused.</summary>
    public bool IsRefused => Answer is Refused or JoinRefused or StreamRefused or MeetingRefused;

    /// <summary>Something happens.</summary>
    public static Decision Happens(params ReadOnlySpan<MeetingEventBody> events) => new() { Events = [.. events] };

    /// <summary>A participant's command is refused.</summary>
    public static Decision Refuse(CommandRefusal reason) => new() { Answer = new Refused(reason) };

    /// <summary>A join is refused.</summary>
    public static Decision Refuse(JoinRefusal reason) => new() { Answer = new JoinRefused(reason) };

    /// <summary>A stream is refused.</summary>
    public static Decision Refuse(StreamRefusal reason) => new() { Answer = new StreamRefused(reason) };

    /// <summary>A request of the API is refused.</summary>
    public static Decision Refuse(MeetingRefusal reason) => new() { Answer = new MeetingRefused(reason) };
}
