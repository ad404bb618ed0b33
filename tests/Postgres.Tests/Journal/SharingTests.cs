using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

/// <summary>Several silos on one database: the expected sequence decides.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task OfTwoSilosThatAppendTheSameSequenceOneWinsAndTheOtherIsTold()
    {
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false }).Open();
        await using var other = Databases.Open(fixture.Options);
        for (var i = 1; i <= 50; i++)
        {
            var both = await Task.WhenAll(fixture.AppendAsync(fixture.Chat("m", i, $"one-{i}")), other.Events.AppendAsync(fixture.Chat("m", i, $"two-{i}")).AsTask());
            Assert.Single(both, new AppendResult.Committed(i));
            Assert.Single(both, new AppendResult.Conflict(i + 1));
        }
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), (await other.Events.ReadAsync("m", 0, 100)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task AConflictOfTwoSilosLeavesTheRestOfTheBatchAlone()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false, Probe = held }).Open();
        await using var other = Databases.Open(fixture.Options with { Probe = null });
        // Remembered by the first silo, then written behind its back.
        var first = Task.WhenAll(fixture.AppendAsync(fixture.Chat("m", 1, "a")), fixture.AppendAsync(fixture.Chat("n", 1, "a")));
        held.WaitUntilHolding();
        var batch = Task.WhenAll(fixture.AppendAsync(fixture.Chat("n", 2, "mine")), fixture.AppendAsync(fixture.Chat("m", 2, "late")), fixture.AppendAsync(fixture.Chat("o", 1, "mine")));
        await other.Events.AppendAsync(fixture.Chat("m", 2, "theirs"));
        held.Release();

        await first;
        Assert.Equal([new AppendResult.Committed(2), new AppendResult.Conflict(3), new AppendResult.Committed(1)], await batch);
    }

    [Fact]
    public async Task AMeetingThatComesBackFromAnotherSiloGoesOnWhereThatOneLeft()
    {
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false }).Open();
        await using var other = Databases.Open(fixture.Options);
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        await other.Events.AppendAsync(fixture.Chat("m", 2, "b", "c"));

        // The first silo remembers that 2 is next. It must not say so.
        Assert.Equal(new AppendResult.Committed(4), await fixture.AppendAsync(fixture.Chat("m", 4, "d")));
        Assert.Equal(new AppendResult.Conflict(5), await other.Events.AppendAsync(fixture.Chat("m", 4, "e")));
        Assert.Equal(new AppendResult.Committed(5), await other.Events.AppendAsync(fixture.Chat("m", 5, "e")));
    }

    [Fact]
    public async Task AnOlderSnapshotNeverTakesTheNewerOnesPlace()
    {
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false }).Open();
        await using var other = Databases.Open(fixture.Options);
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        await other.Events.AppendAsync(fixture.Chat("m", 2, "b") with { Snapshot = new JournalSnapshot(2, JournalFixture.Json("new")) });

        Assert.Equal(new AppendResult.Conflict(3), await fixture.AppendAsync(fixture.Chat("m", 2) with { Snapshot = new JournalSnapshot(1, JournalFixture.Json("old")) }));
        Assert.Equal(2, (await other.Events.LoadAsync("m")).Snapshot!.Sequence);
    }

    [Fact]
    public async Task TwoSilosCannotGiveOneCodeTwice()
    {
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false }).Open();
        await using var other = Databases.Open(fixture.Options);
        for (var i = 0; i < 20; i++)
        {
            JournalAppend Coded(string meeting) => fixture.Chat($"{meeting}{i}", 1, "a") with { Index = new MeetingIndexUpdate("open", $"code{i}", JournalFixture.Json("s")) };
            var both = await Task.WhenAll(fixture.AppendAsync(Coded("m")), other.Events.AppendAsync(Coded("n")).AsTask());
            Assert.Single(both, new AppendResult.Committed(1));
            Assert.Single(both, new AppendResult.CodeTaken($"code{i}"));
        }
    }

    [Fact]
    public async Task OfTwoSilosThatWriteARecordOneWins()
    {
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false }).Open();
        await using var other = Databases.Open(fixture.Options);
        long version = 0;
        for (var i = 0; i < 20; i++)
        {
            var both = await Task.WhenAll(fixture.Journal.Records.PutAsync("b", "k", new byte[1], version).AsTask(), other.Records.PutAsync("b", "k", new byte[2], version).AsTask());
            version = Assert.Single(both.OfType<StoreResult.Stored>()).Version;
            Assert.Equal(version, Assert.Single(both.OfType<StoreResult.VersionConflict>()).ActualVersion);
        }
    }
}
