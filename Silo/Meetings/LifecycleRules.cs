using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>How a meeting begins, changes and ends (M13 to M19, M27).</summary>
internal static partial class LifecycleRules
{
    private const int MostMinutes = 7 * 24 * 60;
    private const int MostParticipants = 10_000;

    public static Decision Create(MeetingState state, CreateMeeting c)
    {
        // The id is new and random, so a meeting that exists is the same request again, after its answer was lost.
        if (state.Exists) return state.HostKeyHash == c.HostKeyHash ? Decision.Nothing : Decision.Refuse(MeetingRefusal.UnknownMeeting);
        if (!VisibleText.TryTitle(c.Title, out var title)) return Decision.Refuse(MeetingRefusal.InvalidTitle);
        if (!AreValid(c.Settings)) return Decision.Refuse(MeetingRefusal.InvalidSettings);
        if (!IsValid(c.Schedule)) return Decision.Refuse(MeetingRefusal.InvalidSchedule);
        return Decision.Happens(new MeetingCreated(c.Code, title, c.TenantId, EncryptionRules.Bounded(c.Settings), c.HostKeyHash, c.PasscodeHash, c.Schedule, c.Owner));
    }

    public static Decision Change(MeetingState state, ChangeMeeting c)
    {
        if (Closed(state) is { } closed) return Decision.Refuse(closed);
        var title = state.Title;
        if (c.Title is not null && !VisibleText.TryTitle(c.Title, out title)) return Decision.Refuse(MeetingRefusal.InvalidTitle);
        var settings = c.Settings ?? state.Settings;
        if (settings.Encrypted != state.Settings.Encrypted) return Decision.Refuse(MeetingRefusal.EncryptionFixed);
        if (!AreValid(settings)) return Decision.Refuse(MeetingRefusal.InvalidSettings);
        if (!IsValid(c.Schedule)) return Decision.Refuse(MeetingRefusal.InvalidSchedule);
        var events = Settle(state, title, settings);
        if (c.Schedule is { } schedule && schedule != state.Schedule) events = events.Add(new MeetingScheduled(schedule));
        if (c.Locked is { } locked && locked != state.Locked) events = events.Add(new MeetingLocked(locked));
        return new Decision { Events = events };
    }

    public static Decision End(MeetingState state) =>
        Closed(state) is { } closed ? Decision.Refuse(closed) : Decision.Happens(new MeetingEnded(MeetingEndReason.EndedByApi));

    // Ends it first where it is not over; done again, it changes nothing.
    public static Decision Erase(MeetingState state)
    {
        if (!state.Exists) return Decision.Refuse(MeetingRefusal.UnknownMeeting);
        if (state.Erased) return Decision.Nothing;
        return state.Ended is null ? Decision.Happens(new MeetingEnded(MeetingEndReason.EndedByApi), new MeetingErased()) : Decision.Happens(new MeetingErased());
    }

    public static Decision Remove(MeetingState state, RemoveParticipant c)
    {
        if (Closed(state) is { } closed) return Decision.Refuse(closed);
        return state.Find(c.ParticipantId) is null ? Decision.Refuse(MeetingRefusal.UnknownParticipant) : Decision.Happens(new ParticipantLeft(c.ParticipantId, LeaveReason.Removed));
    }

    public static Decision Abandon() => Decision.Happens(new MeetingEnded(MeetingEndReason.Abandoned));

    /// <summary>What has become due by time alone; null: nothing.</summary>
    public static MeetingEnded? Due(MeetingState state, DateTimeOffset now, MeetingRules rules)
    {
        if (state.Places == 0) return null;
        var (settings, reopens) = (state.Settings, state.Settings.Recurring);
        if (settings.MaxMinutes > 0 && state.StartedAt is { } started && now >= started.AddMinutes(settings.MaxMinutes)) return new(MeetingEndReason.TimeLimit, reopens);
        return settings.EndWithoutHost && state.HostsGoneSince is { } since && now - since >= rules.HostGrace ? new(MeetingEndReason.HostLeft, reopens) : null;
    }

    public static MeetingRefusal? Closed(MeetingState state)
    {
        if (!state.Exists) return MeetingRefusal.UnknownMeeting;
        return state.Ended is null ? null : MeetingRefusal.Ended;
    }

    public static bool AreValid(MeetingSettings settings) => settings.MaxParticipants is >= 1 and <= MostParticipants && settings.MaxMinutes is >= 0 and <= MostMinutes && EncryptionRules.AreValid(settings);

    public static bool IsValid(MeetingSchedule? schedule) =>
        schedule is null || (schedule.End > schedule.Start && schedule.End - schedule.Start <= TimeSpan.FromMinutes(MostMinutes) && TimeZoneName().IsMatch(schedule.TimeZone));

    [GeneratedRegex(@"\A[A-Za-z0-9_+\-]{1,32}(/[A-Za-z0-9_+\-]{1,32}){0,3}\z")]
    private static partial Regex TimeZoneName();

    /// <summary>The events that bring title and settings to these, and end what they no longer allow.</summary>
    public static ImmutableArray<MeetingEventBody> Settle(MeetingState state, string title, MeetingSettings settings)
    {
        settings = EncryptionRules.Bounded(settings);
        if (title == state.Title && settings == state.Settings) return [];
        var events = ImmutableArray.Create<MeetingEventBody>(new MeetingSettingsChanged(title, settings));
        if (settings.ShareForAll || !state.Settings.ShareForAll) return events;
        return events.AddRange(state.Participants.Values.OrderBy(p => p.JoinedSeq).SelectMany(p => MediaRules.StopForbidden(p, settings)));
    }
}
