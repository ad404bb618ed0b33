using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>What hosts and co-hosts may do (M50 to M64). A co-host may do all of it, but never to a host.</summary>
internal static class HostRules
{
    private const int MostSpotlighted = 9;

    public static Decision Rename(MeetingState state, Participant sender, Rename c)
    {
        var target = sender;
        if (c.ParticipantId is { } id && id != sender.Id)
        {
            if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
            if (state.Find(id) is not { } other) return Decision.Refuse(CommandRefusal.UnknownParticipant);
            if (!MayActOn(sender, other)) return Decision.Refuse(CommandRefusal.NotAllowed);
            target = other;
        }
        else if (!state.Settings.RenameForAll && !sender.IsHost)
        {
            return Decision.Refuse(CommandRefusal.SwitchedOff);
        }
        if (!VisibleText.TryName(c.DisplayName, out var name)) return Decision.Refuse(CommandRefusal.InvalidDisplayName);
        return name == target.DisplayName ? Decision.Nothing : Decision.Happens(new ParticipantRenamed(target.Id, name));
    }

    public static Decision Mute(MeetingState state, Participant sender, HostMute c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.ParticipantId is not { } id) return MuteAll(state, c);
        if (c.MayUnmute is not null) return Decision.Refuse(CommandRefusal.Malformed);
        if (state.Find(id) is not { InLobby: false } target) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        if (!MayActOn(sender, target)) return Decision.Refuse(CommandRefusal.NotAllowed);
        return Decision.Happens([.. MediaRules.Stop(target, c.Source)]);
    }

    private static Decision MuteAll(MeetingState state, HostMute c)
    {
        var events = ImmutableArray<MeetingEventBody>.Empty;
        if (c.MayUnmute is { } may)
        {
            if (c.Source is not (MediaSource.Microphone or MediaSource.Camera)) return Decision.Refuse(CommandRefusal.Malformed);
            var settings = c.Source == MediaSource.Camera ? state.Settings with { CameraForAll = may } : state.Settings with { UnmuteForAll = may };
            events = LifecycleRules.Settle(state, state.Title, settings);
        }
        var others = state.Participants.Values.Where(p => !p.IsHost).OrderBy(p => p.JoinedSeq);
        return new Decision { Events = events.AddRange(others.SelectMany(p => MediaRules.Stop(p, c.Source))) };
    }

    public static Decision AskUnmute(MeetingState state, Participant sender, HostAskUnmute c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Find(c.ParticipantId) is not { InLobby: false } target) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        if (!target.MayPublish(state.Settings).Has(c.Source)) return Decision.Refuse(CommandRefusal.SwitchedOff);
        var decision = target.MayStart(c.Source, state.Settings) ? Decision.Nothing : Decision.Happens(new ParticipantUnmuteAllowed(target.Id, c.Source));
        return decision with { Shown = [new Ephemeral(new UnmuteAsked(sender.Id, c.Source), c.ParticipantId)] };
    }

    public static Decision LowerHands(MeetingState state, Participant sender, HostLowerHands c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.ParticipantId is { } id && state.Find(id) is not { InLobby: false }) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        var raised = state.Participants.Values.Where(p => p.HandRaisedSeq is not null && (c.ParticipantId is null || p.Id == c.ParticipantId)).OrderBy(p => p.HandRaisedSeq);
        return Decision.Happens([.. raised.Select(p => new ParticipantHandChanged(p.Id, Raised: false))]);
    }

    public static Decision Spotlight(MeetingState state, Participant sender, HostSpotlight c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.Participants.IsDefault || c.Participants.Length > MostSpotlighted) return Decision.Refuse(CommandRefusal.Malformed);
        ImmutableArray<ParticipantId> wanted = [.. c.Participants.Distinct()];
        if (wanted.Any(id => state.Find(id) is not { InLobby: false, IsListed: true, Stream: not Contracts.Api.StreamKind.Play })) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        return wanted.SequenceEqual(state.Spotlight) ? Decision.Nothing : Decision.Happens(new MeetingSpotlighted(wanted));
    }

    public static Decision Remove(MeetingState state, Participant sender, HostRemove c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Find(c.ParticipantId) is not { } target) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        if (target.Id == sender.Id || !MayActOn(sender, target)) return Decision.Refuse(CommandRefusal.NotAllowed);
        return Decision.Happens(new ParticipantLeft(target.Id, LeaveReason.Removed));
    }

    public static Decision Admit(MeetingState state, Participant sender, HostAdmit c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        var free = state.Settings.MaxParticipants - state.Places;
        if (c.ParticipantId is { } id)
        {
            if (state.Find(id) is not { InLobby: true }) return Decision.Refuse(CommandRefusal.UnknownParticipant);
            return free > 0 ? Decision.Happens(new ParticipantAdmitted(id)) : Decision.Refuse(CommandRefusal.Full);
        }
        var waiting = state.Participants.Values.Where(p => p.InLobby).OrderBy(p => p.JoinedSeq).ToList();
        if (waiting.Count > 0 && free <= 0) return Decision.Refuse(CommandRefusal.Full);
        return Decision.Happens([.. waiting.Take(Math.Max(free, 0)).Select(p => new ParticipantAdmitted(p.Id))]);
    }

    public static Decision Deny(MeetingState state, Participant sender, HostDeny c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.ParticipantId is { } id && state.Find(id) is not { InLobby: true }) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        var denied = state.Participants.Values.Where(p => p.InLobby && (c.ParticipantId is null || p.Id == c.ParticipantId)).OrderBy(p => p.JoinedSeq);
        return Decision.Happens([.. denied.Select(p => new ParticipantLeft(p.Id, LeaveReason.Denied))]);
    }

    public static Decision SetRole(MeetingState state, Participant sender, HostSetRole c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Find(c.ParticipantId) is not { InLobby: false } target) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        var touchesHosts = target.Role == Role.Host || c.Role == Role.Host;
        if (target.Stream is not null || (touchesHosts && sender.Role != Role.Host)) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.Role == Role.Viewer && !state.Settings.Webinar) return Decision.Refuse(CommandRefusal.SwitchedOff);
        if (target.Role == c.Role) return Decision.Nothing;
        return Decision.Happens([new ParticipantRoleChanged(target.Id, c.Role), .. MediaRules.StopForbidden(target with { Role = c.Role }, state.Settings)]);
    }

    public static Decision Lock(MeetingState state, Participant sender, HostLock c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        return c.Locked == state.Locked ? Decision.Nothing : Decision.Happens(new MeetingLocked(c.Locked));
    }

    public static Decision ChangeSettings(MeetingState state, Participant sender, HostSettings c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (!VisibleText.TryTitle(c.Title, out var title)) return Decision.Refuse(CommandRefusal.InvalidText);
        if (c.Settings.Encrypted != state.Settings.Encrypted) return Decision.Refuse(CommandRefusal.EncryptionFixed);
        if (!LifecycleRules.AreValid(c.Settings)) return Decision.Refuse(CommandRefusal.Malformed);
        if (!LifecycleRules.IsValid(c.Schedule)) return Decision.Refuse(CommandRefusal.Malformed);
        var events = LifecycleRules.Settle(state, title, c.Settings);
        return new Decision { Events = c.Schedule is { } schedule && schedule != state.Schedule ? events.Add(new MeetingScheduled(schedule)) : events };
    }

    public static Decision LetBack(MeetingState state, Participant sender, HostLetBack c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        return state.RemovedPeople.Any(p => p.Id == c.ParticipantId) ? Decision.Happens(new ParticipantLetBack(c.ParticipantId)) : Decision.Refuse(CommandRefusal.UnknownParticipant);
    }

    public static Decision End(MeetingState state, Participant sender) =>
        sender.IsHost ? Decision.Happens(new MeetingEnded(MeetingEndReason.EndedByHost, state.Settings.Recurring)) : Decision.Refuse(CommandRefusal.NotAllowed);

    private static bool MayActOn(Participant sender, Participant target) => sender.Role == Role.Host || target.Role != Role.Host || target.Id == sender.Id;
}
