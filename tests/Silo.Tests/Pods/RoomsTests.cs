using System.Collections.Immutable;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.Silo.Pods;

namespace Conference.Silo.Tests.Pods;

/// <summary>What a pod should have and what it says it has.</summary>
public sealed class RoomsTests
{
    private static readonly MeetingId M1 = MeetingId.Parse("m1");
    private static readonly MeetingId M2 = MeetingId.Parse("m2");

    [Fact]
    public void Every_change_names_the_revision_before_it()
    {
        var rooms = new DesiredRooms(100);
        var first = rooms.Set(new RoomPlan(M1, true, [Planned("ann")], []));
        var second = rooms.Set(new RoomPlan(M1, false, [Planned("bob")], [Removed("ann")]));
        Assert.Equal((101, 100, 102, 101), (first.Revision, first.BaseRevision, second.Revision, second.BaseRevision));
        Assert.Equal(1, rooms.Participants);
        var full = rooms.Full();
        Assert.Equal((103, 0), (full.Revision, full.BaseRevision));
        Assert.Equal(("bob", "ann"), (Assert.Single(full.Rooms).Participants[0].ParticipantId.Value, full.Rooms[0].Removed[0].ParticipantId.Value));
    }

    [Fact]
    public void A_room_is_idle_when_nobody_is_in_it_and_no_ticket_must_be_refused()
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var rooms = new DesiredRooms(1);
        rooms.Set(new RoomPlan(M1, false, [], [Removed("ann", now.AddMinutes(2))]));
        rooms.Set(new RoomPlan(M2, false, [Planned("bob")], []));
        Assert.Empty(rooms.Idle(now));
        Assert.Equal(M1, Assert.Single(rooms.Idle(now.AddMinutes(2))));
        Assert.Equal(M1, Assert.Single(rooms.Close(M1)!.ClosedRooms));
        Assert.Null(rooms.Close(M1));
        Assert.Equal(M2, Assert.Single(rooms.Meetings));
    }

    [Fact]
    public void Somebody_who_returns_is_not_removed_any_more()
    {
        var rooms = new DesiredRooms(1);
        rooms.Set(new RoomPlan(M1, false, [], [Removed("ann")]));
        rooms.Set(new RoomPlan(M1, false, [Planned("ann")], []));
        Assert.Empty(rooms.Full().Rooms[0].Removed);
    }

    [Fact]
    public void A_report_tells_what_is_new_what_is_gone_and_what_is_missing()
    {
        var actual = new ActualRooms();
        var (changed, missing) = actual.Take(Report([("m1", "h1"), ("m2", "h2")], Room(M1, "h1", "ann")));
        Assert.Equal((M1, M2), (Assert.Single(changed).MeetingId, Assert.Single(missing)));
        (changed, missing) = actual.Take(Report([("m1", "h1"), ("m2", "h2")], Room(M2, "h2", "bob")));
        Assert.Equal((M2, 0), (Assert.Single(changed).MeetingId, missing.Length));
        (changed, missing) = actual.Take(Report([("m1", "h1"), ("m2", "h2")]));
        Assert.Empty(changed);
        Assert.Empty(missing);
        (changed, missing) = actual.Take(Report([("m1", "h9")]));
        Assert.Equal((M2, 0), (Assert.Single(changed).MeetingId, changed[0].Participants.Length));
        Assert.Equal(M1, Assert.Single(missing));
        actual.Forget(M1);
        Assert.Equal(M1, Assert.Single(actual.Take(Report([("m1", "h9")])).Missing));
    }

    private static PodReport Report((string Meeting, string Hash)[] hashes, params RoomReport[] rooms) =>
        new(1, false, new PodLoad(0, 0, 0, 0, 0), [.. hashes.Select(h => new RoomHash(MeetingId.Parse(h.Meeting), h.Hash))], [.. rooms]);

    private static RoomReport Room(MeetingId meeting, string hash, string participant) => new(meeting, hash, [new ParticipantReport(ParticipantId.Parse(participant), 1, true, [])]);

    private static PlannedParticipant Planned(string id) => new(ParticipantId.Parse(id), [MediaSource.Microphone], []);

    private static RemovedParticipant Removed(string id, DateTimeOffset? until = null) => new(ParticipantId.Parse(id), SessionEndReason.Removed, until ?? DateTimeOffset.MaxValue);
}
