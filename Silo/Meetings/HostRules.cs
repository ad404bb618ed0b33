using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>What hosts and co-hosts may do (M50 to M62). A co-host may do all of it, but never to a host.</summary>
internal static class HostRules
{
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
        if (!VisibleText.TryName(c.DisplayName, out var name)) return Decision.Refuse(CommandRefusal.InvalidDisplayName);
        return name == target.DisplayName ? Decision.Nothing : Decision.Happens(new ParticipantRenamed(target.Id, name));
    }

    public static Decision Mute(MeetingState state, Participant sender, HostMute c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.ParticipantId is not { } id)
        {
            var sending = state.Participants.Values.Where(p => !p.IsHost && p.Sending.Has(c.Source)).OrderBy(p => p.JoinedSeq);
            return Decision.Happens([.. sending.Select(p => new ParticipantMediaChanged(p.Id, c.Source, Muted: true))]);
        }
        if (state.Find(id) is not { InLobby: false } target) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        if (!MayActOn(sender, target)) return Decision.Refuse(CommandRefusal.NotAllowed);
        return target.Sending.Has(c.Source) ? Decision.Happens(new ParticipantMediaChanged(id, c.Source, Muted: true)) : Decision.Nothing;
    }

    public static Decision AskUnmute(MeetingState state, Participant sender, HostAskUnmute c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Find(c.ParticipantId) is not { InLobby: false }) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        return Decision.Nothing with { Shown = [new Ephemeral(new UnmuteAsked(sender.Id, c.Source), c.ParticipantId)] };
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
        return state.Find(c.ParticipantId) is { InLobby: true }
            ? Decision.Happens(new ParticipantLeft(c.ParticipantId, LeaveReason.Denied))
            : Decision.Refuse(CommandRefusal.UnknownParticipant);
    }

    public static Decision SetRole(MeetingState state, Participant sender, HostSetRole c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Find(c.ParticipantId) is not { InLobby: false } target) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        var touchesHosts = target.Role == Role.Host || c.Role == Role.Host;
        if (target.Stream is not null || (touchesHosts && sender.Role != Role.Host)) return Decision.Refuse(CommandRefusal.NotAllowed);
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
        if (!LifecycleRules.AreValid(c.Settings)) return Decision.Refuse(CommandRefusal.Malformed);
        return new Decision { Events = LifecycleRules.Settle(state, title, c.Settings) };
    }

    public static Decision End(Participant sender) =>
        sender.IsHost ? Decision.Happens(new MeetingEnded(MeetingEndReason.EndedByHost)) : Decision.Refuse(CommandRefusal.NotAllowed);

    private static bool MayActOn(Participant sender, Participant target) => sender.Role == Role.Host || target.Role != Role.Host || target.Id == sender.Id;
}
