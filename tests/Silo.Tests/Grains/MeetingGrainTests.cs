using System.Collections.Concurrent;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Tests.Meetings;
using Conference.Silo.Tests.Support;
using Refused = Conference.Silo.Grains.Meetings.Refused;

namespace Conference.Silo.Tests.Grains;

/// <summary>The grain around the machine: what is acknowledged is durable, and what fails starts again from the journal.</summary>
public sealed class MeetingGrainTests
{
    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_crash_and_a_resent_command_is_not_repeated()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        for (var i = 0; i < 50; i++) Assert.IsType<Done>(await SayAsync(meeting, ann, i));
        var before = await GrainFixture.ViewAsync(meeting, ann);

        await grains.CrashAsync();
        meeting = grains.Meeting("m1");
        for (var i = 0; i < 50; i++) Assert.Equal(before.Chat[i].Seq, Assert.IsType<Done>(await SayAsync(meeting, ann, i)).Seq);
        var after = await GrainFixture.ViewAsync(meeting, ann);
        Assert.Equal(before.Chat.AsEnumerable(), after.Chat);
        Assert.Equal(Presence.Reconnecting, Assert.Single(after.Participants).Presence);
        await GaplessAsync(grains, "m1");
    }

    [Fact]
    public async Task Two_concurrent_joins_for_the_last_place_never_both_get_in()
    {
        await using var grains = await new GrainFixture().StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var meeting = await grains.CreateAsync($"m{round}", new() { MaxParticipants = 3 });
            var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() =>
                meeting.Execute(new(new TakePlace(ParticipantId.Parse($"r{round}-{i}"), "Ann", Secrets.Hash($"{round}-{i}")))))));
            Assert.Equal(3, results.OfType<PlaceTaken>().Count());
            Assert.All(results.OfType<JoinRefused>(), r => Assert.Equal(JoinRefusal.Full, r.Reason));
            await GaplessAsync(grains, $"m{round}");
        }
    }

    [Fact]
    public async Task Commands_of_many_senders_share_the_journal_without_a_gap_and_in_one_order()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var people = new List<ParticipantId>();
        for (var i = 0; i < 10; i++) people.Add(await grains.JoinAsync(meeting));
        var observer = new Recorder();
        var reference = grains.Factory.CreateObjectReference<IMeetingObserver>(observer);
        var position = await meeting.Subscribe(reference);
        var seqs = await Task.WhenAll(people.SelectMany(id => Enumerable.Range(0, 50).Select(i => Task.Run(async () => Assert.IsType<Done>(await SayAsync(meeting, id, i)).Seq!.Value))));
        Assert.Equal(500, seqs.Distinct().Count());
        await Bound.UntilAsync(() => observer.Seqs.Count == 500, "every event at the observer");
        Assert.Equal(Enumerable.Range(1, 500).Select(i => position.Seq + i), observer.Seqs);
        await GaplessAsync(grains, "m1");
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task A_failed_append_fails_everything_behind_it_and_the_meeting_goes_on_from_its_journal()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        Assert.IsType<Done>(await SayAsync(meeting, ann, 1));
        var epoch = await EpochAsync(grains, meeting);

        grains.Faults.Hold();
        var pending = Enumerable.Range(2, 5).Select(i => SayAsync(meeting, ann, i)).ToList();
        await Bound.UntilAsync(() => grains.Faults.Appends >= 9, "the appends are under way");
        grains.Faults.IsDown = true;
        grains.Faults.Release();
        Assert.All(await Task.WhenAll(pending), r => Assert.Equal(CommandRefusal.Unavailable, Assert.IsType<Refused>(r).Reason));

        grains.Faults.IsDown = false;
        await Bound.UntilAsync(async () => await EpochAsync(grains, meeting) != epoch, "a new activation");
        Assert.IsType<Done>(await SayAsync(meeting, ann, 7));
        Assert.Equal(["text 1", "text 7"], (await GrainFixture.ViewAsync(meeting, ann)).Chat.Select(m => m.Text));
        await GaplessAsync(grains, "m1");
    }

    [Fact]
    public async Task Once_its_silo_gives_the_journal_up_a_meeting_refuses_and_does_not_start_again_for_each_call()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        Assert.IsType<Done>(await SayAsync(meeting, ann, 1));
        var epoch = await EpochAsync(grains, meeting);
        await grains.GiveUpJournalAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(2, 20).Select(i => SayAsync(meeting, ann, i))), r => Assert.Equal(CommandRefusal.Unavailable, Assert.IsType<Refused>(r).Reason));
        Assert.Equal(epoch, await EpochAsync(grains, meeting));
        Assert.Equal(["text 1"], (await GrainFixture.ViewAsync(meeting, ann)).Chat.Select(m => m.Text));
    }

    [Fact]
    public async Task A_resent_command_whose_first_is_still_pending_waits_for_the_same_commit()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        grains.Faults.Hold();
        var (first, again) = (SayAsync(meeting, ann, 1), SayAsync(meeting, ann, 1));
        await Bound.UntilAsync(() => grains.Faults.Appends >= 4, "the append is under way");
        Assert.False(first.IsCompleted || again.IsCompleted);
        grains.Faults.Release();
        Assert.Equal(await first, await again);
    }

    [Fact]
    public async Task Another_writer_is_noticed_and_nothing_is_written_over()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        var seq = (await grains.Journal.LoadAsync("m1")).NextSequence;
        var foreign = new MeetingEvent(MeetingId.Parse("m1"), seq, DateTimeOffset.UnixEpoch, new MeetingLocked(true));
        await grains.Journal.AppendAsync(new JournalAppend { MeetingId = "m1", TenantId = "default", ExpectedSequence = seq, Entries = [JournalWords.ToEntry(foreign)] });

        Assert.Equal(CommandRefusal.Unavailable, Assert.IsType<Refused>(await SayAsync(meeting, ann, 1)).Reason);
        await Bound.UntilAsync(async () => await SayAsync(meeting, ann, 1) is Done, "the meeting after a reload");
        Assert.True((await GrainFixture.ViewAsync(meeting, ann)).Locked);
        await GaplessAsync(grains, "m1");
    }

    [Fact]
    public async Task A_code_belongs_to_one_meeting()
    {
        await using var grains = await new GrainFixture().StartAsync();
        await grains.CreateAsync("m1", code: "babab-babab-babab-babab");
        var second = await grains.Meeting("m2").Execute(new(new CreateMeeting("babab-babab-babab-babab", "T", TenantId.Parse("default"), new(), "h")));
        Assert.IsType<CodeTaken>(second);
    }

    [Fact]
    public async Task Nothing_that_is_not_durable_is_shown()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        grains.Faults.Hold();
        var pending = SayAsync(meeting, ann, 1);
        await Bound.UntilAsync(() => grains.Faults.Appends >= 4, "the append is under way");
        Assert.Empty((await GrainFixture.ViewAsync(meeting, ann)).Chat);
        grains.Faults.Release();
        await pending;
        Assert.Single((await GrainFixture.ViewAsync(meeting, ann)).Chat);
    }

    [Fact]
    public async Task Snapshots_are_kept_and_the_tail_after_them_is_short()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        for (var i = 0; i < 100; i++) await SayAsync(meeting, ann, i);
        var load = await grains.Journal.LoadAsync("m1");
        Assert.NotNull(load.Snapshot);
        // A large state waits longer for its next snapshot, so the bound is the state's own size.
        Assert.InRange(load.Tail.Count, 0, Math.Max(20, load.Snapshot.Payload.Length / grains.Options.SnapshotBytesPerEvent));
    }

    [Fact]
    public async Task Places_are_released_by_the_meetings_own_timer()
    {
        var rules = new MeetingRules { ConnectGrace = TimeSpan.FromMilliseconds(200), ReconnectGrace = TimeSpan.FromMilliseconds(200) };
        await using var grains = await new GrainFixture { Options = new MeetingOptions { Rules = rules, SweepPeriod = TimeSpan.FromMilliseconds(50) } }.StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var (ann, bob) = (await grains.JoinAsync(meeting), await grains.JoinAsync(meeting));
        await meeting.Execute(new(new CloseSession($"s-{bob}"), bob));
        await Bound.UntilAsync(async () => (await GrainFixture.ViewAsync(meeting, ann)).Participants.Length == 1, "Bob's place is released");
    }

    [Fact]
    public async Task Codes_of_meetings_are_found_after_a_crash_and_an_unknown_meeting_is_none()
    {
        await using var grains = await new GrainFixture().StartAsync();
        Assert.IsType<NoMeeting>(await grains.Meeting("nothing").Read(new FactsQuery()));
        Assert.Equal(JoinRefusal.UnknownCode, Assert.IsType<JoinRefused>(await grains.Meeting("nothing").Execute(new(new ResumePlace("t")))).Reason);
        Assert.Equal(CommandRefusal.NotInMeeting, Assert.IsType<Refused>(await SayAsync(grains.Meeting("nothing"), ParticipantId.Parse("p"), 1)).Reason);
    }

    [Fact]
    public async Task A_ticket_opens_one_session()
    {
        await using var grains = await new GrainFixture().StartAsync();
        var meeting = await grains.CreateAsync("m1");
        var ann = await grains.JoinAsync(meeting);
        Assert.Equal(CommandRefusal.NotAllowed, Assert.IsType<Refused>(await meeting.Execute(new(new OpenSession($"s-{ann}"), ann))).Reason);
        Assert.IsType<Done>(await meeting.Execute(new(new OpenSession("second"), ann)));
        Assert.IsType<Done>(await meeting.Execute(new(new CloseSession($"s-{ann}"), ann)));
        Assert.Equal(Presence.Connected, (await GrainFixture.ViewAsync(meeting, ann)).Participants[0].Presence);
        Assert.Equal(CommandRefusal.NotAllowed, Assert.IsType<Refused>(await meeting.Execute(new(new OpenSession($"s-{ann}", Again: true), ann))).Reason);
    }

    private static Task<CommandResult> SayAsync(IMeetingGrain meeting, ParticipantId id, int i) =>
        meeting.Execute(new(new FromClient(new ChatSend(CommandId.Parse($"c{i}"), $"text {i}")), id));

    private static async Task<string> EpochAsync(GrainFixture grains, IMeetingGrain meeting)
    {
        var observer = new Recorder();
        try
        {
            return (await meeting.Subscribe(grains.Factory.CreateObjectReference<IMeetingObserver>(observer))).Epoch;
        }
        catch (OrleansException)
        {
            return ""; // between two activations
        }
    }

    private static async Task GaplessAsync(GrainFixture grains, string meeting)
    {
        var events = await grains.Journal.ReadAsync(meeting, 0, 10_000);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
    }

    private sealed class Recorder : IMeetingObserver
    {
        private readonly List<long> _seqs = [];

        public IReadOnlyList<long> Seqs
        {
            get { lock (_seqs) return [.. _seqs]; }
        }

        public void Published(EventBatch batch)
        {
            lock (_seqs) _seqs.AddRange(batch.Events.Select(e => e.Event.Seq));
        }

        public void Shown(Ephemeral ephemeral)
        {
        }
    }

    [Fact]
    public async Task People_who_come_at_the_same_moment_meet_on_one_pod()
    {
        await using var grains = await new GrainFixture().StartAsync();
        await grains.AddPodAsync("pod-2");
        for (var i = 0; i < 20; i++)
        {
            var meeting = await grains.CreateAsync($"m{i}");
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => grains.JoinAsync(meeting)));
            Assert.Single((await grains.Journal.ReadAsync($"m{i}", 0, 100)).Select(e => JournalWords.ToEvent(MeetingId.Parse($"m{i}"), e).Body).OfType<ParticipantMoved>().Select(m => m.PodId).Distinct());
        }
    }

    /// <summary>R24 of docs/runtime.md: each tells the other of itself as it comes to life.</summary>
    [Fact]
    public async Task A_meeting_and_its_tenant_come_to_life_at_the_same_moment()
    {
        const string Id = "together";
        await using var grains = await new GrainFixture { Options = new() { SweepPeriod = TimeSpan.FromMilliseconds(20) } }.StartAsync();
        await grains.JoinAsync(await grains.CreateAsync(Id));
        await Bound.UntilAsync(async () => (await grains.Factory.GetGrain<ITenantGrain>("default").Meetings()).Length == 1, "the tenant knows that the meeting holds a place");
        await grains.CrashAsync();
        using var both = new Barrier(2);
        var loads = new ConcurrentDictionary<string, JournalLoad>();
        foreach (var stream in new[] { Id, "tenant:default" }) loads[stream] = await grains.Journal.LoadAsync(stream);
        grains.Faults.AtHand = stream =>
        {
            if (!loads.TryRemove(stream, out var load)) return null;
            both.SignalAndWait(TimeSpan.FromSeconds(10));
            return load;
        };
        var (meeting, tenant) = (grains.Meeting(Id), grains.Factory.GetGrain<ITenantGrain>("default"));
        await Task.WhenAll(meeting.Read(new RoomQuery(PodId.Parse("pod-1"))), tenant.Read()).WaitAsync(TimeSpan.FromSeconds(20));
        await grains.JoinAsync(meeting);
    }
}
