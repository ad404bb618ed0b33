using Conference.Contracts;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Meetings;

public sealed partial class MeetingGrain
{
    [LoggerMessage(3001, LogLevel.Information, "Meeting {Meeting} is active at {Seq} ({Tail} events after its snapshot, {Participants} participants)")]
    private static partial void LogActivated(ILogger log, MeetingId meeting, long seq, int tail, int participants);

    [LoggerMessage(3002, LogLevel.Error, "Meeting {Meeting} could not append after {Seq} and starts again from its journal: {Result}")]
    private static partial void LogFailed(ILogger log, MeetingId meeting, long seq, AppendResult result);

    [LoggerMessage(3004, LogLevel.Information, "Meeting {Meeting} takes nothing more after {Seq}: this silo stops")]
    private static partial void LogOver(ILogger log, MeetingId meeting, long seq);

    [LoggerMessage(3003, LogLevel.Information, "Meeting {Meeting}: {Participant} moves from {From} to {To} ({Case})")]
    private static partial void LogMoved(ILogger log, MeetingId meeting, ParticipantId participant, PodId? from, PodId? to, string @case);
}
