using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>What holds for every sequence of commands, found by long random ones from fixed seeds.</summary>
public sealed class MachineProperties
{
    private const int Steps = 600;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Any_sequence_of_commands_keeps_the_rules(int seed)
    {
        var random = new Random(seed);
        var meeting = new TestMeeting(new() { MaxParticipants = 6, Lobby = seed % 2 == 0, Webinar = seed % 3 == 0 }) { Rules = new MeetingRules { MaxLobby = 4 } };
        TestMeeting.Done(meeting.Do(new CreateStreamKey("k1", "Camera", Role.Attendee, Secrets.Hash("key"))));
        var people = new List<ParticipantId>();
        for (var step = 0; step < Steps; step++)
        {
            meeting.Now += TimeSpan.FromSeconds(random.Next(3));
            Step(meeting, people, random, step);
            Check(meeting);
        }
        Assert.True(meeting.Events.Count > Steps / 4, "too little happened to prove anything");
        CheckReplay(meeting);
    }

    private static void Step(TestMeeting meeting, List<ParticipantId> people, Random random, int step)
    {
        var id = ParticipantId.Parse($"q{step}");
        switch (random.Next(10))
        {
            case 0:
                var taking = meeting.Do(new TakePlace(id, $"Name {step}", Secrets.Hash($"t{id}"), HostKey: random.Next(4) == 0 ? TestMeeting.HostKey : null));
                if (!taking.IsRefused) people.Add(id);
                // A free place is refused to nobody.
                if (taking.Answer is JoinRefused { Reason: JoinRefusal.Full }) Assert.True(meeting.State.Places >= meeting.State.Settings.MaxParticipants || meeting.State.Participants.Count - meeting.State.Places >= meeting.Rules.MaxLobby);
                break;
            case 1:
                if (!meeting.Do(new TakeStreamPlace(id, (StreamKind)random.Next(2), "key")).IsRefused) people.Add(id);
                break;
            case 2:
                meeting.Do(new SweepMeeting());
                break;
            case 3:
                meeting.Do(new OpenSession($"s{step}"), Any(people, random));
                break;
            case 4:
                meeting.Do(new CloseSession("s", PageClosed: random.Next(2) == 0), Any(people, random));
                break;
            case 5 when random.Next(5) == 0:
                meeting.Apply(MeetingMachine.Recover(meeting.State));
                break;
            case 6:
                var reported = meeting.State.Participants.Values.Where(_ => random.Next(2) == 0);
                meeting.Do(new RoomReported(meeting.Placement.PodId!.Value, [.. reported.Select(p => new ParticipantReport(p.Id, 1, true, [(MediaSource)random.Next(4)]))]));
                break;
            default:
                // Half of the ids come again.
                meeting.Do(new FromClient(AnyCommand(CommandId.Parse($"c{random.Next(Steps)}"), people, random)), Any(people, random));
                break;
        }
        PlaceEverybody(meeting);
    }

    private static void PlaceEverybody(TestMeeting meeting)
    {
        foreach (var p in meeting.State.Participants.Values.Where(p => !p.InLobby && p.PodId is null).ToList())
            meeting.Apply(MeetingMachine.Move(meeting.State, p.Id, meeting.Placement));
    }

    private static ParticipantId Any(List<ParticipantId> people, Random random) =>
        people.Count == 0 || random.Next(20) == 0 ? ParticipantId.Parse("stranger") : people[random.Next(people.Count)];

    private static ClientCommand AnyCommand(CommandId id, List<ParticipantId> people, Random random) => random.Next(30) switch
    {
        0 => new Leave(id, random.Next(3) == 0 ? Any(people, random) : null),
        1 => new ChatSend(id, "hello"),
        2 => new ChatSend(id, "psst", [Any(people, random)]),
        3 => new MediaSetMuted(id, (MediaSource)random.Next(4), random.Next(2) == 0),
        4 => new HandRaise(id, random.Next(2) == 0),
        5 => new Rename(id, "Renamed", random.Next(2) == 0 ? null : Any(people, random)),
        6 => random.Next(2) == 0 ? new HostMute(id, (MediaSource)random.Next(4), Any(people, random)) : new HostMute(id, MediaSource.Microphone, MayUnmute: random.Next(2) == 0),
        7 => new HostRemove(id, Any(people, random)),
        8 => new HostAdmit(id, random.Next(2) == 0 ? null : Any(people, random)),
        9 => new HostDeny(id, random.Next(4) == 0 ? null : Any(people, random)),
        10 => new HostSetRole(id, Any(people, random), (Role)random.Next(4)),
        11 => new HostLock(id, random.Next(4) == 0),
        12 => new HostSettings(id, "Title", new() { MaxParticipants = random.Next(3, 9), Lobby = random.Next(2) == 0, ShareForAll = random.Next(2) == 0, Webinar = random.Next(3) == 0 }),
        13 => new HostLowerHands(id, random.Next(2) == 0 ? null : Any(people, random)),
        14 => new HostSpotlight(id, [Any(people, random), Any(people, random)]),
        15 => new ChatEdit(id, random.Next(Steps), $"edit {random.Next()}"),
        16 => new ChatDelete(id, random.Next(Steps)),
        17 => new PollOpen(id, "Which?", ["a", "b", "c"], random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0),
        18 or 19 => new PollVoteCast(id, random.Next(Steps), [random.Next(3)]),
        20 => new PollClose(id, random.Next(Steps), random.Next(2) == 0),
        21 => new QuestionAsk(id, "Why?", random.Next(2) == 0),
        22 => new QuestionUpvote(id, random.Next(Steps), random.Next(2) == 0),
        23 => random.Next(2) == 0 ? new QuestionAnswer(id, random.Next(Steps)) : new QuestionDismiss(id, random.Next(Steps)),
        24 => new AppDataSend(id, "t", "data", random.Next(2) == 0 ? null : [Any(people, random)]),
        25 => new BreakoutsOpen(id, ["a", "b"], random.Next(2) == 0 ? BreakoutAssignment.Automatic : BreakoutAssignment.SelfChosen),
        26 or 27 => new BreakoutMove(id, random.Next(3) == 0 ? null : random.Next(3), random.Next(2) == 0 ? null : Any(people, random)),
        28 => new BreakoutsClose(id, random.Next(3)),
        _ => new HostAskUnmute(id, Any(people, random), MediaSource.Microphone),
    };

