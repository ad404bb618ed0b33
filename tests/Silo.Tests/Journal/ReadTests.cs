using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

public sealed class ReadTests
{
    [Fact]
    public async Task AMeetingNobodyWroteToIsEmptyAndExpectsSequenceOne()
    {
        await using var fixture = new JournalFixture().Open();

        Assert.Empty(await fixture.Journal.Events.ReadAsync("m", 0, 10));
        var load = await fixture.Journal.Events.LoadAsync("m");
        Assert.Null(load.Snapshot);
        Assert.Empty(load.Tail);
        Assert.Equal(1, load.NextSequence);
        Assert.Null(load.Index);
    }

    [Fact]
    public async Task PagesAndTypesNarrowARead()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a", "b", "c") with { });
        var joined = new JournalEntry("joined", JournalFixture.Json("j"), fixture.Time.GetUtcNow());
        await fixture.AppendAsync(fixture.Chat("m", 4) with { Entries = [joined, joined] });
        await fixture.AppendAsync(fixture.Chat("m", 6, "d"));
        await fixture.AppendAsync(fixture.Chat("n", 1, "other"));

        Assert.Equal([2L, 3L], (await fixture.Journal.Events.ReadAsync("m", 1, 2)).Select(e => e.Sequence));
        Assert.Equal([3L, 6L], (await fixture.Journal.Events.ReadAsync("m", 2, 10, ["chat"])).Select(e => e.Sequence));
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], (await fixture.Journal.Events.ReadAsync("m", 0, 10, ["chat", "joined"])).Select(e => e.Sequence));
        Assert.Empty(await fixture.Journal.Events.ReadAsync("m", 6, 10));
        Assert.Empty(await fixture.Journal.Events.ReadAsync("m", long.MaxValue, 10));
        Assert.Empty(await fixture.Journal.Events.ReadAsync("m", 0, 10, []));

        Assert.Equal([6L, 3L], (await fixture.Journal.Events.ReadBackAsync("m", long.MaxValue, 2, ["chat"])).Select(e => e.Sequence));
        Assert.Equal([2L, 1L], (await fixture.Journal.Events.ReadBackAsync("m", 3, 10, ["chat", "joined"])).Select(e => e.Sequence));
        Assert.Empty(await fixture.Journal.Events.ReadBackAsync("m", 1, 10, ["chat"]));
        Assert.Empty(await fixture.Journal.Events.ReadBackAsync("m", 0, 10, ["chat"]));
        Assert.Empty(await fixture.Journal.Events.ReadBackAsync("nobody", 10, 10, ["chat"]));
    }

    [Fact]
    public async Task ALoadIsTheLatestSnapshotAndWhatCameAfterIt()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a", "b") with { Snapshot = new JournalSnapshot(2, JournalFixture.Json("at 2")) });
        await fixture.AppendAsync(fixture.Chat("m", 3, "c", "d") with { Snapshot = new JournalSnapshot(3, JournalFixture.Json("at 3")) });
        await fixture.AppendAsync(fixture.Chat("m", 5, "e"));

        var load = await fixture.Journal.Events.LoadAsync("m");
        Assert.Equal(3, load.Snapshot!.Sequence);
        Assert.Equal(JournalFixture.Json("at 3"), load.Snapshot.Payload.ToArray());
        Assert.Equal([4L, 5L], load.Tail.Select(e => e.Sequence));
        Assert.Equal(6, load.NextSequence);
    }

    [Fact]
    public async Task ASnapshotCanBeStoredAlone()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a", "b"));
        var result = await fixture.AppendAsync(fixture.Chat("m", 3) with { Snapshot = new JournalSnapshot(2, JournalFixture.Json("s")) });

        Assert.Equal(new AppendResult.Committed(2), result);
        var load = await fixture.Journal.Events.LoadAsync("m");
        Assert.Equal((2L, 0, 3L), (load.Snapshot!.Sequence, load.Tail.Count, load.NextSequence));
    }

    [Fact]
    public async Task ARefusedAppendStoresNeitherSnapshotNorIndex()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        await fixture.AppendAsync(fixture.Chat("m", 9, "x") with
        {
            Snapshot = new JournalSnapshot(1, JournalFixture.Json("s")),
            Index = new MeetingIndexUpdate("open", "code", JournalFixture.Json("i")),
        });

        var load = await fixture.Journal.Events.LoadAsync("m");
        Assert.Null(load.Snapshot);
        Assert.Null(load.Index);
        Assert.Null(await fixture.Journal.Meetings.FindByCodeAsync("code"));
    }

    [Fact]
    public async Task ReadsSeeEverythingThatWasAcknowledgedBeforeThem()
    {
        await using var fixture = new JournalFixture().Open();
        for (var i = 1; i <= 50; i++)
        {
            await fixture.AppendAsync(fixture.Chat("m", i, $"t{i}"));
            Assert.Equal(i + 1, (await fixture.Journal.Events.LoadAsync("m")).NextSequence);
        }
    }
}
