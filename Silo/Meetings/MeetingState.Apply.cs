using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;

namespace Conference.Silo.Meetings;

public sealed partial record MeetingState
{
    private const int ForgetEvery = 64;

    /// <summary>The state after one more event. Throws <see cref="InvalidOperationException"/> for one that does not come next: a journal has no gaps.</summary>
    public MeetingState Apply(MeetingEvent next)
    {
        if (next.Seq != Seq + 1) throw new InvalidOperationException($"event {next.Seq} of meeting {Id} cannot follow {Seq}");
        var state = EncryptionRules.After(this, Timed(Apply(next, next.Body) with { Seq = next.Seq }, next.At), next.Body);
        if (next is { Actor: { } actor, CommandId: { } command } && state.Find(actor) is { } sender)
            state = state with { Participants = state.Participants.SetItem(actor, sender with { Commands = sender.Commands.With(command, next.Seq) }) };
        return state;
    }

    // What time alone ends is reckoned from here.
    private MeetingState Timed(MeetingState after, DateTimeOffset at)
    {
        if (after.Places == Places && after.Hosts == Hosts) return after;
        var isLeaderless = after.Places > 0 && after.Hosts == 0;
        return after with
        {
            StartedAt = after.StartedAt ?? (after.Places > 0 ? at : null),
            HostsGoneSince = !isLeaderless ? null : Hosts > 0 ? at : after.HostsGoneSince,
        };
    }

    private MeetingState Apply(MeetingEvent e, MeetingEventBody body) => body switch
    {
        MeetingCreated b => Created(e, b),
        MeetingSettingsChanged b => SettingsChanged(b),
        MeetingSpotlighted b => this with { Spotlight = b.Participants },
        ParticipantUnmuteAllowed b => Change(b.ParticipantId, p => p with { Allowed = p.Allowed.With(b.Source) }),
        MeetingScheduled b => this with { Schedule = b.Schedule },
        MeetingErased => new MeetingState { Id = Id, Seq = Seq, Code = Code, TenantId = TenantId, CreatedAt = CreatedAt, Ended = Ended ?? MeetingEndReason.EndedByApi, Erased = true },
        MeetingBitrateSet b => this with { Bitrate = b.Bitrate },
        MeetingLocked b => this with { Locked = b.Locked },
        MeetingEnded b => AfterEnd(b, e.At),
        ParticipantJoined b => Joined(e, b),
        ParticipantAdmitted b => Change(b.ParticipantId, p => p with { InLobby = false }),
        ParticipantConnected b => Change(b.ParticipantId, p => p with { Link = Presence.Connected, LinkSince = e.At, PageClosed = false }),
        ParticipantDisconnected b => Change(b.ParticipantId, p => p with { Link = Presence.Reconnecting, LinkSince = e.At, PageClosed = b.PageClosed }),
        ParticipantLeft b => Left(e, b),
        ParticipantLetBack b => LetBack(b.ParticipantId),
        ParticipantRenamed b => Change(b.ParticipantId, p => p with { DisplayName = b.DisplayName }),
        ParticipantRoleChanged b => Change(b.ParticipantId, p => p with { Role = b.Role, Room = b.Role == Role.Viewer ? null : p.Room }) with { Spotlight = b.Role == Role.Viewer ? Spotlight.Remove(b.ParticipantId) : Spotlight },
        ParticipantMediaChanged b => Change(b.ParticipantId, p => MediaChanged(p, b, e.Actor)),
        ParticipantHandChanged b => Change(b.ParticipantId, p => p with { HandRaisedSeq = b.Raised ? p.HandRaisedSeq ?? e.Seq : null }),
        ParticipantMoved b => Change(b.ParticipantId, p => p with { PodId = b.PodId }) with { HomePod = b.PodId },
        ChatSent b => Chatted(e, b),
        ChatEdited or ChatDeleted => this with { Chat = [.. Chat.Select(m => ChatRules.After(m, e))] },
        AppDataSent => this,
        BreakoutsOpened b => this with { Breakouts = new(b.Rooms, b.SelfChosen) },
        BreakoutMoved b => Change(b.ParticipantId, p => p with { Room = b.Room }),
        BreakoutsClosing b => this with { Breakouts = Breakouts! with { ClosesAt = b.At } },
        BreakoutsClosed => WithoutBreakouts(),
        PollOpened b => this with { Polls = Polls.Add(new Poll { Id = e.Seq, Asked = b, Counts = [.. b.Options.Select(_ => 0)] }) },
        PollVoted b => ChangePoll(b.Poll, p => p.With(new(b.From!.Value, b.DisplayName!, b.Choices!.Value))),
        PollClosed b => ChangePoll(b.Poll, p => p with { Closed = true, Shared = b.Shared }),
        QuestionAsked b => this with { Questions = Questions.Add(new Question { Id = e.Seq, At = e.At, From = b.From!.Value, Asked = b }) },
        QuestionVoted b => ChangeQuestion(b.Question, q => q with { Votes = b.Up ? q.Votes.Add(b.From!.Value) : q.Votes.Remove(b.From!.Value) }),
        QuestionAnswered b => ChangeQuestion(b.Question, q => q with { Answer = b }),
        QuestionDismissed b => this with { Questions = Questions.RemoveAll(q => q.Id == b.Question) },
        EncryptionAnnounced b => Change(b.ParticipantId, p => p with { Keys = b.Keys }),
        EncryptionSealed or EncryptionRotated => this,
        StreamKeyCreated b => this with { StreamKeys = StreamKeys.SetItem(b.KeyId, new(b.KeyId, b.Name, b.Role, b.KeyHash)) },
        StreamKeyRevoked b => this with { StreamKeys = StreamKeys.Remove(b.KeyId) },
        _ => throw new InvalidOperationException($"event {e.Seq} of meeting {Id} has a body that this version does not know"),
    };

