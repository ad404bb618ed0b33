using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>A poll after some event.</summary>
public sealed record Poll
{
    /// <summary>The sequence at which it was opened.</summary>
    public required long Id { get; init; }

    /// <summary>What is asked.</summary>
    public required PollOpened Asked { get; init; }

    /// <summary>Nobody votes any more.</summary>
    public bool Closed { get; init; }

    /// <summary>A host shared the results.</summary>
    public bool Shared { get; init; }

    /// <summary>Who chose what.</summary>
    public ImmutableDictionary<ParticipantId, PollVote> Votes { get; init; } = ImmutableDictionary<ParticipantId, PollVote>.Empty;

    /// <summary>Votes of each option.</summary>
    public required ImmutableArray<int> Counts { get; init; }

    /// <summary>Everybody sees the counts.</summary>
    public bool ShowsResults => Asked.ResultsToAll || Shared;

    /// <summary>With one vote more, or another.</summary>
    public Poll With(PollVote vote)
    {
        var counts = Counts.ToBuilder();
        if (Votes.TryGetValue(vote.ParticipantId, out var before))
            foreach (var choice in before.Choices) counts[choice]--;
        foreach (var choice in vote.Choices) counts[choice]++;
        return this with { Votes = Votes.SetItem(vote.ParticipantId, vote), Counts = counts.MoveToImmutable() };
    }

    /// <summary>As somebody sees it.</summary>
    public PollView ViewOf(Participant viewer)
    {
        var sees = viewer.IsHost || ShowsResults;
        return new(
            Id, Asked.Question, Asked.Options, Asked.Multiple, Asked.Anonymous, ShowsResults, Closed, Votes.GetValueOrDefault(viewer.Id)?.Choices,
            sees ? Counts : null, sees ? Votes.Count : null,
            viewer.IsHost && !Asked.Anonymous ? [.. Votes.Values.OrderBy(v => v.ParticipantId.Value, StringComparer.Ordinal)] : null);
    }
}

/// <summary>A question after some event.</summary>
public sealed record Question
{
    /// <summary>The sequence at which it was asked.</summary>
    public required long Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who asked; never shown for an anonymous one.</summary>
    public required ParticipantId From { get; init; }

    /// <summary>What was asked.</summary>
    public required QuestionAsked Asked { get; init; }

    /// <summary>Who wants the answer too.</summary>
    public ImmutableHashSet<ParticipantId> Votes { get; init; } = [];

    /// <summary>How a host answered; null: not yet.</summary>
    public QuestionAnswered? Answer { get; init; }

    /// <summary>As somebody sees it.</summary>
    public QuestionView ViewOf(ParticipantId viewer) => new(
        Id, At, Asked.Text, Votes.Count, From == viewer, Votes.Contains(viewer), Answer is not null, Asked.Anonymous ? null : Asked.DisplayName, Answer?.Text, Answer?.DisplayName);
}
