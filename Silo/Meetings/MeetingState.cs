using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;

namespace Conference.Silo.Meetings;

/// <summary>A meeting after some event. Immutable; <see cref="Apply(MeetingEvent)"/> gives the next. Nothing in it comes from anywhere but the events.</summary>
public sealed partial record MeetingState
{
    /// <summary>Chat messages that a view begins with.</summary>
    public const int RecentChat = 200;

    /// <summary>So many of those who were removed can be let back by name.</summary>
    public const int MostRemovedPeople = 200;

    /// <summary>The meeting.</summary>
    public required MeetingId Id { get; init; }

    /// <summary>The sequence of the last event; 0 before the first.</summary>
    public long Seq { get; init; }

    /// <summary>The join code.</summary>
    public string Code { get; init; } = "";

    /// <summary>The title.</summary>
    public string Title { get; init; } = "";

    /// <summary>Whose meeting it is.</summary>
    public TenantId TenantId { get; init; }

    /// <summary>How it is run.</summary>
    public MeetingSettings Settings { get; init; } = new();

    /// <summary>SHA-256 (base64url) of the host key.</summary>
    public string? HostKeyHash { get; init; }

    /// <summary>Who was signed in as it was made: SHA-256 (base64url) of provider and subject; null: nobody was.</summary>
    public string? Owner { get; init; }

