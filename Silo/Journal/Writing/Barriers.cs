namespace Conference.Silo.Journal.Writing;

/// <summary>
/// docs/journal.md J5: when an append fails, those of the same meeting that were queued before their issuer could know fail with it, even one whose
/// sequence would fit by then. They were decided on a state that never came to be. The writer's alone.
/// </summary>
internal sealed class Barriers(WriteQueue queue)
{
    private readonly Dictionary<string, long> _tickets = [];
    private long _highest;

    /// <summary>Whether <paramref name="append"/> was queued before a failure in its meeting was made known.</summary>
    public bool Holds(AppendRequest append) => append.Ticket <= _highest && _tickets.TryGetValue(append.MeetingId, out var last) && append.Ticket <= last;

    /// <summary>Everything of this meeting that is queued by now fails.</summary>
    public void Raise(string meetingId) => _tickets[meetingId] = _highest = queue.LastTicket;

    /// <summary>Forgets the barriers that no write can be behind any more, now that the writes from <paramref name="ticket"/> on are next.</summary>
    public void Pass(long ticket)
    {
        if (_tickets.Count > 0 && ticket > _highest) _tickets.Clear();
    }
}
