using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Meetings;

/// <summary>WHIP and WHEP clients: keys, places, and what pods say of them (M30 to M35).</summary>
internal static class StreamRules
{
    public static Decision Take(MeetingState state, TakeStreamPlace c, DateTimeOffset now, MeetingRules rules, PodPlacement? placement)
    {
        if (!state.Exists) return Decision.Refuse(StreamRefusal.UnknownCode);
        if (state.Ended is not null) return Decision.Refuse(StreamRefusal.Ended);
        if (JoinRules.IsAbandoned(state, now, rules)) return LifecycleRules.Abandon() with { Answer = new StreamRefused(StreamRefusal.Ended) };
        if (state.Settings.Encrypted) return Decision.Refuse(StreamRefusal.Encrypted);
        var key = c.Key is null ? null : state.StreamKeys.Values.FirstOrDefault(k => Secrets.Matches(c.Key, k.KeyHash));
        var isOpen = c.Kind == StreamKind.Publish ? state.Settings.OpenPublish : state.Settings.OpenPlay;
        if (c.Token is { IdHash: { } used } && state.UsedTokens.ContainsKey(used)) return Decision.Refuse(StreamRefusal.InvalidStreamKey);
        if (key is null && c.Token is null && (c.Key is not null || !isOpen || state.Locked || state.PasscodeHash is not null)) return Decision.Refuse(StreamRefusal.InvalidStreamKey);
        if (state.Places >= state.Settings.MaxParticipants) return Decision.Refuse(StreamRefusal.Full);
        if (placement is null) return Decision.Nothing with { NeedsPod = true };
        if (placement.PodId is not { } pod) return Decision.Refuse(StreamRefusal.NoPod);

        var name = key?.Name ?? (VisibleText.TryName(c.Token?.Name, out var given) ? given : c.Kind == StreamKind.Publish ? "Stream" : "Player");
        var joined = new ParticipantJoined(
            c.Newcomer, name, key?.Role ?? c.Token?.Role ?? Role.Attendee, InLobby: false, Stream: c.Kind, StreamKeyId: key?.Id, Token: JoinRules.UsedUp(c.Token), ByToken: c.Token is null ? null : true);
        return Decision.Happens(joined, new ParticipantMoved(c.Newcomer, pod, placement.Case)) with { Actor = c.Newcomer, Place = c.Newcomer };
    }

    public static Decision CreateKey(MeetingState state, CreateStreamKey c, MeetingRules rules)
    {
        if (LifecycleRules.Closed(state) is { } closed) return Decision.Refuse(closed);
        if (state.Settings.Encrypted) return Decision.Refuse(MeetingRefusal.Encrypted);
        if (!VisibleText.TryName(c.Name, out var name)) return Decision.Refuse(MeetingRefusal.InvalidDisplayName);
        if (state.StreamKeys.Count >= rules.MaxStreamKeys) return Decision.Refuse(MeetingRefusal.TooManyStreamKeys);
        return Decision.Happens(new StreamKeyCreated(c.KeyId, name, c.Role, c.KeyHash));
    }

    public static Decision RevokeKey(MeetingState state, RevokeStreamKey c)
    {
        if (LifecycleRules.Closed(state) is { } closed) return Decision.Refuse(closed);
        if (!state.StreamKeys.ContainsKey(c.KeyId)) return Decision.Refuse(MeetingRefusal.UnknownStreamKey);
        var leaving = state.Participants.Values.Where(p => p.StreamKeyId == c.KeyId).OrderBy(p => p.JoinedSeq);
        return Decision.Happens([.. leaving.Select(p => new ParticipantLeft(p.Id, LeaveReason.Removed)), new StreamKeyRevoked(c.KeyId)]);
    }

    public static Decision Reported(MeetingState state, RoomReported c)
    {
        var reports = c.Participants.ToDictionary(p => p.ParticipantId);
        var events = ImmutableArray.CreateBuilder<MeetingEventBody>();
        foreach (var p in state.Participants.Values.Where(p => p.Stream is not null && p.PodId == c.PodId).OrderBy(p => p.JoinedSeq))
        {
            var report = reports.GetValueOrDefault(p.Id);
            if (report is { Sessions: > 0 }) Follow(p, report, p.MayPublish(state.Settings), events);
            else if (p.Link == Presence.Connected) events.Add(new ParticipantLeft(p.Id, LeaveReason.Left));
        }
        return new Decision { Events = events.ToImmutable() };
    }

    private static void Follow(Participant p, ParticipantReport report, SourceSet mayPublish, ImmutableArray<MeetingEventBody>.Builder events)
    {
        if (report.Connected && p.Link != Presence.Connected) events.Add(new ParticipantConnected(p.Id));
        var sending = SourceSet.Of(report.Publishing.AsSpan()).And(mayPublish).Except(p.HostMuted);
        foreach (var source in Enum.GetValues<MediaSource>())
            if (sending.Has(source) != p.Sending.Has(source)) events.Add(new ParticipantMediaChanged(p.Id, source, Muted: !sending.Has(source)));
    }
}