    private MeetingState Created(MeetingEvent e, MeetingCreated b) => this with
    {
        Code = b.Code, Title = b.Title, TenantId = b.TenantId, Settings = b.Settings, HostKeyHash = b.HostKeyHash, PasscodeHash = b.PasscodeHash,
        CreatedAt = e.At, EmptySince = e.At, Schedule = b.Schedule, Owner = b.Owner,
    };

    // A meeting that recurs begins anew, but for its chat: it goes on.
    private MeetingState AfterEnd(MeetingEnded b, DateTimeOffset now) => this with
    {
        Ended = b.Reopens ? null : b.Reason, EmptySince = EmptySince ?? now, StartedAt = b.Reopens ? null : StartedAt, Locked = Locked && !b.Reopens,
        Breakouts = null, Polls = b.Reopens ? [] : Polls, Questions = b.Reopens ? [] : Questions, Places = 0, Hosts = 0, Waiting = 0, Viewers = 0, HomePod = null,
        Participants = ImmutableDictionary<ParticipantId, Participant>.Empty, Listed = [], ResumeTokens = ImmutableDictionary<string, ParticipantId>.Empty, Removed = [],
        RemovedDevices = [], RemovedNames = [], RemovedPeople = [], Spotlight = [],
    };

    private MeetingState Joined(MeetingEvent e, ParticipantJoined b)
    {
        var state = With(new Participant
        {
            Id = b.ParticipantId, DisplayName = b.DisplayName, Role = b.Role, InLobby = b.InLobby, LinkSince = e.At, JoinedAt = e.At, JoinedSeq = e.Seq,
            ResumeTokenHash = b.ResumeTokenHash, Stream = b.Stream, StreamKeyId = b.StreamKeyId, DeviceHash = b.DeviceHash, ByToken = b.ByToken is true,
        });
        if (b.Token is { } token) state = state with { UsedTokens = Remembered(e.At).SetItem(token.IdHash, token.Until) };
        return b.ResumeTokenHash is { } hash ? state with { ResumeTokens = ResumeTokens.SetItem(hash, b.ParticipantId) } : state;
    }

    // What ends by itself is forgotten, when there are enough of them to look.
    private ImmutableDictionary<string, DateTimeOffset> Remembered(DateTimeOffset now) =>
        UsedTokens.Count % ForgetEvery == ForgetEvery - 1 ? UsedTokens.RemoveRange(UsedTokens.Where(t => t.Value <= now).Select(t => t.Key)) : UsedTokens;

