namespace Conference.MediaPod.Sfu.Workers;

/// <summary>When sound was received and how many copies were made of it, batch by batch, until it has left. Pure: time is an argument.</summary>
internal sealed class SoundTurn
{
    private const int MostBatches = 16;

    private readonly (long ReceivedAt, long Copies)[] _batches = new (long, long)[MostBatches];
    private int _count;
    private long _before;

    /// <summary>Copies were made that have not left.</summary>
    public bool Waits => _count > 0;

    /// <summary>A batch of datagrams was received.</summary>
    public void Received(WorkerTally tally, long now)
    {
        _batches[_count].ReceivedAt = now;
        _before = tally.SoundForwarded;
    }

    /// <summary>All of it was worked on.</summary>
    public void Done(WorkerTally tally)
    {
        var copies = tally.SoundForwarded - _before;
        _batches[_count].Copies = copies;
        if (copies > 0 && _count < MostBatches - 1) _count++;
    }

    /// <summary>What was made has been handed to the kernel.</summary>
    public void Left(WorkerTally tally, long now)
    {
        for (var i = 0; i < _count; i++) tally.Sound.Add(now - _batches[i].ReceivedAt, _batches[i].Copies);
        _count = 0;
    }
}
