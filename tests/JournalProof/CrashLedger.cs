using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.JournalProof;

/// <summary>What a series of crashes came to.</summary>
/// <param name="Kills">Processes that were killed.</param>
/// <param name="Acknowledged">Commands whose acknowledgement was seen outside the process.</param>
/// <param name="Recognised">Commands sent again after a crash that turned out to have been done.</param>
/// <param name="Lost">Acknowledged commands that are not in the journal, or not where they were said to be.</param>
/// <param name="Gaps">Places where a meeting's sequence does not go up by one.</param>
/// <param name="Doubled">Commands that were done more than once.</param>
/// <param name="Failures">Refusals that were answered by name, by reason.</param>
public sealed record CrashFigures(int Kills, long Acknowledged, long Recognised, long Lost, long Gaps, long Doubled, IReadOnlyDictionary<string, int> Failures)
{
    /// <summary>Nothing acknowledged was lost, and nothing is there that should not be.</summary>
    public bool IsSound => Lost == 0 && Gaps == 0 && Doubled == 0;
}

/// <summary>What has been acknowledged over all lives of a database, to be held against what is in it.</summary>
internal sealed class CrashLedger(int meetings, int senders)
{
    private readonly Dictionary<string, long> _acknowledged = [];
    private readonly Dictionary<string, int> _failures = [];
    private readonly HashSet<string> _unseen = [];
    private readonly HashSet<string> _lost = [];
    private readonly HashSet<string> _doubled = [];
    private readonly HashSet<(int Meeting, long Sequence)> _gaps = [];
    private long _recognised;

    public long Acknowledged => _acknowledged.Count;

    /// <summary>With which command each sender goes on.</summary>
    public long[] Next { get; } = [.. Enumerable.Repeat(1L, meetings * senders)];

    public CrashFigures Figures(int kills) => new(kills, _acknowledged.Count, _recognised, _lost.Count, _gaps.Count, _doubled.Count, _failures);

    public int FailuresOf(string reason) => _failures.GetValueOrDefault(reason);

    public void Note(CommandLine? line)
    {
        switch (line)
        {
            case CommandLine.Acknowledged(var meeting, var sender, var number, var sequence):
                var command = CommandTargets.CommandId(meeting, sender, number);
                _acknowledged[command] = sequence;
                Next[(meeting * senders) + sender] = number + 1;
                if (_unseen.Remove(command)) _recognised++;
                break;
            case CommandLine.Failed(var reason):
                _failures[reason] = FailuresOf(reason) + 1;
                break;
        }
    }

    /// <summary>Compares with what is in a database that nobody else has open.</summary>
    public async Task VerifyAsync(JournalOptions database)
    {
        var opening = JournalStore.Open(database, new ServicePolicies(TimeProvider.System), TimeProvider.System, NullLogger<JournalStore>.Instance);
        if (opening is not JournalOpening.Opened { Journal: var journal }) throw new InvalidOperationException($"The database cannot be opened after a crash: {opening}");
        await using (journal)
        {
            for (var meeting = 0; meeting < meetings; meeting++) Compare(meeting, await ReadAllAsync(journal.Events, CommandTargets.MeetingId(meeting)));
        }
    }

    private static async Task<List<JournalEvent>> ReadAllAsync(IJournal journal, string meetingId)
    {
        var all = new List<JournalEvent>();
        while (await journal.ReadAsync(meetingId, all.Count == 0 ? 0 : all[^1].Sequence, 10_000) is { Count: > 0 } page) all.AddRange(page);
        return all;
    }

    private void Compare(int meeting, List<JournalEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
            if (events[i].Sequence != (i == 0 ? 1 : events[i - 1].Sequence + 1)) _gaps.Add((meeting, events[i].Sequence));

        var found = new Dictionary<string, long>();
        foreach (var chat in events.Where(e => e.Type == CommandTargets.ChatType && e.CommandId is not null))
            if (!found.TryAdd(chat.CommandId!, chat.Sequence)) _doubled.Add(chat.CommandId!);
        _unseen.UnionWith(found.Keys.Where(command => !_acknowledged.ContainsKey(command)));

        foreach (var (command, sequence) in _acknowledged.Where(a => a.Key.StartsWith($"{meeting}-", StringComparison.Ordinal)))
        {
            var isThere = found.TryGetValue(command, out var actual) && sequence == actual;
            if (!isThere) _lost.Add(command);
        }
    }
}
