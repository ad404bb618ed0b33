using System.Text;
using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Conference.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Silo.Tests.Journal;

/// <summary>A journal on a database of its own. What is particular to its store is in the other part; each store's tests have theirs.</summary>
public sealed partial class JournalFixture : IAsyncDisposable
{
    public ManualTime Time { get; } = new();

    public JournalStore Journal { get; private set; } = null!;

    public static byte[] Json(string text) => Encoding.UTF8.GetBytes($"{{\"text\":\"{text}\"}}");

    public JournalOpening TryOpen() => JournalStore.Open(Options, new ServicePolicies(TimeProvider.System), Time, NullLogger<JournalStore>.Instance);

    public JournalFixture Open()
    {
        var opening = TryOpen();
        Journal = opening is JournalOpening.Opened opened ? opened.Journal : throw new InvalidOperationException($"{opening}");
        return this;
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

    /// <summary>Hides the table of events from the journal, past it.</summary>
    public void HideEvents() => Intrude("ALTER TABLE events RENAME TO hidden");

    /// <summary>Undoes <see cref="HideEvents"/>.</summary>
    public void ShowEvents() => Intrude("ALTER TABLE hidden RENAME TO events");

    public async ValueTask DisposeAsync()
    {
        if (Journal is not null) await Journal.DisposeAsync();
        RemoveDatabase();
    }
}
