using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

/// <summary>Holds the writer after its first batch until released, so that what is queued meanwhile becomes one batch.</summary>
public sealed class HeldWriter : IJournalProbe, IDisposable
{
    private readonly ManualResetEventSlim _isHolding = new();
    private readonly ManualResetEventSlim _release = new();
    private int _batches;

    /// <summary>Batches committed so far.</summary>
    public int Batches => Volatile.Read(ref _batches);

    public void Reached(JournalPoint point)
    {
        if (point == JournalPoint.AfterCommit) Interlocked.Increment(ref _batches);
        if (point != JournalPoint.AfterAcknowledgement) return;
        _isHolding.Set();
        _release.Wait(TimeSpan.FromSeconds(30));
    }

    public void WaitUntilHolding() => Assert.True(_isHolding.Wait(TimeSpan.FromSeconds(30)));

    public void Release() => _release.Set();

    public void Dispose()
    {
        _release.Set();
        _isHolding.Dispose();
    }
}