    private MeetingState Left(MeetingEvent e, ParticipantLeft b)
    {
        if (Find(b.ParticipantId) is not { } gone) return this;
        var state = Without(gone, e.At);
        if (b.Reason != LeaveReason.Removed || gone.ResumeTokenHash is not { } hash) return state;
        return state with
        {
            Removed = Removed.Add(hash),
            RemovedDevices = gone.DeviceHash is { } device ? RemovedDevices.Add(device) : RemovedDevices,
            RemovedNames = RemovedNames.Add(VisibleText.Folded(gone.DisplayName)),
            RemovedPeople = (RemovedPeople.Count < MostRemovedPeople ? RemovedPeople : RemovedPeople.RemoveAt(0)).Add(new(gone.Id, gone.DisplayName, hash, gone.DeviceHash)),
        };
    }

    // A browser or a name that somebody else was removed with too stays out.
    private MeetingState LetBack(ParticipantId id)
    {
        if (RemovedPeople.Find(p => p.Id == id) is not { } back) return this;
        var others = RemovedPeople.Remove(back);
        var name = VisibleText.Folded(back.DisplayName);
        return this with
        {
            RemovedPeople = others, Removed = Removed.Remove(back.TokenHash),
            RemovedDevices = back.DeviceHash is { } device && others.All(p => p.DeviceHash != device) ? RemovedDevices.Remove(device) : RemovedDevices,
            RemovedNames = others.All(p => VisibleText.Folded(p.DisplayName) != name) ? RemovedNames.Remove(name) : RemovedNames,
        };
    }

    // What a host allowed one person was an exception from settings that are others now.
    private MeetingState SettingsChanged(MeetingSettingsChanged b)
    {
        var state = this with { Title = b.Title, Settings = b.Settings };
        if (b.Settings.UnmuteForAll == Settings.UnmuteForAll && b.Settings.CameraForAll == Settings.CameraForAll) return state;
        var allowed = Participants.Values.Where(p => p.Allowed != default).Select(p => KeyValuePair.Create(p.Id, p with { Allowed = default }));
        return state with { Participants = Participants.SetItems(allowed) };
    }

    private static Participant MediaChanged(Participant p, ParticipantMediaChanged b, ParticipantId? actor)
    {
        var byHost = b.Muted && actor is not null && actor != p.Id;
        return p with
        {
            Sending = b.Muted ? p.Sending.Without(b.Source) : p.Sending.With(b.Source),
            HostMuted = byHost ? p.HostMuted.With(b.Source) : b.Muted ? p.HostMuted : p.HostMuted.Without(b.Source),
            Allowed = byHost ? p.Allowed.Without(b.Source) : p.Allowed,
        };
    }

    private MeetingState Chatted(MeetingEvent e, ChatSent b)
    {
        var chat = ChatCount < RecentChat ? Chat : Chat.Dequeue();
        return this with { Chat = chat.Enqueue(new ChatMessage(e.Seq, e.At, b.From, b.DisplayName, b.Text, b.To, b.ToHosts, Room: b.Room)), ChatCount = ChatCount + 1 };
    }

    private MeetingState WithoutBreakouts()
    {
        var away = Participants.Values.Where(p => p.Room is not null).Select(p => KeyValuePair.Create(p.Id, p with { Room = null }));
        return this with { Breakouts = null, Participants = Participants.SetItems(away) };
    }

    private MeetingState ChangePoll(long id, Func<Poll, Poll> change) =>
        Polls.FindIndex(p => p.Id == id) is var at and >= 0 ? this with { Polls = Polls.SetItem(at, change(Polls[at])) } : this;

    private MeetingState ChangeQuestion(long id, Func<Question, Question> change) =>
        Questions.FindIndex(q => q.Id == id) is var at and >= 0 ? this with { Questions = Questions.SetItem(at, change(Questions[at])) } : this;

    private MeetingState Change(ParticipantId id, Func<Participant, Participant> change) => Find(id) is { } p ? With(change(p)) : this;
}
