using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>
/// The one thread that writes. Each round takes everything that waits and makes one transaction of it, so the disk is asked to sync
/// once per round and not once per command, and the slower the disk, the deeper the rounds.
/// </summary>
internal sealed class Writer
{
    private const int PageBytes = 4_096;

    private readonly SqliteJournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WriteQueue _queue;
    private readonly JournalMetrics _metrics;
    private readonly Barriers _barriers;
    private readonly Checkpointer _checkpointer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<WriteRequest> _batch = [];
    private WriteSession? _session;
    private long _logBytes;
    private bool _isFailing;

    public Writer(SqliteJournalOptions options, WriteSession session, WriteQueue queue, JournalMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_options, _session, _queue, _metrics, _time, _logger) = (options, session, queue, metrics, time, logger);
        _barriers = new Barriers(queue);
        _checkpointer = new Checkpointer(options.Path, logger);
        _thread = new Thread(Run) { Name = "journal-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Completes when the queue is closed, everything in it has been answered, and the database is given up.</summary>
    public Task Ended => _ended.Task;

    private void Run()
    {
        try
        {
            while (_queue.Take(_batch, _options.BatchLimit))
            {
                WriteBatch();
                _batch.Clear();
            }
        }
        catch (Exception error)
        {
            // A defect, not a fault of the disk. Nobody may wait for ever, and nothing may be written by a thread in an unknown state.
            JournalLog.WriterDied(_logger, error);
            RefuseEverything();
        }
        _checkpointer.Dispose();
        _session?.Dispose();
        _ended.SetResult();
    }

    private void WriteBatch()
    {
        var started = _time.GetTimestamp();
        try
        {
            _session ??= new WriteSession(_options.Path, _time);
            _barriers.Pass(_batch[0].Ticket);
            ApplyAll(_session);
            _options.Probe?.Reached(JournalPoint.BeforeCommit);
            _session.Commit();
        }
        catch (StoreFault fault)
        {
            FailBatch(fault);
            return;
        }
        _options.Probe?.Reached(JournalPoint.AfterCommit);
        if (_isFailing) JournalLog.Recovered(_logger);
        _isFailing = false;
        _metrics.Committed(_batch.Count, _time.GetElapsedTime(started));
        RaiseBarriers(append => append.IsRefused);
        foreach (var request in _batch) request.Acknowledge();
        _options.Probe?.Reached(JournalPoint.AfterAcknowledgement);
        Checkpoint(_session);
    }

    /// <summary>docs/journal.md J7: a write that SQLite refuses for what it is goes alone; the others are applied again without it.</summary>
    private void ApplyAll(WriteSession session)
    {
        WriteRequest? suspect = null;
        for (var index = StartOver(session); index < _batch.Count; index++)
        {
            var request = _batch[index];
            try
            {
                Apply(request, session);
            }
            catch (StoreFault fault) when (fault.IsOfOneWrite)
            {
                session.Rollback();
                // What was remembered of the meeting may have been wrong: with it forgotten, the second try decides on what the database says.
                if (suspect == request) RefuseAlone(request, fault);
                suspect = request;
                index = StartOver(session) - 1;
            }
        }
    }

    private void Apply(WriteRequest request, WriteSession session)
    {
        if (request is not AppendRequest append)
        {
            request.Apply(session);
            return;
        }
        append.IsBehindFailure = _barriers.Holds(append);
        append.Apply(session);
        if (append.IsRefused) _barriers.Raise(append.MeetingId);
    }

    /// <summary>Once more right before the answers go out: what was queued since a failure was found does not know of it either.</summary>
    private void RaiseBarriers(Func<AppendRequest, bool> isFailed)
    {
        foreach (var request in _batch)
            if (request is AppendRequest append && isFailed(append)) _barriers.Raise(append.MeetingId);
    }

    private static int StartOver(WriteSession session)
    {
        session.Begin();
        return 0;
    }

    private void RefuseAlone(WriteRequest request, StoreFault fault)
    {
        JournalLog.WriteFailed(_logger, fault.Reason, fault.Message);
        _metrics.Refused(fault.Reason);
        _batch.Remove(request);
        if (request is AppendRequest append) _barriers.Raise(append.MeetingId);
        request.Fail(fault.Reason);
    }

    /// <summary>docs/journal.md J8 and J9: nothing of the batch is known to be durable. The connection is made anew, because what it remembers may be wrong too.</summary>
    private void FailBatch(StoreFault fault)
    {
        _isFailing = true;
        JournalLog.BatchFailed(_logger, _batch.Count, fault.Reason, fault.Message);
        _metrics.Refused(fault.Reason, _batch.Count);
        try
        {
            _session?.Rollback();
        }
        catch (StoreFault second)
        {
            JournalLog.BatchFailed(_logger, 0, second.Reason, second.Message);
        }
        _session?.Dispose();
        _session = null;
        RaiseBarriers(_ => true);
        foreach (var request in _batch) request.Fail(fault.Reason);
    }

    private void Checkpoint(WriteSession session)
    {
        _logBytes += (long)session.TakePagesWritten() * PageBytes;
        if (_checkpointer.TakeFinished())
        {
            try
            {
                session.Checkpoint();
            }
            catch (StoreFault fault)
            {
                JournalLog.CheckpointFailed(_logger, fault.Message);
            }
        }
        else if (_logBytes >= _options.CheckpointBytes)
        {
            _logBytes = 0;
            _checkpointer.Ask();
        }
    }

    private void RefuseEverything()
    {
        _queue.Close();
        do
        {
            foreach (var request in _batch) request.Fail(JournalUnavailable.StoreFailed);
            _batch.Clear();
        }
        while (_queue.Take(_batch, int.MaxValue));
    }
}
