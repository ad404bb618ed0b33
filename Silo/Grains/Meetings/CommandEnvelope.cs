using Conference.Contracts;

namespace Conference.Silo.Grains.Meetings;

/// <summary>One command and who gives it.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Sender">The participant, for commands of participants; null for the API, pods and the silo itself.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.envelope")]
public sealed record CommandEnvelope(MeetingCommand Command, ParticipantId? Sender = null);
