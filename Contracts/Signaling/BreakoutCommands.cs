using System.Collections.Immutable;
using Conference.Contracts.Meetings;

namespace Conference.Contracts.Signaling;

/// <summary>A host opens breakout rooms; rooms that are open are closed first.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Rooms">1 to 50 names of 1 to 200 characters.</param>
/// <param name="Assignment">Who comes where.</param>
/// <param name="Places">With <see cref="BreakoutAssignment.Manual"/>: who comes where; nobody else is moved.</param>
public sealed record BreakoutsOpen(CommandId Id, ImmutableArray<string> Rooms, BreakoutAssignment Assignment, ImmutableArray<BreakoutPlace>? Places = null) : ClientCommand(Id);

/// <summary>Goes into a room, or (null) back into the main room; hosts move others too.</summary>
public sealed record BreakoutMove(CommandId Id, int? Room = null, ParticipantId? ParticipantId = null) : ClientCommand(Id);

/// <summary>A host calls everybody back.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Seconds">How long they may stay: 0 to 600.</param>
public sealed record BreakoutsClose(CommandId Id, int Seconds = 0) : ClientCommand(Id);

/// <summary>A host says something to everybody, in whatever room they are. Answered by <see cref="BroadcastShown"/> to all; kept nowhere.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Text">1 to 1,000 characters.</param>
public sealed record BreakoutsBroadcast(CommandId Id, string Text) : ClientCommand(Id);
