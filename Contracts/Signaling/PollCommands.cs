using System.Collections.Immutable;

namespace Conference.Contracts.Signaling;

/// <summary>A host asks everybody; see <see cref="Meetings.PollOpened"/>.</summary>
public sealed record PollOpen(CommandId Id, string Question, ImmutableArray<string> Options, bool Multiple = false, bool Anonymous = false, bool ResultsToAll = true) : ClientCommand(Id);

/// <summary>Votes, or changes the vote.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Poll">The poll.</param>
/// <param name="Choices">Indexes of the options: one, or with <c>multiple</c> at least one.</param>
public sealed record PollVoteCast(CommandId Id, long Poll, ImmutableArray<int> Choices) : ClientCommand(Id);

/// <summary>A host ends a poll, or shares the results of one that has ended.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Poll">The poll.</param>
/// <param name="Share">Everybody sees the counts.</param>
public sealed record PollClose(CommandId Id, long Poll, bool Share = false) : ClientCommand(Id);

/// <summary>Asks the hosts, for everybody to see.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Text">1 to 1,000 characters.</param>
/// <param name="Anonymous">Without the name.</param>
public sealed record QuestionAsk(CommandId Id, string Text, bool Anonymous = false) : ClientCommand(Id);

/// <summary>Wants the answer to somebody else's question too, or does not any more.</summary>
public sealed record QuestionUpvote(CommandId Id, long Question, bool Up) : ClientCommand(Id);

/// <summary>A host answers a question.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Question">The question.</param>
/// <param name="Text">1 to 4,000 characters; null: answered aloud.</param>
public sealed record QuestionAnswer(CommandId Id, long Question, string? Text = null) : ClientCommand(Id);

/// <summary>A host puts a question aside.</summary>
public sealed record QuestionDismiss(CommandId Id, long Question) : ClientCommand(Id);
