using Conference.Contracts;
using Conference.Contracts.Pods;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Pods;

public sealed partial class PodGrain
{
    [LoggerMessage(3101, LogLevel.Information, "Pod {Pod} of region {Region} ({Role}) at {HttpUrl}, version {Version}, media {MediaAddresses}")]
    private static partial void LogRegistered(ILogger log, PodId pod, string region, PodRole role, string httpUrl, string version, string mediaAddresses);

    [LoggerMessage(3102, LogLevel.Information, "Pod {Pod} has a plan: {Rooms} rooms, {Participants} participants")]
    private static partial void LogRebuilt(ILogger log, PodId pod, int rooms, int participants);

    [LoggerMessage(3103, LogLevel.Information, "Pod {Pod} has revision {Actual} instead of {Desired} and gets the whole plan")]
    private static partial void LogRepaired(ILogger log, PodId pod, long actual, long desired);

    [LoggerMessage(3104, LogLevel.Warning, "Pod {Pod} is lost ({Why}); {Meetings} meetings need another")]
    private static partial void LogLost(ILogger log, PodId pod, string why, int meetings);

    [LoggerMessage(3106, LogLevel.Information, "Pod {Pod} drains {After} now, {Before} before; its process was told to end: {Leaving}")]
    private static partial void LogDrain(ILogger log, PodId pod, DrainMode? before, DrainMode? after, bool leaving);

    [LoggerMessage(3105, LogLevel.Warning, "Meeting {Meeting} could not be told to leave pod {Pod}")]
    private static partial void LogNotTold(ILogger log, Exception exception, MeetingId meeting, PodId pod);
}
