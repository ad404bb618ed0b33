using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Meetings;

/// <summary>Calls meetings from outside of grains: what goes wrong on the way is the named refusal "unavailable", never an exception.</summary>
internal sealed partial class MeetingCalls(IGrainFactory grains, GrainRetries retries, ILogger<MeetingCalls> log)
{
    /// <summary>The meeting's grain.</summary>
    public IMeetingGrain Grain(MeetingId id) => grains.GetGrain<IMeetingGrain>(id.Value);

    /// <summary>A hub begins to listen, or goes on: see <see cref="IMeetingGrain.Subscribe"/>.</summary>
    public Task<MeetingPosition> SubscribeAsync(MeetingId id, IMeetingObserver observer) => retries.CallAsync(() => Grain(id).Subscribe(observer));

    /// <summary>Does a command.</summary>
    public async Task<CommandResult> ExecuteAsync(MeetingId id, MeetingCommand command, ParticipantId? sender = null)
    {
        try
        {
            var envelope = new CommandEnvelope(command, sender);
            return MayBeRepeated(command) ? await retries.CallAsync(() => Grain(id).Execute(envelope)) : await Grain(id).Execute(envelope);
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
            return await retries.CallAsync(() => Grain(id).Read(question));
        }
        catch (Exception e) when (IsAway(e))
        {
            LogFailed(log, e, id, question.GetType().Name);
            return null;
        }
    }

    /// <summary>Whether a call failed because something is away now, not because it is wrong.</summary>
    public static bool IsAway(Exception e) => e is TimeoutException or OrleansException or JournalReadException or OperationCanceledException or Polly.Timeout.TimeoutRejectedException;

    /// <summary>What does no harm when it is done twice: it carries an id by which it is recognised, or says how something should be.</summary>
    private static bool MayBeRepeated(MeetingCommand command)
        => command is FromClient or OpenSession or CloseSession or TakePlace or ResumePlace or RoomReported or PodLost or SweepMeeting or ChangeMeeting or EraseMeeting;

    [LoggerMessage(3010, LogLevel.Warning, "Meeting {Meeting} cannot do {What} now")]
    private static partial void LogFailed(ILogger log, Exception exception, MeetingId meeting, string what);
}
