using System.Text;
using Conference.Silo.Journal;
using Conference.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Silo.Tests.Journal;

/// <summary>A journal in a folder of its own, on a real disk.</summary>
public sealed class JournalFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-");

    public JournalFixture()
    {
        Options = new SqliteJournalOptions { Path = Path.Combine(_folder.FullName, "data", "journal.db") };
    }

    public SqliteJournalOptions Options { get; private set; }

    public ManualTime Time { get; } = new();

    public string DatabasePath => Options.Path;

    public SqliteJournal Journal { get; private set; } = null!;

    public static byte[] Json(string text) => Encoding.UTF8.GetBytes($"{{\"text\":\"{text}\"}}");

    public JournalOpening TryOpen() => SqliteJournal.Open(Options, Time, NullLogger<SqliteJournal>.Instance);

    public JournalFixture Open()
    {
        Journal = Assert.IsType<JournalOpening.Opened>(TryOpen()).Journal;
        return this;
    }

    /// <summary>Changes the options before opening.</summary>
    public JournalFixture With(Func<SqliteJournalOptions, SqliteJournalOptions> change)
    {
        Options = change(Options);
        return this;
    }

    /// <summary>Changes the database as another program would, past the journal.</summary>
    public void Intrude(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public async Task ReopenAsync()
    {
        await Journal.DisposeAsync();
        Open();
    }

    /// <summary>An append of chat events whose payloads are the given texts.</summary>
    public JournalAppend Chat(string meeting, long expected, params string[] texts) => new()
    {
        MeetingId = meeting,
        TenantId = "tenant",
        ExpectedSequence = expected,
        Entries = [.. texts.Select(text => new JournalEntry("chat", Json(text), Time.GetUtcNow(), "ann", "c-" + text))],
    };

    public async Task<AppendResult> AppendAsync(JournalAppend append) => await Journal.Events.AppendAsync(append);

    public async ValueTask DisposeAsync()
    {
        if (Journal is not null) await Journal.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
