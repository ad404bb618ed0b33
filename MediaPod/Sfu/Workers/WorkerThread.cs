using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>A worker's dedicated thread: sleeps on its socket and its mailbox, and makes the worker turn.</summary>
public sealed class WorkerThread : IDisposable
{
    private const ulong SocketToken = 0;
    private const ulong MailboxToken = 1;
    private const ulong StreamsToken = 2;
    private const long IdleMicroseconds = 20_000;
    private const long AfterFaultMicroseconds = 1_000;

    private readonly MediaWorker _worker;
    private readonly WorkerPort _port;
    private readonly WakeUp _wakeUp = new();
    private readonly Epoll _epoll = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <summary>Starts the loop. From now on the worker is used by this thread alone, except for <see cref="MediaWorker.Post"/>.</summary>
    public WorkerThread(int index, MediaWorker worker, WorkerPort port)
    {
        _worker = worker;
        _port = port;
        _epoll.Add(port.Udp.Descriptor, EpollEvents.Readable, SocketToken);
        if (port.Streams is { } streams) _epoll.Add(streams.Descriptor, EpollEvents.Readable, StreamsToken);
        _epoll.Add(_wakeUp.Descriptor, EpollEvents.Readable, MailboxToken);
        worker.Wake = _wakeUp.Signal;
        _thread = new Thread(Run) { Name = $"media-worker-{index}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The thread's niceness, -20 to 19: below 0 it is ahead of the process' other threads, which needs rights; 0 until it runs.</summary>
    public int Niceness { get; private set; }

    /// <summary>Completes when the loop has ended.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Ends the loop after the turn it is in, and the sessions; what is in the mailbox by then is still dealt with. The worker is to be disposed when the task is done.</summary>
    public Task StopAsync()
    {
        _stopping = true;
        _wakeUp.Signal();
        return _stopped.Task;
    }

    /// <summary>Closes the port; after the loop has ended.</summary>
    public void Dispose()
    {
        _epoll.Dispose();
        _wakeUp.Dispose();
        _port.Dispose();
    }

    private void Run()
    {
        long turns = 0;
        Niceness = ThreadUrgency.Raise();
        while (!_stopping)
        {
            var due = Turn();
            if ((++turns & 63) == 0 || due >= IdleMicroseconds) _worker.Tally.CpuNanoseconds = ThreadCpuClock.Nanoseconds;
            if (due == 0) continue;
            var ready = _epoll.Wait(due);
            for (var i = 0; i < ready; i++)
            {
                if (_epoll.Token(i) == StreamsToken) _port.Streams!.MarkReady();
            }
            // Reset before the mailbox is looked at, so that nothing posted is slept through.
            _wakeUp.Reset();
        }
        Turn();
        _worker.Stop();
        _stopped.SetResult();
    }

    private long Turn()
    {
        try
        {
            return _worker.Turn();
        }
        catch (Exception fault)
        {
            // Nothing on the packet path throws; if it did after all, the other meetings of the worker are to go on.
            _worker.Tally.Fault(fault);
            return AfterFaultMicroseconds;
        }
    }
}
