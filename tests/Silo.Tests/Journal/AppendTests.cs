using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

public sealed class AppendTests
{
    [Fact]
    public async Task EventsComeBackAsTheyWereAppended()
    {
        await using var fixture = new JournalFixture().Open();
        var result = await fixture.AppendAsync(fixture.Chat("m", 1, "a", "b"));

        Assert.Equal(new AppendResult.Committed(2), result);
        var events = await fixture.Journal.Events.ReadAsync("m", 0, 10);
        Assert.Equal([1L, 2L], events.Select(e => e.Sequence));
        Assert.Equal(JournalFixture.Json("b"), events[1].Payload.ToArray());
        Assert.Equal(("chat", "ann", "c-b", fixture.Time.GetUtcNow()), (events[1].Type, events[1].Actor, events[1].CommandId, events[1].At));
    }

    [Fact]
    public async Task EventsSurviveReopening()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        await fixture.ReopenAsync();

        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
        Assert.Equal(2, (await fixture.Journal.Events.ReadAsync("m", 0, 10)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task AnAppendAtAnyOtherSequenceIsAConflictThatNamesTheRightOne(long expected)
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a", "b"));

        Assert.Equal(new AppendResult.Conflict(3), await fixture.AppendAsync(fixture.Chat("m", expected, "x")));
        Assert.Equal(2, (await fixture.Journal.Events.ReadAsync("m", 0, 10)).Count);
    }

    [Fact]
    public async Task AnAppendThatErasesLeavesNothingBeforeItNotEvenOfItsOwnBatch()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held }).Open();
        var first = fixture.AppendAsync(fixture.Chat("m", 1, "a", "b"));
        held.WaitUntilHolding();
        var second = fixture.AppendAsync(fixture.Chat("m", 3, "c"));
        var other = fixture.AppendAsync(fixture.Chat("n", 1, "stays"));
        var erasing = fixture.AppendAsync(fixture.Chat("m", 4, "erased") with { Erases = true, Snapshot = new JournalSnapshot(4, JournalFixture.Json("blank")) });
        held.Release();
        Assert.Equal([new AppendResult.Committed(2), new AppendResult.Committed(3), new AppendResult.Committed(1), new AppendResult.Committed(4)], await Task.WhenAll(first, second, other, erasing));

        await fixture.ReopenAsync();
        Assert.Equal(4, Assert.Single(await fixture.Journal.Events.ReadAsync("m", 0, 10)).Sequence);
        Assert.Single(await fixture.Journal.Events.ReadAsync("n", 0, 10));
        var load = await fixture.Journal.Events.LoadAsync("m");
        Assert.Equal((4L, 5L, 0), (load.Snapshot!.Sequence, load.NextSequence, load.Tail.Count));
        Assert.Equal(new AppendResult.Committed(5), await fixture.AppendAsync(fixture.Chat("m", 5, "d")));
    }

    [Fact]
    public async Task AConflictInOneMeetingLeavesTheOthersOfItsBatchAlone()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held }).Open();
        var first = fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        held.WaitUntilHolding();
        var before = fixture.AppendAsync(fixture.Chat("n", 1, "b"));
        var conflict = fixture.AppendAsync(fixture.Chat("m", 1, "c"));
        var after = fixture.AppendAsync(fixture.Chat("o", 1, "d"));
        held.Release();

        Assert.Equal(new AppendResult.Committed(1), await first);
        Assert.Equal(new AppendResult.Committed(1), await before);
        Assert.Equal(new AppendResult.Conflict(2), await conflict);
        Assert.Equal(new AppendResult.Committed(1), await after);
        Assert.Equal(2, held.Batches);
    }

    [Fact]
    public async Task AppendsIssuedInOrderWithoutWaitingAreCommittedInOrder()
    {
        await using var fixture = new JournalFixture().Open();
        var appends = Enumerable.Range(1, 500).Select(i => fixture.AppendAsync(fixture.Chat("m", i, $"t{i}"))).ToList();

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (AppendResult)new AppendResult.Committed(i)), await Task.WhenAll(appends));
        var events = await fixture.Journal.Events.ReadAsync("m", 0, 1_000);
        Assert.Equal(Enumerable.Range(1, 500).Select(i => $"c-t{i}"), events.Select(e => e.CommandId));
    }

    [Fact]
    public async Task WhatWasIssuedBeforeAFailureWasKnownFailsWithItEvenWhereItsSequenceFits()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held }).Open();
        var first = fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        held.WaitUntilHolding();
        var failing = fixture.AppendAsync(fixture.Chat("m", 7, "b"));
        var wouldLeaveAGap = fixture.AppendAsync(fixture.Chat("m", 8, "c"));
        var wouldFit = fixture.AppendAsync(fixture.Chat("m", 2, "d"));
        held.Release();

        await first;
        Assert.All(await Task.WhenAll(failing, wouldLeaveAGap, wouldFit), result => Assert.Equal(new AppendResult.Conflict(2), result));
        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "d")));
    }

    [Fact]
    public async Task ASecondWriterBehindTheJournalsBackIsAConflictNotAFailure()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        fixture.AppendPastTheJournal(sequence: 2);

        Assert.Equal(new AppendResult.Conflict(3), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
        Assert.Equal(new AppendResult.Committed(3), await fixture.AppendAsync(fixture.Chat("m", 3, "b")));
    }

    [Fact]
    public async Task AFullQueueRefusesByName()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held, QueueCapacity = 2 }).Open();
        var first = fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        held.WaitUntilHolding();
        var waiting = new[] { fixture.AppendAsync(fixture.Chat("m", 2, "b")), fixture.AppendAsync(fixture.Chat("m", 3, "c")) };

        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Overloaded), await fixture.AppendAsync(fixture.Chat("m", 4, "d")));
        Assert.Equal(new StoreResult.Unavailable(JournalUnavailable.Overloaded), await fixture.Journal.Records.PutAsync("b", "k", new byte[1], 0));
        held.Release();
        await Task.WhenAll(waiting);
        Assert.Equal(new AppendResult.Committed(1), await first);
        Assert.Equal(new AppendResult.Committed(4), await fixture.AppendAsync(fixture.Chat("m", 4, "d")));
    }

    [Fact]
    public async Task BytesInTheQueueAreBoundedToo()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held, QueueBytes = 5_000 }).Open();
        var first = fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        held.WaitUntilHolding();
        var waiting = fixture.AppendAsync(fixture.Chat("m", 2, new string('x', 10_000)));

        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Overloaded), await fixture.AppendAsync(fixture.Chat("m", 3, "d")));
        held.Release();
        await first;
        Assert.Equal(new AppendResult.Committed(2), await waiting);
    }

    [Fact]
    public async Task AnAppendBeyondTheLimitIsTooLarge()
    {
        await using var fixture = new JournalFixture().Open();
        var append = fixture.Chat("m", 1, "a") with { Snapshot = new JournalSnapshot(1, new byte[65 << 20]) };

        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.TooLarge), await fixture.AppendAsync(append));
    }

    [Fact]
    public async Task AClosedJournalAnswersWhatWaitsAndRefusesTheRest()
    {
        await using var fixture = new JournalFixture().Open();
        var waiting = Enumerable.Range(1, 50).Select(i => fixture.AppendAsync(fixture.Chat("m", i, $"t{i}"))).ToList();
        await fixture.Journal.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting), result => Assert.IsType<AppendResult.Committed>(result));
        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Closed), await fixture.AppendAsync(fixture.Chat("m", 51, "x")));
    }

    [Fact]
    public async Task AnAppendThatMakesNoSenseIsTheCallersMistake()
    {
        await using var fixture = new JournalFixture().Open();
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.AppendAsync(fixture.Chat("", 1, "a")));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.AppendAsync(fixture.Chat("m", 0, "a")));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.AppendAsync(fixture.Chat("m", 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.AppendAsync(fixture.Chat("m", 1, "a") with { Snapshot = new JournalSnapshot(2, new byte[2]) }));
    }
}
