using System.Collections.Immutable;

namespace Conference.Contracts.Meetings;

/// <summary>A host asks everybody. The poll's id is the event's sequence.</summary>
/// <param name="Question">1 to 200 characters.</param>
/// <param name="Options">2 to 10 different answers of 1 to 200 characters.</param>
/// <param name="Multiple">More than one answer may be chosen.</param>
/// <param name="Anonymous">Nobody learns who chose what. Otherwise hosts do.</param>
/// <param name="ResultsToAll">Everybody sees the counts while people vote; otherwise hosts, until they share them.</param>
public sealed record PollOpened(string Question, ImmutableArray<string> Options, bool Multiple, bool Anonymous, bool ResultsToAll) : MeetingEventBody;

/// <summary>Somebody voted, or changed their vote. Clients get of it what they may see.</summary>
/// <param name="Poll">The poll.</param>
/// <param name="Anonymous">As in the poll: whoever reads the journal's events without being the voter sees neither who nor what.</param>
/// <param name="From">Who; null where that is not to be seen.</param>
/// <param name="DisplayName">Their name at that time.</param>
/// <param name="Choices">Indexes of the options; null where that is not to be seen.</param>
/// <param name="Counts">Never in the journal: votes of each option from now on, for those who see results.</param>
/// <param name="Voters">Never in the journal: how many have voted, for those who see results.</param>
public sealed record PollVoted(
    long Poll, bool Anonymous, ParticipantId? From = null, string? DisplayName = null, ImmutableArray<int>? Choices = null, ImmutableArray<int>? Counts = null, int? Voters = null)
    : MeetingEventBody;

/// <summary>A host ended a poll, or shared the results of one that has ended.</summary>
/// <param name="Poll">The poll.</param>
/// <param name="Shared">Everybody sees the counts from now on.</param>
/// <param name="Counts">Never in the journal: votes of each option, for those who see results.</param>
/// <param name="Voters">Never in the journal: how many have voted, for those who see results.</param>
public sealed record PollClosed(long Poll, bool Shared, ImmutableArray<int>? Counts = null, int? Voters = null) : MeetingEventBody;

/// <summary>Somebody asks the hosts. The question's id is the event's sequence.</summary>
/// <param name="Text">1 to 1,000 characters.</param>
/// <param name="Anonymous">Nobody learns who asked.</param>
/// <param name="From">Who; null where that is not to be seen.</param>
/// <param name="DisplayName">Their name at that time.</param>
public sealed record QuestionAsked(string Text, bool Anonymous, ParticipantId? From = null, string? DisplayName = null) : MeetingEventBody;

/// <summary>Somebody wants the answer too, or does not any more.</summary>
/// <param name="Question">The question.</param>
/// <param name="Up">Whether they want it.</param>
/// <param name="From">Who; null for everybody but them.</param>
/// <param name="Votes">Never in the journal: how many want it from now on.</param>
public sealed record QuestionVoted(long Question, bool Up, ParticipantId? From = null, int? Votes = null) : MeetingEventBody;

/// <summary>A host answered a question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Text">The answer, 1 to 4,000 characters; null: it was answered aloud.</param>
/// <param name="DisplayName">The host's name.</param>
public sealed record QuestionAnswered(long Question, string? Text = null, string? DisplayName = null) : MeetingEventBody;

/// <summary>A host put a question aside: nobody sees it any more.</summary>
/// <param name="Question">The question.</param>
public sealed record QuestionDismissed(long Question) : MeetingEventBody;
