using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Meetings;

/// <summary>
/// Every rule of a meeting (docs/meetings.md, M1 ...), as pure functions of the state, the command and the time. No rule of a meeting lives outside; no input or
/// output lives inside.
/// </summary>
public static class MeetingMachine
{
    /// <summary>Decides one command.</summary>
    /// <param name="state">The meeting, perhaps before its first event.</param>
    /// <param name="envelope">The command.</param>
    /// <param name="now">The time.</param>
    /// <param name="rules">The times and bounds.</param>
    /// <param name="placement">The pod that was chosen after a decision with <see cref="Decision.NeedsPod"/>; null the first time.</param>
    /// <param name="lookup">The message that was looked up after a decision with <see cref="Decision.NeedsMessage"/>; null the first time.</param>
    /// <param name="places">What the meeting holds of its tenant's quotas; null: it need not ask.</param>
    public static Decision Decide(
        MeetingState state, CommandEnvelope envelope, DateTimeOffset now, MeetingRules rules, PodPlacement? placement = null, MessageLookup? lookup = null,
        PlacesAllowed? places = null) =>
        TokenRules.Check(
            state, envelope.Command, QuotaRules.Check(state, envelope.Command, PresenceRules.HandOver(state, DecideAlone(state, envelope, now, rules, placement, lookup)), places), places);

    private static Decision DecideAlone(
        MeetingState state, CommandEnvelope envelope, DateTimeOffset now, MeetingRules rules, PodPlacement? placement, MessageLookup? lookup) => envelope.Command switch
    {
        FromClient c => FromClient(state, envelope.Sender, c.Message, now, lookup),
        ShowCaption c => AppRules.Caption(state, c),
        ShowReaction c => MediaRules.React(state, envelope.Sender, c),
        OpenSession c => PresenceRules.Open(state, envelope.Sender, c),
        CloseSession c => PresenceRules.Close(state, envelope.Sender, c),
        TakePlace c => JoinRules.Take(state, c, now, rules, placement),
        ResumePlace c => JoinRules.Resume(state, c, now, rules),
        TakeStreamPlace c => StreamRules.Take(state, c, now, rules, placement),
        CreateMeeting c => LifecycleRules.Create(state, c),
        ChangeMeeting c => LifecycleRules.Change(state, c),
        EraseMeeting => LifecycleRules.Erase(state),
        RemoveParticipant c => LifecycleRules.Remove(state, c),
        EndMeeting => LifecycleRules.End(state),
        CreateStreamKey c => StreamRules.CreateKey(state, c, rules),
        RevokeStreamKey c => StreamRules.RevokeKey(state, c),
        RoomReported c => StreamRules.Reported(state, c),
        SweepMeeting => PresenceRules.Sweep(state, now, rules),
        PodLost or ReviewTenant => Decision.Nothing,
        _ => throw new ArgumentException($"{envelope.Command.GetType().Name} is not a command of a meeting", nameof(envelope)),
    };

    /// <summary>After the meeting's grain has come to life: whoever was there has their whole grace from now on (M24).</summary>
    public static Decision Recover(MeetingState state) => PresenceRules.Recover(state);

    /// <summary>What the tenant's quotas let everybody send and receive.</summary>
    public static Decision SetBitrate(MeetingState state, Contracts.Tenants.BitrateTier bitrate) => QuotaRules.SetBitrate(state, bitrate);

    /// <summary>Sends a participant's media to another pod.</summary>
    public static Decision Move(MeetingState state, ParticipantId participant, PodPlacement placement) =>
        placement.PodId is { } pod && state.Find(participant) is { InLobby: false } p && p.PodId != pod
            ? Decision.Happens(new ParticipantMoved(participant, pod, placement.Case))
            : Decision.Nothing;

    private static Decision FromClient(MeetingState state, ParticipantId? senderId, ClientCommand command, DateTimeOffset now, MessageLookup? lookup)
    {
        if (!state.Exists || senderId is not { } id) return Decision.Refuse(CommandRefusal.NotInMeeting);
        if (state.Ended is not null) return Decision.Refuse(CommandRefusal.Ended);
        if (state.Find(id) is not { } sender) return Decision.Refuse(CommandRefusal.NotInMeeting);
        if (sender.Commands.Find(command.Id) is { } seq) return new Decision { Answer = new Done(seq) };
        if (sender.InLobby && command is not Leave) return Decision.Refuse(CommandRefusal.InLobby);
        var decision = Decide(state, sender, command, now, lookup);
        return decision.IsRefused ? decision : decision with { Actor = id, CommandId = command.Id };
    }

    private static Decision Decide(MeetingState state, Participant sender, ClientCommand command, DateTimeOffset now, MessageLookup? lookup) => command switch
    {
        Leave c => PresenceRules.Leave(state, sender, c),
        ChatSend c => ChatRules.Send(state, sender, c),
        ChatEdit c => ChatRules.Edit(state, sender, c, lookup),
        ChatDelete c => ChatRules.Delete(state, sender, c, lookup),
        MediaSetMuted c => MediaRules.SetMuted(state, sender, c),
        HandRaise c => MediaRules.RaiseHand(sender, c),
        Rename c => HostRules.Rename(state, sender, c),
        HostMute c => HostRules.Mute(state, sender, c),
        HostAskUnmute c => HostRules.AskUnmute(state, sender, c),
        HostRemove c => HostRules.Remove(state, sender, c),
        HostAdmit c => HostRules.Admit(state, sender, c),
        HostDeny c => HostRules.Deny(state, sender, c),
        HostSetRole c => HostRules.SetRole(state, sender, c),
        HostLowerHands c => HostRules.LowerHands(state, sender, c),
        HostSpotlight c => HostRules.Spotlight(state, sender, c),
        HostLock c => HostRules.Lock(state, sender, c),
        HostSettings c => HostRules.ChangeSettings(state, sender, c),
        HostLetBack c => HostRules.LetBack(state, sender, c),
        MeetingEnd => HostRules.End(state, sender),
        BreakoutsOpen c => BreakoutRules.Open(state, sender, c),
        BreakoutMove c => BreakoutRules.Move(state, sender, c),
        BreakoutsClose c => BreakoutRules.Close(state, sender, c, now),
        BreakoutsBroadcast c => BreakoutRules.Broadcast(sender, c),
        AppDataSend c => AppRules.Send(state, sender, c),
        EncryptionAnnounce c => EncryptionRules.Announce(state, sender, c),
        EncryptionSeal c => EncryptionRules.Seal(state, sender, c),
        PollOpen c => PollRules.Open(state, sender, c),
        PollVoteCast c => PollRules.Vote(state, sender, c),
        PollClose c => PollRules.Close(state, sender, c),
        QuestionAsk c => PollRules.Ask(state, sender, c),
        QuestionUpvote c => PollRules.Upvote(state, sender, c),
        QuestionAnswer c => PollRules.Answer(state, sender, c),
        QuestionDismiss c => PollRules.Dismiss(state, sender, c),
        _ => Decision.Refuse(CommandRefusal.Malformed),
    };
}
