using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

public sealed class MeetingIndexTests
{
    [Fact]
    public async Task AnEntryIsFoundByIdAndByCode()
    {
        await using var fixture = new JournalFixture().Open();
        var created = fixture.Time.GetUtcNow();
        await fixture.AppendAsync(Indexed(fixture, "m", 1, "scheduled", "abc"));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await fixture.AppendAsync(Indexed(fixture, "m", 2, "open", null));

        var entry = await fixture.Journal.Meetings.FindByCodeAsync("abc");
        Assert.NotNull(entry);
        Assert.Equal(("m", "tenant", "abc", "open"), (entry.MeetingId, entry.TenantId, entry.Code, entry.State));
        Assert.Equal((created, created.AddMinutes(1)), (entry.CreatedAt, entry.UpdatedAt));
        Assert.Equal(JournalFixture.Json("open"), entry.Summary.ToArray());
        Assert.Equal(entry with { Summary = default }, (await fixture.Journal.Meetings.FindAsync("m"))! with { Summary = default });
        Assert.Equal("open", (await fixture.Journal.Events.LoadAsync("m")).Index!.State);
    }

    [Fact]
    public async Task ACodeBelongsToOneMeetingForEver()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(Indexed(fixture, "m", 1, "open", "abc"));
        await fixture.AppendAsync(Indexed(fixture, "m", 2, "open", "def"));

        Assert.Equal(new AppendResult.CodeTaken("abc"), await fixture.AppendAsync(Indexed(fixture, "n", 1, "open", "abc")));
        Assert.Equal("m", (await fixture.Journal.Meetings.FindByCodeAsync("abc"))!.MeetingId);
        Assert.Null(await fixture.Journal.Meetings.FindAsync("n"));
        Assert.Equal(new AppendResult.Committed(1), await fixture.AppendAsync(Indexed(fixture, "n", 1, "open", "ghi")));
        Assert.Equal("def", (await fixture.Journal.Meetings.FindAsync("m"))!.Code);
    }

    [Fact]
    public async Task TwoMeetingsInOneBatchCannotBothHaveACode()
    {
        using var held = new HeldWriter();
        await using var fixture = new JournalFixture().With(o => o with { Probe = held }).Open();
        var first = fixture.AppendAsync(fixture.Chat("x", 1, "a"));
        held.WaitUntilHolding();
        var both = new[] { fixture.AppendAsync(Indexed(fixture, "m", 1, "open", "abc")), fixture.AppendAsync(Indexed(fixture, "n", 1, "open", "abc")) };
        held.Release();

        await first;
        Assert.Equal([new AppendResult.Committed(1), new AppendResult.CodeTaken("abc")], await Task.WhenAll(both));
    }

    [Fact]
    public async Task AnOwnersListLastsOverChangesAndRestartsUntilTheMeetingIsTakenOutOfIt()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(Owned(fixture, "m", 1, "live", "ann"));
        await fixture.AppendAsync(Owned(fixture, "n", 1, "live", "bob"));
        await fixture.AppendAsync(Owned(fixture, "o", 1, "ended", "ann"));
        await fixture.AppendAsync(Owned(fixture, "p", 1, "live", null));
        await fixture.AppendAsync(Owned(fixture, "m", 2, "live", null));
        await fixture.Journal.DisposeAsync();
        fixture.Open();

        Assert.Equal(["m", "o"], await OfAsync(fixture, new MeetingQuery(Owner: "ann")));
        Assert.Equal(["m"], await OfAsync(fixture, new MeetingQuery(TenantId: "tenant", State: "live", Owner: "ann")));
        Assert.Equal(["o"], await OfAsync(fixture, new MeetingQuery(State: "ended", Owner: "ann")));
        Assert.Empty(await OfAsync(fixture, new MeetingQuery(Owner: "")));
        await fixture.AppendAsync(Owned(fixture, "m", 3, "erased", ""));
        Assert.Equal(["o"], await OfAsync(fixture, new MeetingQuery(Owner: "ann")));
    }

    [Fact]
    public async Task ListsAreFilteredAndPaged()
    {
        await using var fixture = new JournalFixture().Open();
        for (var i = 0; i < 6; i++)
        {
            var append = Indexed(fixture, $"m{i}", 1, i % 2 == 0 ? "open" : "ended", $"code{i}") with { TenantId = i < 4 ? "t1" : "t2" };
            await fixture.AppendAsync(append);
        }
        await fixture.AppendAsync(fixture.Chat("unlisted", 1, "a"));

        async Task<string[]> List(MeetingQuery query) => [.. (await fixture.Journal.Meetings.ListAsync(query)).Meetings.Select(m => m.MeetingId)];
        Assert.Equal(["m0", "m1", "m2", "m3", "m4", "m5"], await List(new MeetingQuery()));
        Assert.Equal(["m0", "m1", "m2", "m3"], await List(new MeetingQuery(TenantId: "t1")));
        Assert.Equal(["m1", "m3", "m5"], await List(new MeetingQuery(State: "ended")));
        Assert.Equal(["m4"], await List(new MeetingQuery(TenantId: "t2", State: "open")));

        var page = await fixture.Journal.Meetings.ListAsync(new MeetingQuery(Limit: 4));
        Assert.Equal(4, page.Meetings.Count);
        var rest = await fixture.Journal.Meetings.ListAsync(new MeetingQuery(Limit: 4, After: page.Next!.Value));
        Assert.Equal(["m4", "m5"], rest.Meetings.Select(m => m.MeetingId));
        Assert.Null(rest.Next);
    }

    private static JournalAppend Owned(JournalFixture fixture, string meeting, long sequence, string state, string? owner) =>
        fixture.Chat(meeting, sequence, "x") with { Index = new MeetingIndexUpdate(state, null, JournalFixture.Json(state), owner) };

    private static async Task<IEnumerable<string>> OfAsync(JournalFixture fixture, MeetingQuery query) => (await fixture.Journal.Meetings.ListAsync(query)).Meetings.Select(m => m.MeetingId);

    private static JournalAppend Indexed(JournalFixture fixture, string meeting, long expected, string state, string? code)
        => fixture.Chat(meeting, expected, $"e{expected}") with { Index = new MeetingIndexUpdate(state, code, JournalFixture.Json(state)) };
}
