using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.MediaPod.Host.Plans;

namespace Conference.MediaPod.Tests.Plans;

public sealed class PodPlanStateTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MeetingId Meeting = MeetingId.Parse("m1");
    private static readonly MeetingId Other = MeetingId.Parse("m2");
    private static readonly ParticipantId Ann = ParticipantId.Parse("ann");
    private static readonly ParticipantId Bob = ParticipantId.Parse("bob");

    [Fact]
    public void A_full_plan_replaces_everything()
    {
        var (state, _) = PodPlanState.Empty.Apply(Plan(1, 0, Room(Meeting, true, [Ann, Bob]), Room(Other, true, [Ann])), Now);
        var (next, effects) = state.Apply(Plan(2, 0, Room(Meeting, true, [Ann])), Now);
        Assert.Equal(2, next.Revision);
        Assert.NotNull(next.Find(Meeting, Ann));
        Assert.Null(next.Find(Meeting, Bob));
        Assert.Null(next.Find(Other, Ann));
        Assert.Contains(new ParticipantGone(Meeting, Bob, SessionEndReason.NotInPlan), effects);
        Assert.Contains(new RoomClosed(Other), effects);
    }

    [Fact]
    public void A_change_of_the_present_revision_touches_only_what_it_names()
    {
        var (state, _) = PodPlanState.Empty.Apply(Plan(1, 0, Room(Meeting, true, [Ann]), Room(Other, true, [Ann])), Now);
        var (next, effects) = state.Apply(Plan(2, 1, Room(Meeting, false, [Bob])), Now);
        Assert.NotNull(next.Find(Meeting, Ann));
        Assert.NotNull(next.Find(Meeting, Bob));
        Assert.NotNull(next.Find(Other, Ann));
        Assert.IsType<PolicyChanged>(Assert.Single(effects));
    }

    [Fact]
    public void A_change_of_another_revision_is_ignored()
    {
        var (state, _) = PodPlanState.Empty.Apply(Plan(5, 0, Room(Meeting, true, [Ann])), Now);
        var (next, effects) = state.Apply(Plan(8, 7, Room(Meeting, true, [Bob])), Now);
        Assert.Same(state, next);
        Assert.Empty(effects);
    }

    [Fact]
    public void The_removed_stay_out_until_their_tickets_have_expired()
    {
        var until = Now.AddMinutes(2);
        var (state, _) = PodPlanState.Empty.Apply(Plan(1, 0, Room(Meeting, true, [Ann, Bob])), Now);
        var removal = new RoomPlan(Meeting, false, [], [new RemovedParticipant(Bob, SessionEndReason.Removed, until)]);
        var (next, effects) = state.Apply(Plan(2, 1, removal), Now);
        Assert.Equal(new ParticipantGone(Meeting, Bob, SessionEndReason.Removed), Assert.Single(effects));
        Assert.Equal(SessionEndReason.Removed, next.RefusalOf(Meeting, Bob, until.AddTicks(-1)));
        Assert.Null(next.RefusalOf(Meeting, Bob, until));
        Assert.Null(next.RefusalOf(Meeting, Ann, Now));

        var (later, _) = next.Apply(Plan(3, 2, Room(Meeting, false, [Ann])), until.AddSeconds(1));
        Assert.Empty(later.Rooms[Meeting].Removed);
    }

    [Fact]
    public void Somebody_who_is_planned_again_is_let_in_again()
    {
        var removal = new RoomPlan(Meeting, false, [], [new RemovedParticipant(Bob, SessionEndReason.Removed, Now.AddMinutes(2))]);
        var (state, _) = PodPlanState.Empty.Apply(Plan(1, 0, removal), Now);
        var (next, _) = state.Apply(Plan(2, 1, Room(Meeting, false, [Bob])), Now);
        Assert.Null(next.RefusalOf(Meeting, Bob, Now));
    }

    [Fact]
    public void Closing_a_room_forgets_it()
    {
        var (state, _) = PodPlanState.Empty.Apply(Plan(1, 0, Room(Meeting, true, [Ann])), Now);
        var (next, effects) = state.Apply(new PodPlan(2, 1, [], [Meeting]), Now);
        Assert.Empty(next.Rooms);
        Assert.Equal(new RoomClosed(Meeting), Assert.Single(effects));
    }

    /// <summary>Whatever the order of changes, full plans and lost messages: who follows the rule "ignore other bases" never has a state that was not sent.</summary>
    [Fact]
    public void Random_plans_always_converge_on_the_senders_state()
    {
        var random = new Random(11);
        ParticipantId[] people = [.. Enumerable.Range(0, 6).Select(i => ParticipantId.Parse($"p{i}"))];
        for (var round = 0; round < 200; round++)
        {
            var truth = ImmutableHashSet<ParticipantId>.Empty;
            var state = PodPlanState.Empty;
            long revision = 0;
            for (var step = 0; step < 20; step++)
            {
                var who = people[random.Next(people.Length)];
                var adds = random.Next(2) == 0;
                truth = adds ? truth.Add(who) : truth.Remove(who);
                var before = revision++;
                if (random.Next(3) == 0) continue;
                var delta = adds ? Room(Meeting, false, [who]) : new RoomPlan(Meeting, false, [], [new RemovedParticipant(who, SessionEndReason.NotInPlan, Now)]);
                state = state.Apply(state.Revision == before && before > 0 ? Plan(revision, before, delta) : Plan(revision, 0, Room(Meeting, true, [.. truth])), Now).Next;
                Assert.Equal(truth.Select(p => p.Value).Order(), state.Rooms[Meeting].Participants.Keys.Select(p => p.Value).Order());
            }
        }
    }

    [Fact]
    public void Both_sides_name_the_same_things()
    {
        foreach (var source in Enum.GetValues<Conference.MediaPod.Sfu.Sessions.TrackSource>()) Assert.Equal(source, SourceNames.ToTrack(SourceNames.ToContract(source)));
        foreach (var state in Enum.GetValues<Conference.MediaPod.Sfu.Sessions.SlotState>()) Assert.Equal(state.ToString(), SourceNames.ToContract(state).ToString());
        foreach (var end in Enum.GetValues<Conference.MediaPod.Sfu.Sessions.SessionEnd>()) Assert.Equal(end, SourceNames.ToEnd(SourceNames.ToContract(end)));
    }

    private static PodPlan Plan(long revision, long basis, params RoomPlan[] rooms) => new(revision, basis, [.. rooms], []);

    private static RoomPlan Room(MeetingId id, bool full, ImmutableArray<ParticipantId> people) =>
        new(id, full, [.. people.Select(p => new PlannedParticipant(p, [MediaSource.Microphone], []))], []);
}
