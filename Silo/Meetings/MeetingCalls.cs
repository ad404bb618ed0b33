using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Meetings;

/// <summary>Calls meetings from outside of grains: what goes wrong on the way is the named refusal "unavailable", never an exception.</summary>
public sealed partial class MeetingCalls(IGrainFactory grains, ILogger<MeetingCalls> log)
{
    /// <summary>The meeting's grain.</summary>
    public IMeetingGrain Grain(MeetingId id) => grains.GetGrain<IMeetingGrain>(id.Value);

    /// <summary>Does a command.</summary>
    public async Task<CommandResult> ExecuteAsync(MeetingId id, MeetingCommand command, ParticipantId? sender = null)
    {
        try
        {
            return await Grain(id).Execute(new CommandEnvelope(command, sender));
        }
        catch (Exception e) when (IsAway(e))
        {
            LogFailed(log, e, id, command.GetType().Name);
            return command switch
            {
                TakePlace or ResumePlace => new JoinRefused(JoinRefusal.Unavailable),
                TakeStreamPlace => new StreamRefused(StreamRefusal.Unavailable),
                FromClient or OpenSession or CloseSession or ShowReaction => new Refused(CommandRefusal.Unavailable),
                _ => new MeetingRefused(MeetingRefusal.Unavailable),
            };
        }
    }

    /// <summary>Asks a question; null when the meeting cannot answer now.</summary>
    public async Task<MeetingReading?> ReadAsync(MeetingId id, MeetingQuestion question)
    {
        try
        {
            return await Grain(id).Read(question);
        }
        catch (Exception e) when (IsAway(e))
        {
            LogFailed(log, e, id, question.GetType().Name);
            return null;
        }
    }

    /// <summary>Whether a call failed because something is away now, not because it is wrong.</summary>
    public static bool IsAway(Exception e) => e is TimeoutException or OrleansException or JournalReadException or OperationCanceledException;

    [LoggerMessage(3010, LogLevel.Warning, "Meeting {Meeting} cannot do {What} now")]
    private static partial void LogFailed(ILogger log, Exception exception, MeetingId meeting, string what);
}
