using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

public sealed class CheckpointTests
{
    [Fact]
    public async Task EventsOutliveManyCheckpoints()
    {
        await using var fixture = new JournalFixture().With(o => o with { CheckpointBytes = 64 << 10 }).Open();
        var text = new string('x', 2_000);
        // The log never shrinks while it is open, so once several times its length has gone through it, it has begun again.
        var rounds = 0;
        for (long written = 0; written < 3 * LogLength(); written += 20 * text.Length)
        {
            rounds++;
            Assert.True(rounds < 5_000, "The log grows with everything that is written.");
            await Task.WhenAll(Enumerable.Range(0, 20).Select(m => fixture.AppendAsync(fixture.Chat($"m{m}", rounds, text))));
        }
        await fixture.ReopenAsync();

        for (var m = 0; m < 20; m++)
            Assert.Equal(Enumerable.Range(1, rounds).Select(i => (long)i), (await fixture.Journal.Events.ReadAsync($"m{m}", 0, 10_000)).Select(e => e.Sequence));

        long LogLength() => new FileInfo(fixture.DatabasePath + "-wal").Length;
    }
}
