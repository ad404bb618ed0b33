using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>How a meeting begins, changes and ends (M13 to M16).</summary>
internal static class LifecycleRules
{
    private const int MostParticipants = 10_000;

    public static Decision Create(MeetingState state, CreateMeeting c)
    {
        // The id is new and random, so a meeting that exists is the same request again, after its answer was lost.
        if (state.Exists) return state.HostKeyHash == c.HostKeyHash ? Decision.Nothing : Decision.Refuse(MeetingRefusal.UnknownMeeting);
        if (!VisibleText.TryTitle(c.Title, out var title)) return Decision.Refuse(MeetingRefusal.InvalidTitle);
        if (!AreValid(c.Settings)) return Decision.Refuse(MeetingRefusal.InvalidSettings);
        return Decision.Happens(new MeetingCreated(c.Code, title, c.TenantId, c.Settings, c.HostKeyHash, c.PasscodeHash));
    }

    public static Decision Change(MeetingState state, ChangeMeeting c)
    {
        if (Closed(state) is { } closed) return Decision.Refuse(closed);
        var title = state.Title;
        if (c.Title is not null && !VisibleText.TryTitle(c.Title, out title)) return Decision.Refuse(MeetingRefusal.InvalidTitle);
        var settings = c.Settings ?? state.Settings;
        if (!AreValid(settings)) return Decision.Refuse(MeetingRefusal.InvalidSettings);
        var events = Settle(state, title, settings);
        if (c.Locked is { } locked && locked != state.Locked) events = events.Add(new MeetingLocked(locked));
        return new Decision { Events = events };
    }

    public static Decision End(MeetingState state) =>
        Closed(state) is { } closed ? Decision.Refuse(closed) : Decision.Happens(new MeetingEnded(MeetingEndReason.EndedByApi));

    public static Decision Abandon() => Decision.Happens(new MeetingEnded(MeetingEndReason.Abandoned));

    public static MeetingRefusal? Closed(MeetingState state)
    {
        if (!state.Exists) return MeetingRefusal.UnknownMeeting;
        return state.Ended is null ? null : MeetingRefusal.Ended;
    }

    public static bool AreValid(MeetingSettings settings) => settings.MaxParticipants is >= 1 and <= MostParticipants;

    /// <summary>The events that bring title and settings to these, and end what they no longer allow.</summary>
    public static ImmutableArray<MeetingEventBody> Settle(MeetingState state, string title, MeetingSettings settings)
    {
        if (title == state.Title && settings == state.Settings) return [];
        var events = ImmutableArray.Create<MeetingEventBody>(new MeetingSettingsChanged(title, settings));
        if (settings.ShareForAll || !state.Settings.ShareForAll) return events;
        return events.AddRange(state.Participants.Values.OrderBy(p => p.JoinedSeq).SelectMany(p => MediaRules.StopForbidden(p, settings)));
    }
}