    private static void Check(TestMeeting meeting)
    {
        var state = meeting.State;
        var seated = state.Participants.Values.Where(p => !p.InLobby).ToList();
        Assert.Equal(seated.Count, state.Places);
        Assert.Equal(seated.Count(p => p.IsHost), state.Hosts);
        Assert.Equal(seated.Count(p => !p.IsListed), state.Viewers);
        Assert.Equal(state.Participants.Values.Count(p => p.Link != Presence.Connected), state.Waiting);
        Assert.Equal(state.Participants.IsEmpty, state.EmptySince is not null);
        Assert.Equal(state.Participants.Values.Count(p => p.ResumeTokenHash is not null), state.ResumeTokens.Count);
        Assert.Equal(meeting.Events.Count, state.Seq);
        Assert.True(state.Participants.Count - state.Places <= meeting.Rules.MaxLobby);
        // Nobody comes in above the limit; a limit that is lowered sends nobody away.
        if (meeting.Events[^1].Body is ParticipantJoined { InLobby: false } or ParticipantAdmitted) Assert.True(state.Places <= state.Settings.MaxParticipants);
        Assert.All(state.Participants.Values, p => Assert.Equal(default, p.Sending.Except(p.MayPublish(state.Settings))));
        Assert.All(state.Polls, p => Assert.Equal(p.Votes.Values.Sum(v => v.Choices.Length), p.Counts.Sum()));
        Assert.All(state.Participants.Values.Where(p => p.Room is not null), p => Assert.True(!p.InLobby && p.IsListed && p.Room < state.Breakouts!.Rooms.Length));
        Assert.All(state.Spotlight, id => Assert.Contains(seated, p => p.Id == id));
        Assert.All(seated, p => Assert.Equal(meeting.Placement.PodId, p.PodId));
    }

    private static void CheckReplay(TestMeeting meeting)
    {
        Assert.Equal(Enumerable.Range(1, meeting.Events.Count).Select(i => (long)i), meeting.Events.Select(e => e.Seq));
        var journal = meeting.Events.Select(JournalWords.ToEntry).Select((e, i) => new JournalEvent(i + 1, e.Type, e.Payload, e.At, e.Actor, e.CommandId)).ToList();
        var cut = journal.Count / 2;
        var early = meeting.Events.Take(cut).Aggregate(MeetingState.New(meeting.State.Id), (s, e) => s.Apply(e));

        var (fromEvents, _) = JournalWords.Rebuild(meeting.State.Id, new JournalLoad(null, journal, journal.Count + 1, null));
        var (fromSnapshot, tail) = JournalWords.Rebuild(meeting.State.Id, new JournalLoad(JournalWords.ToSnapshot(early), journal[cut..], journal.Count + 1, null));
        Assert.Equal(Canonical(meeting.State), Canonical(fromEvents));
        Assert.Equal(Canonical(meeting.State), Canonical(fromSnapshot));
        Assert.Equal(journal.Count - cut, tail.Count);
    }

    /// <summary>Snapshots that an older version kept have less in them.</summary>
    [Fact]
    public void A_snapshot_that_lacks_a_member_is_read_with_what_a_new_meeting_has()
    {
        var meeting = new TestMeeting();
        meeting.Join();
        var whole = JsonNode.Parse(JournalWords.ToSnapshot(meeting.State).Payload.Span)!.AsObject();
        var empty = JsonNode.Parse(JournalWords.ToSnapshot(MeetingState.New(meeting.State.Id)).Payload.Span)!.AsObject();
        string[] first =
        [
            "id", "seq", "code", "title", "tenantId", "settings", "hostKeyHash", "passcodeHash", "createdAt", "emptySince", "locked", "ended", "participants", "resumeTokens", "removed",
            "streamKeys", "chat", "chatCount", "places", "hosts", "waiting", "homePod",
        ];
        foreach (var name in whole.Select(m => m.Key).Except(first).ToList())
        {
            var less = whole.DeepClone().AsObject();
            less.Remove(name);
            var read = JournalWords.ToState(new JournalSnapshot(meeting.State.Seq, Encoding.UTF8.GetBytes(less.ToJsonString())));
            var again = JsonNode.Parse(JournalWords.ToSnapshot(read).Payload.Span)!.AsObject();
            Assert.Equal(empty[name]?.ToJsonString(), again[name]?.ToJsonString());
        }
    }

    // The order of a dictionary's members says nothing.
    private static string Canonical(MeetingState state) => Sort(JsonNode.Parse(JournalWords.ToSnapshot(state).Payload.Span))!.ToJsonString();

    private static JsonNode? Sort(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sort(p.Value)))),
        JsonArray a when a.All(x => x is JsonValue) => new JsonArray([.. a.OrderBy(x => x!.ToJsonString(), StringComparer.Ordinal).Select(x => x!.DeepClone())]),
        JsonArray a => new JsonArray([.. a.Select(Sort)]),
        _ => node?.DeepClone(),
    };
}
