using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal.Writing;

/// <summary>
/// The one thread that writes. Each round takes everything that waits and makes one transaction of it, so the store is asked to sync
/// once per round and not once per command, and the slower the store, the deeper the rounds.
/// </summary>
internal sealed class Writer
{
    /// <summary>Between two tries of a batch while the store is away; the store paces its connections besides.</summary>
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IWriteStore _store;
    private readonly IStoreEntrance? _entrance;
    private readonly WriteQueue _queue;
    private readonly JournalMetrics _metrics;
    private readonly Barriers _barriers;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _fenced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<JournalOpening.Refused?> _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<WriteRequest> _expired = [];
    private IWriteSession? _session;
    private bool _isFailing;

    public Writer(JournalOptions options, StoreParts parts, WriteQueue queue, JournalMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_store, _session, _entrance) = (parts.Writes, parts.Session, parts.Entrance);
        (_options, _queue, _metrics, _time, _logger) = (options, queue, metrics, time, logger);
        if (_session is null) queue.Hold(JournalUnavailable.StandingBy);
        _barriers = new Barriers(queue);
        _thread = new Thread(Run) { Name = "journal-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Completes when the queue is closed, everything in it has been answered, and the store is given up.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Completes when the store may be written to, with null, or can never be, with the reason. Cancelled when the queue is closed before.</summary>
    public Task<JournalOpening.Refused?> Entered => _entered.Task;

    /// <summary>Completes when another silo has taken the store over; nothing is written any more.</summary>
    public Task Fenced => _fenced.Task;

    private void Run()
    {
        var batch = new List<WriteRequest>();
        try
        {
            if (_session is null) StandBy();
            else _entered.TrySetResult(null);
            while (_queue.Take(batch, _options.BatchLimit, _store.RestAfter))
            {
                if (batch.Count > 0) WriteGroup(batch);
                Rest();
                batch.Clear();
            }
        }
        catch (Exception error)
        {
            // A defect, not a fault of the store. Nobody may wait for ever, and nothing may be written by a thread in an unknown state.
            JournalLog.WriterDied(_logger, error);
            RefuseEverything(batch, JournalUnavailable.StoreFailed);
        }
        _session?.Dispose();
        _store.Dispose();
        _ended.SetResult();
    }

    /// <summary>Waits until the silo before this one has given the store up.</summary>
    private void StandBy()
    {
        JournalLog.StandingBy(_logger);
        var began = _time.GetTimestamp();
        while (!_queue.IsClosed)
        {
            try
            {
                (_session, var refusal) = _entrance!.TryEnter();
                _isFailing = false;
                if (_session is null && refusal is null)
                {
                    _queue.Pause(_entrance.AskEvery);
                    continue;
                }
                if (refusal is not null) _queue.Close(JournalUnavailable.Closed);
                else JournalLog.TookOver(_logger, _time.GetElapsedTime(began));
                _queue.Begin();
                _entered.TrySetResult(refusal);
                return;
            }
            catch (StoreFault fault)
            {
                if (!_isFailing) JournalLog.Away(_logger, 0, fault.Message);
                _isFailing = true;
                _queue.Pause(BetweenTries);
            }
        }
        _entered.TrySetCanceled();
    }

    /// <summary>Writes the group as one batch, or in parts where the store refuses one of its writes without saying which.</summary>
    private void WriteGroup(List<WriteRequest> group)
    {
        var (started, isInDoubt, isSecondTry) = (_time.GetTimestamp(), false, false);
        while (group.Count > 0)
        {
            try
            {
                var session = _session ??= _store.Open();
                // docs/journal.md J15: a commit whose answer was lost is not asked for again before it is known that it was not done.
                if (!isInDoubt || !session.IsLastBatchDurable)
                {
                    if (isInDoubt) RefuseExpired(group);
                    isInDoubt = false;
                    Commit(session, group);
                }
                Acknowledge(group, _time.GetElapsedTime(started));
                return;
            }
            catch (StoreFault fault) when (fault.Kind == FaultKind.OneWrite)
            {
                isInDoubt = false;
                Rollback();
                // What was remembered may have been wrong: with it forgotten, the second try decides on what the store says.
                if (isSecondTry) break;
                isSecondTry = true;
            }
            catch (StoreFault fault) when (fault.Kind == FaultKind.Away && !_queue.IsClosed)
            {
                isInDoubt |= fault.IsInDoubt;
                Away(fault, group, isInDoubt);
            }
            catch (StoreFault fault)
            {
                FailGroup(group, fault);
                return;
            }
        }
        if (group.Count == 1) RefuseAlone(group, group[0]);
        else if (group.Count > 1) WriteHalves(group);
    }

    private void WriteHalves(List<WriteRequest> group)
    {
        var half = group.Count / 2;
        WriteGroup(group[..half]);
        WriteGroup(group[half..]);
    }

    private void Commit(IWriteSession session, List<WriteRequest> group)
    {
        if (group.Count == 0) return;
        _barriers.Pass(group[0].Ticket);
        ApplyAll(session, group);
        _options.Probe?.Reached(JournalPoint.BeforeCommit);
        session.Commit();
        _options.Probe?.Reached(JournalPoint.AfterCommit);
    }

    /// <summary>docs/journal.md J7: a write that the store refuses for what it is, and says so, goes alone; the others are applied again without it.</summary>
    private void ApplyAll(IWriteSession session, List<WriteRequest> group)
    {
        WriteRequest? suspect = null;
        session.Begin(group);
        for (var index = 0; index < group.Count; index++)
        {
            var request = group[index];
            try
            {
                Apply(request, session.Writes);
            }
            catch (StoreFault fault) when (fault.Kind == FaultKind.OneWrite)
            {
                session.Rollback();
                if (suspect == request) RefuseAlone(group, request, fault);
                suspect = request;
                index = -1;
                session.Begin(group);
            }
        }
    }

    private void Apply(WriteRequest request, IBatchWrites writes)
    {
        if (request is not AppendRequest append)
        {
            request.Apply(writes);
            return;
        }
        append.IsBehindFailure = _barriers.Holds(append);
        append.Apply(writes);
        if (append.IsRefused) _barriers.Raise(append.MeetingId);
    }

    private void Acknowledge(List<WriteRequest> group, TimeSpan took)
    {
        if (group.Count == 0) return;
        if (_isFailing) JournalLog.Recovered(_logger);
        _isFailing = false;
        _metrics.Committed(group.Count, took);
        RaiseBarriers(group, append => append.IsRefused);
        foreach (var request in group) request.Acknowledge();
        _options.Probe?.Reached(JournalPoint.AfterAcknowledgement);
    }

    /// <summary>Once more right before the answers go out: what was queued since a failure was found does not know of it either.</summary>
    private void RaiseBarriers(IEnumerable<WriteRequest> group, Func<AppendRequest, bool> isFailed)
    {
        foreach (var append in group.OfType<AppendRequest>().Where(isFailed)) _barriers.Raise(append.MeetingId);
    }

    private void RefuseAlone(List<WriteRequest> group, WriteRequest request, StoreFault? fault = null)
    {
        var reason = fault?.Reason ?? JournalUnavailable.StoreFailed;
        JournalLog.WriteFailed(_logger, reason, fault?.Message ?? "refused twice");
        group.Remove(request);
        Refuse([request], reason);
    }

    /// <summary>docs/journal.md J15: keeps the batch, but nothing longer than the patience allows, unless it is the batch whose commit is in doubt.</summary>
    private void Away(StoreFault fault, List<WriteRequest> group, bool isInDoubt)
    {
        if (!_isFailing) JournalLog.Away(_logger, group.Count, fault.Message);
        _isFailing = true;
        Drop();
        RefuseExpired(isInDoubt ? [] : group);
        if (group.Count > 0) _queue.Pause(BetweenTries);
    }

    /// <summary>Answers those of the group, and of the queue, who have waited for the store as long as anybody may.</summary>
    private void RefuseExpired(List<WriteRequest> group)
    {
        _expired.AddRange(group.Where(request => _time.GetElapsedTime(request.QueuedAt) >= _options.Patience));
        group.RemoveAll(_expired.Contains);
        _queue.TakeExpired(_expired, _options.Patience);
        if (_expired.Count > 0) JournalLog.Expired(_logger, _expired.Count, _options.Patience);
        Refuse(_expired, JournalUnavailable.Unreachable);
        _expired.Clear();
    }

    /// <summary>docs/journal.md J8 and J9: nothing of the batch is known to be durable. The connection is made anew, because what it remembers may be wrong too.</summary>
    private void FailGroup(List<WriteRequest> group, StoreFault fault)
    {
        _isFailing = true;
        JournalLog.BatchFailed(_logger, group.Count, fault.Reason, fault.Message);
        Rollback();
        Drop();
        if (fault.Kind == FaultKind.Fenced) GiveUp();
        Refuse(group, fault.Reason);
        group.Clear();
    }

    private void Refuse(IReadOnlyCollection<WriteRequest> requests, JournalUnavailable reason)
    {
        if (requests.Count == 0) return;
        _metrics.Refused(reason, requests.Count);
        RaiseBarriers(requests, _ => true);
        foreach (var request in requests) request.Fail(reason);
    }

    private void Rest()
    {
        try
        {
            if (_session is null && _store.RestAfter is null) return;
            (_session ??= _store.Open()).Rest();
            if (_isFailing && _store.RestAfter is not null) JournalLog.Recovered(_logger);
            _isFailing &= _store.RestAfter is null;
        }
        catch (StoreFault fault)
        {
            if (!_isFailing) JournalLog.BatchFailed(_logger, 0, fault.Reason, fault.Message);
            _isFailing = true;
            Drop();
            if (fault.Kind == FaultKind.Fenced) GiveUp();
        }
    }

    private void Rollback()
    {
        try
        {
            _session?.Rollback();
        }
        catch (StoreFault)
        {
            // What cannot even roll back is no use: the store undoes what a lost connection had begun.
            Drop();
        }
    }

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }

    private void GiveUp()
    {
        _queue.Close(JournalUnavailable.Fenced);
        _fenced.TrySetResult();
        JournalLog.Fenced(_logger);
        var rest = new List<WriteRequest>();
        while (_queue.Take(rest, int.MaxValue))
        {
            Refuse(rest, JournalUnavailable.Fenced);
            rest.Clear();
        }
    }

    private void RefuseEverything(List<WriteRequest> batch, JournalUnavailable reason)
    {
        _queue.Close(reason);
        do
        {
            foreach (var request in batch) request.Fail(reason);
            batch.Clear();
        }
        while (_queue.Take(batch, int.MaxValue));
    }
}
