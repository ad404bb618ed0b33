using System.Collections.Immutable;

namespace Conference.Contracts.Meetings;

/// <summary>A poll as one participant sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Options">The answers to choose from.</param>
/// <param name="Multiple">More than one may be chosen.</param>
/// <param name="Anonymous">Nobody learns who chose what.</param>
/// <param name="ResultsToAll">Everybody sees the counts: from the beginning, or because a host shared them.</param>
/// <param name="Closed">Nobody votes any more.</param>
/// <param name="Mine">What the viewer chose; null: nothing yet.</param>
/// <param name="Counts">Votes of each option; null where the viewer does not see results.</param>
/// <param name="Voters">How many have voted; null where the viewer does not see results.</param>
/// <param name="Named">Who chose what, for hosts of a poll that is not anonymous.</param>
public sealed record PollView(
    long Id, string Question, ImmutableArray<string> Options, bool Multiple, bool Anonymous, bool ResultsToAll, bool Closed,
    ImmutableArray<int>? Mine = null, ImmutableArray<int>? Counts = null, int? Voters = null, ImmutableArray<PollVote>? Named = null);

/// <summary>What somebody chose.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="DisplayName">Their name at that time.</param>
/// <param name="Choices">Indexes of the options.</param>
public sealed record PollVote(ParticipantId ParticipantId, string DisplayName, ImmutableArray<int> Choices);

/// <summary>A question as one participant sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Text">What is asked.</param>
/// <param name="Votes">How many want the answer.</param>
/// <param name="Own">The viewer asked it.</param>
/// <param name="Voted">The viewer wants the answer too.</param>
/// <param name="DisplayName">Who asked; null: anonymous.</param>
/// <param name="Answered">A host answered it.</param>
/// <param name="Answer">The answer; null: none, or it was given aloud.</param>
/// <param name="AnsweredBy">The name of the host.</param>
public sealed record QuestionView(
    long Id, DateTimeOffset At, string Text, int Votes, bool Own, bool Voted, bool Answered, string? DisplayName = null, string? Answer = null, string? AnsweredBy = null);