    /// <summary>Salted hash of the passcode.</summary>
    public string? PasscodeHash { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is to take place.</summary>
    public MeetingSchedule? Schedule { get; init; }

    /// <summary>When the first took a place.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Since when there are people and no host, after there was one.</summary>
    public DateTimeOffset? HostsGoneSince { get; init; }

    /// <summary>Since when nobody is in it; null while somebody is.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>Nobody new may join.</summary>
    public bool Locked { get; init; }

    /// <summary>How much each participant may send and receive.</summary>
    public BitrateTier Bitrate { get; init; }

    /// <summary>Why it is over; null while it is not.</summary>
    public MeetingEndReason? Ended { get; init; }

    /// <summary>Its data is deleted.</summary>
    public bool Erased { get; init; }

    /// <summary>Everybody who is in it, the lobby included.</summary>
    public ImmutableDictionary<ParticipantId, Participant> Participants { get; init; } = ImmutableDictionary<ParticipantId, Participant>.Empty;

    /// <summary>Those of them whom others see: all but viewers. Follows from <see cref="Participants"/>; with thousands of viewers, nobody looks through these.</summary>
    [JsonIgnore]
    public ImmutableHashSet<ParticipantId> Listed { get; init; } = [];

    /// <summary>Resume token hashes of those.</summary>
    public ImmutableDictionary<string, ParticipantId> ResumeTokens { get; init; } = ImmutableDictionary<string, ParticipantId>.Empty;

    /// <summary>Resume token hashes of those whom a host removed.</summary>
    public ImmutableHashSet<string> Removed { get; init; } = [];

    /// <summary>Device token hashes of those.</summary>
    public ImmutableHashSet<string> RemovedDevices { get; init; } = [];

    /// <summary>Names of those, as <see cref="VisibleText.Folded"/> writes them.</summary>
    public ImmutableHashSet<string> RemovedNames { get; init; } = [];

    /// <summary>Who they were, so that a host can let them back: the last ones, oldest first.</summary>
    public ImmutableList<RemovedPerson> RemovedPeople { get; init; } = [];

    /// <summary>Join tokens that were good for one join, and when they end by themselves.</summary>
    public ImmutableDictionary<string, DateTimeOffset> UsedTokens { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Whom everybody sees large.</summary>
    public ImmutableArray<ParticipantId> Spotlight { get; init; } = [];

    /// <summary>The polls, oldest first.</summary>
    public ImmutableList<Poll> Polls { get; init; } = [];

    /// <summary>The questions that were not put aside, oldest first.</summary>
    public ImmutableList<Question> Questions { get; init; } = [];

    /// <summary>The breakout rooms; null: there are none.</summary>
    public BreakoutsView? Breakouts { get; init; }

    /// <summary>Which secret is in use; null: the meeting is not encrypted from end to end.</summary>
    public EncryptionView? Encryption { get; init; }

    /// <summary>The keys that streams may join with, by id.</summary>
    public ImmutableDictionary<string, StreamKey> StreamKeys { get; init; } = ImmutableDictionary<string, StreamKey>.Empty;

    /// <summary>The newest chat messages, private ones included, oldest first.</summary>
    public ImmutableQueue<ChatMessage> Chat { get; init; } = [];

    /// <summary>All chat messages ever.</summary>
    public long ChatCount { get; init; }

    /// <summary>Participants with a place: all but the lobby.</summary>
    public int Places { get; init; }

    /// <summary>Hosts and co-hosts with a place.</summary>
    public int Hosts { get; init; }

    /// <summary>Viewers with a place.</summary>
    public int Viewers { get; init; }

    /// <summary>Participants whose grace runs.</summary>
    public int Waiting { get; init; }

    /// <summary>The pod that all media of the meeting goes to: until pods relay to each other, there is one. Null while nobody has a place.</summary>
    public PodId? HomePod { get; init; }

    /// <summary>The meeting has been created.</summary>
    [JsonIgnore]
    public bool Exists => Seq > 0;

    /// <summary>A meeting before its first event.</summary>
    public static MeetingState New(MeetingId id) => new() { Id = id };

    /// <summary>A snapshot of an older version lacks what came later; the JSON reader leaves that null, whatever a property begins with.</summary>
    public MeetingState WithDefaults() => this with
    {
        RemovedDevices = RemovedDevices ?? [], RemovedNames = RemovedNames ?? [], RemovedPeople = RemovedPeople ?? [], Spotlight = Spotlight.IsDefault ? [] : Spotlight,
        UsedTokens = UsedTokens ?? ImmutableDictionary<string, DateTimeOffset>.Empty,
        Polls = Polls ?? [], Questions = Questions ?? [], Listed = [.. Participants.Values.Where(p => p.IsListed).Select(p => p.Id)],
    };

    /// <summary>Finds somebody who is in the meeting.</summary>
    public Participant? Find(ParticipantId id) => Participants.GetValueOrDefault(id);

    /// <summary>Somebody in it, as a host or the person themselves sees it; lobby and private messages of others are left out.</summary>
    public MeetingView ViewOf(Participant viewer)
    {
        IEnumerable<Participant> visible = viewer switch
        {
            { InLobby: true } => [viewer],
            { IsHost: true } => Participants.Values,
            _ => Listed.Remove(viewer.Id).Select(id => Participants[id]).Where(p => !p.InLobby).Append(viewer),
        };
        var seen = visible.OrderBy(p => p.JoinedSeq);
        var chat = Chat.Where(m => !viewer.InLobby && ChatRules.Sees(m, viewer.Id, viewer.IsHost));
        return new(Id, Code, Title, Settings, Locked, [.. seen.Select(p => p.ToView())], [.. chat], !viewer.InLobby && ChatCount > RecentChat,
            viewer.InLobby ? [] : Spotlight, viewer.InLobby ? [] : [.. Polls.Select(p => p.ViewOf(viewer))], viewer.InLobby ? [] : [.. Questions.Select(q => q.ViewOf(viewer.Id))],
            viewer.InLobby ? 0 : Viewers, StartedAt, Schedule, viewer.InLobby ? null : Breakouts,
            viewer is { InLobby: false, IsHost: true } ? [.. RemovedPeople.Select(p => new RemovedView(p.Id, p.DisplayName))] : null, Encryption);
    }

    private MeetingState With(Participant next)
    {
        var before = Participants.GetValueOrDefault(next.Id);
        return this with
        {
            Participants = Participants.SetItem(next.Id, next),
            Listed = next.IsListed ? Listed.Add(next.Id) : Listed.Remove(next.Id),
            Places = Places + Place(next) - Place(before),
            Hosts = Hosts + Host(next) - Host(before),
            Waiting = Waiting + Wait(next) - Wait(before),
            Viewers = Viewers + View(next) - View(before),
            EmptySince = null,
        };
    }

    private MeetingState Without(Participant gone, DateTimeOffset now) => this with
    {
        Participants = Participants.Remove(gone.Id),
        Listed = Listed.Remove(gone.Id),
        ResumeTokens = gone.ResumeTokenHash is { } hash ? ResumeTokens.Remove(hash) : ResumeTokens,
        Places = Places - Place(gone),
        Hosts = Hosts - Host(gone),
        Waiting = Waiting - Wait(gone),
        Viewers = Viewers - View(gone),
        EmptySince = Participants.Count == 1 ? now : null,
        Spotlight = Spotlight.Remove(gone.Id),
        HomePod = Places - Place(gone) == 0 ? null : HomePod,
    };

    private static int Place(Participant? p) => p is { InLobby: false } ? 1 : 0;

    private static int Host(Participant? p) => p is { InLobby: false, IsHost: true } ? 1 : 0;

    private static int View(Participant? p) => p is { InLobby: false, IsListed: false } ? 1 : 0;

    private static int Wait(Participant? p) => p is not null && p.Link != Presence.Connected ? 1 : 0;
}
