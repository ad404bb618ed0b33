using System.Collections.Concurrent;
using System.Text;
using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.JournalProof;

/// <summary>The journal without a grain: keeps of each meeting what a grain keeps for this purpose, the next sequence and the command ids.</summary>
public sealed class RawTarget : ICommandTarget
{
    /// <summary>As long as a chat event with its ids is.</summary>
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes(
        $$"""{"type":"chatSent","v":1,"participantId":"p-4f1d77a09c3e","displayName":"Ann","text":"{{CommandTargets.Text}}"}""");

    private readonly JournalStore _journal;
    private readonly ConcurrentDictionary<int, Task<Meeting>> _meetings = new();

    /// <summary>Opens the journal.</summary>
    public RawTarget(JournalOptions options)
    {
        _journal = JournalStore.Open(options, new ServicePolicies(TimeProvider.System), TimeProvider.System, NullLogger<JournalStore>.Instance) switch
        {
            JournalOpening.Opened opened => opened.Journal,
            JournalOpening.Refused refused => throw new InvalidOperationException(refused.Message),
            _ => throw new InvalidOperationException(),
        };
    }

    public async Task PrepareAsync(int meetings, int senders)
    {
        for (var i = 0; i < meetings; i++) await MeetingAsync(i);
    }

    public async Task<CommandAnswer> SendAsync(int meeting, int sender, string commandId)
    {
        while (true)
        {
            var known = await MeetingAsync(meeting);
            if (known.Commands.TryGetValue(commandId, out var before)) return new CommandAnswer(before, null);
            switch (await Append(meeting, known, commandId))
            {
                case AppendResult.Committed committed:
                    return new CommandAnswer(committed.LastSequence, null);
                case AppendResult.Unavailable unavailable:
                    Drop(meeting, known);
                    return new CommandAnswer(0, unavailable.Reason.ToString());
                default:
                    Drop(meeting, known);
                    break;
            }
        }
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private ValueTask<AppendResult> Append(int meeting, Meeting known, string commandId)
    {
        lock (known)
        {
            return _journal.Events.AppendAsync(new JournalAppend
            {
                MeetingId = CommandTargets.MeetingId(meeting),
                TenantId = "tenant",
                ExpectedSequence = known.Next++,
                Entries = [new JournalEntry(CommandTargets.ChatType, Payload, TimeProvider.System.GetUtcNow(), "p-4f1d77a09c3e", commandId)],
            });
        }
    }

    private Task<Meeting> MeetingAsync(int meeting) => _meetings.GetOrAdd(meeting, LoadAsync);

    private void Drop(int meeting, Meeting known)
    {
        if (_meetings.TryGetValue(meeting, out var task) && task.IsCompletedSuccessfully && task.GetAwaiter().GetResult() == known)
            _meetings.TryRemove(KeyValuePair.Create(meeting, task));
    }

    private async Task<Meeting> LoadAsync(int meeting)
    {
        var load = await _journal.Events.LoadAsync(CommandTargets.MeetingId(meeting));
        return new Meeting(load.NextSequence, load.Tail.Where(e => e.CommandId is not null).ToDictionary(e => e.CommandId!, e => e.Sequence));
    }

    private sealed class Meeting(long next, Dictionary<string, long> commands)
    {
        public long Next { get; set; } = next;

        public Dictionary<string, long> Commands { get; } = commands;
    }
}
