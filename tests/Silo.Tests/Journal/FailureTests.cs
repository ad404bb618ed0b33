using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

/// <summary>What the store refuses. Faults of the disk itself are proved on a child process, in <c>CrashTests</c>.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task AWriteTheStoreRefusesGoesAloneAndTheRestOfItsBatchIsCommitted()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held }).Open();
        var first = fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        held.WaitUntilHolding();
        fixture.RefuseByTrigger(commandId: "c-bad");
        var batch = new[] { fixture.AppendAsync(fixture.Chat("n", 1, "b")), fixture.AppendAsync(fixture.Chat("o", 1, "c", "bad")), fixture.AppendAsync(fixture.Chat("p", 1, "d")) };
        held.Release();

        await first;
        Assert.Equal(
            [new AppendResult.Committed(1), new AppendResult.Unavailable(JournalUnavailable.StoreFailed), new AppendResult.Committed(1)], await Task.WhenAll(batch));
        Assert.InRange(held.Batches, 2, 3);
        Assert.Empty(await fixture.Journal.Events.ReadAsync("o", 0, 10));
        Assert.Equal(new AppendResult.Committed(1), await fixture.AppendAsync(fixture.Chat("o", 1, "good")));
    }

    [Fact]
    public async Task AFailedBatchFailsEveryoneInItByNameAndLaterOnesWorkAgain()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        fixture.HideEvents();
        var failed = await Task.WhenAll(fixture.AppendAsync(fixture.Chat("m", 2, "b")), fixture.AppendAsync(fixture.Chat("n", 1, "c")));
        fixture.ShowEvents();

        Assert.All(failed, result => Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.StoreFailed), result));
        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
        Assert.Equal(new AppendResult.Committed(1), await fixture.AppendAsync(fixture.Chat("n", 1, "c")));
    }

    [Fact]
    public async Task AReadThatFailsSaysSo()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        fixture.HideEvents();

        await Assert.ThrowsAsync<JournalReadException>(async () => await fixture.Journal.Events.ReadAsync("m", 0, 10));
        fixture.ShowEvents();
        Assert.Single(await fixture.Journal.Events.ReadAsync("m", 0, 10));
    }
}
