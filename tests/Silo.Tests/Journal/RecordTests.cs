using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

public sealed class RecordTests
{
    [Fact]
    public async Task ARecordIsWrittenOnlyOverTheVersionItsWriterSaw()
    {
        await using var fixture = new JournalFixture().Open();
        var records = fixture.Journal.Records;

        var first = Assert.IsType<StoreResult.Stored>(await records.PutAsync("tenants", "a", JournalFixture.Json("1"), 0)).Version;
        Assert.Equal(new StoreResult.VersionConflict(first), await records.PutAsync("tenants", "a", JournalFixture.Json("2"), 0));
        var second = Assert.IsType<StoreResult.Stored>(await records.PutAsync("tenants", "a", JournalFixture.Json("2"), first)).Version;
        Assert.True(second > first);
        Assert.Equal(new StoreResult.VersionConflict(second), await records.DeleteAsync("tenants", "a", first));

        var record = await records.GetAsync("tenants", "a");
        Assert.Equal(("a", second), (record!.Key, record.Version));
        Assert.Equal(JournalFixture.Json("2"), record.Value.ToArray());
    }

    [Fact]
    public async Task ARecordMadeAgainAfterItsDeletionDoesNotGetAnOldVersionBack()
    {
        await using var fixture = new JournalFixture().Open();
        var records = fixture.Journal.Records;
        var first = Assert.IsType<StoreResult.Stored>(await records.PutAsync("b", "k", new byte[1], 0)).Version;
        Assert.Equal(new StoreResult.Stored(0), await records.DeleteAsync("b", "k", first));
        Assert.Null(await records.GetAsync("b", "k"));
        await fixture.ReopenAsync();

        Assert.Equal(new StoreResult.VersionConflict(0), await fixture.Journal.Records.PutAsync("b", "k", new byte[1], first));
        Assert.True(Assert.IsType<StoreResult.Stored>(await fixture.Journal.Records.PutAsync("b", "k", new byte[1], 0)).Version > first);
    }

    [Fact]
    public async Task OfTwoWritersAtOnceOneWins()
    {
        await using var fixture = new JournalFixture().Open();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => fixture.Journal.Records.PutAsync("b", "k", new[] { (byte)i }, 0).AsTask()));

        Assert.Single(results.OfType<StoreResult.Stored>());
        Assert.Equal(19, results.OfType<StoreResult.VersionConflict>().Count());
    }

    [Fact]
    public async Task BucketsAreListedByKeyInPages()
    {
        await using var fixture = new JournalFixture().Open();
        foreach (var key in (string[])["c", "a", "b", "d"]) await fixture.Journal.Records.PutAsync("b", key, Array.Empty<byte>(), 0);
        await fixture.Journal.Records.PutAsync("other", "x", new byte[1], 0);

        Assert.Equal(["a", "b"], (await fixture.Journal.Records.ListAsync("b", "", 2)).Select(r => r.Key));
        Assert.Equal(["c", "d"], (await fixture.Journal.Records.ListAsync("b", "b", 10)).Select(r => r.Key));
        Assert.True((await fixture.Journal.Records.GetAsync("b", "a"))!.Value.IsEmpty);
    }

    [Fact]
    public async Task ARecordBeyondTheLimitIsTooLarge()
    {
        await using var fixture = new JournalFixture().Open();

        Assert.Equal(new StoreResult.Unavailable(JournalUnavailable.TooLarge), await fixture.Journal.Records.PutAsync("b", "k", new byte[(1 << 20) + 1], 0));
    }
}
