using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Journal;

namespace Conference.Silo.Meetings;

/// <summary>Chat as the journal has it: messages with every later change of them.</summary>
internal static class ChatHistory
{
    private const int ChangesAtOnce = 1000;

    /// <summary>One message as it is now; null: there is none of this sequence.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    public static async Task<ChatMessage?> FindAsync(IJournal journal, MeetingId meeting, long seq)
    {
        var found = await journal.ReadAsync(meeting.Value, seq - 1, 1, [JournalWords.ChatTag]);
        if (found is not [var stored] || stored.Sequence != seq) return null;
        return (await ChangedAsync(journal, meeting, [MessageOf(JournalWords.ToEvent(meeting, stored))], CancellationToken.None))[0];
    }

    /// <summary>Up to <paramref name="limit"/> messages above a sequence, oldest first.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    public static async Task<ImmutableArray<ChatMessage>> AfterAsync(IJournal journal, MeetingId meeting, long after, int limit, CancellationToken cancellation)
    {
        var stored = await journal.ReadAsync(meeting.Value, Math.Max(after, 0), limit, [JournalWords.ChatTag], cancellation);
        return await ChangedAsync(journal, meeting, [.. stored.Select(e => MessageOf(JournalWords.ToEvent(meeting, e)))], cancellation);
    }

    /// <summary>The last <paramref name="limit"/> messages below a sequence, oldest first.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    public static async Task<ImmutableArray<ChatMessage>> BeforeAsync(IJournal journal, MeetingId meeting, long before, int limit, CancellationToken cancellation)
    {
        var stored = await journal.ReadBackAsync(meeting.Value, Math.Max(before, 0), limit, [JournalWords.ChatTag], cancellation);
        return await ChangedAsync(journal, meeting, [.. stored.Reverse().Select(e => MessageOf(JournalWords.ToEvent(meeting, e)))], cancellation);
    }

    private static async Task<ImmutableArray<ChatMessage>> ChangedAsync(IJournal journal, MeetingId meeting, ImmutableArray<ChatMessage> messages, CancellationToken cancellation)
    {
        if (messages.IsEmpty) return messages;
        var bySeq = messages.ToDictionary(m => m.Seq);
        for (var after = messages[0].Seq; ;)
        {
            var changes = await journal.ReadAsync(meeting.Value, after, ChangesAtOnce, [.. JournalWords.ChatChangeTags], cancellation);
            foreach (var change in changes.Select(e => JournalWords.ToEvent(meeting, e)))
            {
                var seq = change.Body is ChatEdited edited ? edited.Message : ((ChatDeleted)change.Body).Message;
                if (bySeq.TryGetValue(seq, out var message)) bySeq[seq] = ChatRules.After(message, change);
            }
            if (changes.Count < ChangesAtOnce) return [.. messages.Select(m => bySeq[m.Seq])];
            after = changes[^1].Sequence;
        }
    }

    private static ChatMessage MessageOf(MeetingEvent e)
    {
        var sent = (ChatSent)e.Body;
        return new(e.Seq, e.At, sent.From, sent.DisplayName, sent.Text, sent.To, sent.ToHosts, Room: sent.Room);
    }
}
