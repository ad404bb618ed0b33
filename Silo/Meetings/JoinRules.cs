using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Meetings;

/// <summary>Who may come in (M1 to M12).</summary>
internal static class JoinRules
{
    public static Decision Take(MeetingState state, TakePlace c, DateTimeOffset now, MeetingRules rules, PodPlacement? placement)
    {
        if (!state.Exists) return Decision.Refuse(JoinRefusal.UnknownCode);
        if (state.Ended is not null) return Decision.Refuse(JoinRefusal.Ended);
        if (IsAbandoned(state, now, rules)) return LifecycleRules.Abandon() with { Answer = new JoinRefused(JoinRefusal.Ended) };
        // The same request once more, whose answer was lost on its way: ids are random.
        if (state.Find(c.Newcomer) is { } known && known.ResumeTokenHash == c.ResumeTokenHash) return new Decision { Actor = known.Id, Place = known.Id };
        if (RefusalOf(state, c, now, rules, out var name, out var role, out var inLobby) is { } refusal) return Decision.Refuse(refusal);

        var joined = new ParticipantJoined(c.Newcomer, name, role, inLobby, c.ResumeTokenHash, DeviceHash: c.DeviceHash, Token: UsedUp(c.Token), ByToken: c.Token is null ? null : true);
        if (inLobby) return Decision.Happens(joined) with { Actor = c.Newcomer, Place = c.Newcomer };
        if (placement is null) return Decision.Nothing with { NeedsPod = true };
        if (placement.PodId is not { } pod) return Decision.Refuse(JoinRefusal.NoPod);
        return Decision.Happens(joined, new ParticipantMoved(c.Newcomer, pod, placement.Case)) with { Actor = c.Newcomer, Place = c.Newcomer };
    }

    public static Decision Resume(MeetingState state, ResumePlace c, DateTimeOffset now, MeetingRules rules)
    {
        if (!state.Exists) return Decision.Refuse(JoinRefusal.UnknownCode);
        if (state.Ended is not null) return Decision.Refuse(JoinRefusal.Ended);
        if (IsAbandoned(state, now, rules)) return LifecycleRules.Abandon() with { Answer = new JoinRefused(JoinRefusal.Ended) };
        var hash = Secrets.Hash(c.ResumeToken);
        if (state.Removed.Contains(hash)) return Decision.Refuse(JoinRefusal.Removed);
        if (!state.ResumeTokens.TryGetValue(hash, out var id) || state.Find(id) is not { } p || !Secrets.Matches(c.ResumeToken, p.ResumeTokenHash))
            return Decision.Refuse(JoinRefusal.ResumeExpired);
        var events = PresenceRules.Return(p);
        if (c.HostKey is null || p.Role == Role.Host) return new Decision { Events = events, Actor = id, Place = id };
        if (!Secrets.Matches(c.HostKey, state.HostKeyHash)) return Decision.Refuse(JoinRefusal.WrongHostKey);

        events = events.Add(new ParticipantRoleChanged(id, Role.Host));
        if (p.InLobby && state.Places < state.Settings.MaxParticipants) events = events.Add(new ParticipantAdmitted(id));
        return new Decision { Events = events, Actor = id, Place = id };
    }

    public static bool IsAbandoned(MeetingState state, DateTimeOffset now, MeetingRules rules) =>
        state is { Exists: true, Ended: null, Settings.Recurring: false, EmptySince: { } since } && now - Later(since, state.Schedule?.End) >= rules.AbandonAfter;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    private static bool WasRemoved(MeetingState state, string? device, string name) =>
        (device is not null && state.RemovedDevices.Contains(device)) || (state.Settings.RemovedNamesStayOut && state.RemovedNames.Contains(VisibleText.Folded(name)));

    public static UsedToken? UsedUp(TokenGrant? token) => token?.IdHash is { } id ? new(id, token.Until) : null;

    private static JoinRefusal? RefusalOf(MeetingState state, TakePlace c, DateTimeOffset now, MeetingRules rules, out string name, out Role role, out bool inLobby)
    {
        (name, role, inLobby) = ("", Role.Attendee, false);
        if (c.Token is { } token)
        {
            if (token.IdHash is { } used && state.UsedTokens.ContainsKey(used)) return JoinRefusal.TokenUsed;
            role = token.Role ?? Role.Attendee;
        }
        else if (c.HostKey is not null)
        {
            if (!Secrets.Matches(c.HostKey, state.HostKeyHash)) return JoinRefusal.WrongHostKey;
            role = Role.Host;
        }
        else if (state.PasscodeHash is { } passcode && !Secrets.MatchesPasscode(c.Passcode, passcode))
        {
            return JoinRefusal.WrongPasscode;
        }
        if (!VisibleText.TryName(c.Token?.Name ?? c.DisplayName, out name)) return JoinRefusal.InvalidDisplayName;
        if (role is Role.Attendee or Role.Viewer)
        {
            if (WasRemoved(state, c.DeviceHash, name)) return JoinRefusal.Removed;
            if (state.Locked) return JoinRefusal.Locked;
            var isEarly = state.Schedule is { } schedule && now < schedule.Start - rules.OpensBefore;
            if ((!state.Settings.JoinBeforeHost || isEarly) && state.Hosts == 0) return JoinRefusal.NotStarted;
            inLobby = state.Settings.Lobby;
            if (state.Settings.Webinar && c.Token?.Role is null) role = Role.Viewer;
        }
        var isFull = inLobby ? state.Participants.Count - state.Places >= rules.MaxLobby : state.Places >= state.Settings.MaxParticipants;
        return isFull ? JoinRefusal.Full : null;
    }
}
