using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;

namespace Conference.Silo.Meetings;

/// <summary>
/// The appends of one meeting, in order. Whoever decided on a tentative state waits here until everything before and including it is durable, or has failed.
/// Lives in the grain: every method runs in one of its turns.
/// </summary>
internal sealed class CommitQueue(IJournal journal, Action<PendingAppend> onCommitted, Action<AppendResult> onFailed)
{
    private readonly Queue<PendingAppend> _pending = new();
    private bool _isPumping;

    /// <summary>The last append that has not been answered; null when everything is durable.</summary>
    public PendingAppend? Last { get; private set; }

    /// <summary>What failed; the queue takes nothing any more.</summary>
    public AppendResult? Failure { get; private set; }

    /// <summary>Sends one append on its way. The journal commits appends of one meeting in the order in which they are given.</summary>
    public PendingAppend Append(JournalAppend append, MeetingState after, List<PublishedEvent> events)
    {
        var pending = new PendingAppend(journal.AppendAsync(append).AsTask(), after, events, append.Snapshot);
        _pending.Enqueue(pending);
        Last = pending;
        if (!_isPumping) _ = PumpAsync();
        return pending;
    }

    private async Task PumpAsync()
    {
        _isPumping = true;
        while (_pending.TryPeek(out var next))
        {
            AppendResult result;
            try
            {
                result = await next.Append;
            }
            catch (Exception e) when (e is ArgumentException or ObjectDisposedException or OperationCanceledException)
            {
                result = new AppendResult.Unavailable(JournalUnavailable.StoreFailed);
            }
            _pending.Dequeue();
            if (Last == next) Last = null;
            if (result is AppendResult.Committed && Failure is null)
            {
                onCommitted(next);
                next.Done(result);
                continue;
            }
            if (Failure is null)
            {
                Failure = result;
                onFailed(result);
            }
            next.Done(Failure);
        }
        _isPumping = false;
    }
}

/// <summary>One append on its way.</summary>
/// <param name="Append">The journal's answer.</param>
/// <param name="After">The state once it is durable.</param>
/// <param name="Events">What it holds, as it will be published.</param>
/// <param name="Snapshot">The snapshot it carries.</param>
internal sealed record PendingAppend(Task<AppendResult> Append, MeetingState After, List<PublishedEvent> Events, JournalSnapshot? Snapshot)
{
    // Whoever waits goes on in the same turn: an answer needs no turn of its own.
    private readonly TaskCompletionSource<AppendResult> _done = new();

    /// <summary>Completes when this and everything before it is durable and published, or has failed.</summary>
    public Task<AppendResult> Outcome => _done.Task;

    public void Done(AppendResult result) => _done.SetResult(result);
}
