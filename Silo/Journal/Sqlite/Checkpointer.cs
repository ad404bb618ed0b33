using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database file on a thread of its own while the writer goes on appending to it. Only the writer
/// can start the log again from its beginning, so the little that arrived meanwhile is left to it: see <see cref="TakeFinished"/>.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    /// <summary>Each pass leaves what was written during it; after these many, or below this many frames, the rest is for the writer.</summary>
    private const int Passes = 4;
    private const long SmallRest = 256;

    private readonly object _gate = new();
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private State _state = State.Idle;

    public Checkpointer(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _thread = new Thread(Run) { Name = "journal-checkpoint", IsBackground = true };
        _thread.Start();
    }

    private enum State
    {
        Idle,
        Asked,
        Running,
        Finished,
        Closed,
    }

    /// <summary>Starts a checkpoint. Does nothing while one runs.</summary>
    public void Ask()
    {
        lock (_gate)
        {
            if (_state != State.Idle) return;
            _state = State.Asked;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>True once after each checkpoint: the writer copies the rest now, between two batches.</summary>
    public bool TakeFinished()
    {
        lock (_gate)
        {
            if (_state != State.Finished) return false;
            _state = State.Idle;
            return true;
        }
    }

    /// <summary>Waits for the checkpoint that runs, if one does, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _state = State.Closed;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (WaitUntilAsked())
        {
            try
            {
                using var connection = new Connection(_path);
                for (var pass = 0; pass < Passes && connection.Checkpoint() > SmallRest; pass++)
                {
                }
            }
            catch (SqliteFault fault)
            {
                JournalLog.CheckpointFailed(_logger, fault.Message);
            }
            lock (_gate)
            {
                if (_state == State.Running) _state = State.Finished;
            }
        }
    }

    private bool WaitUntilAsked()
    {
        lock (_gate)
        {
            while (_state is not (State.Asked or State.Closed)) Monitor.Wait(_gate);
            if (_state == State.Closed) return false;
            _state = State.Running;
            return true;
        }
    }
}
