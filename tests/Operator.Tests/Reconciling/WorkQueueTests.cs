using Conference.Operator.Reconciling;
using Conference.Support;

namespace Conference.Operator.Tests.Reconciling;

public sealed class WorkQueueTests
{
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_key_is_in_the_queue_once()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        queue.Add("a");
        queue.Add("b");
        queue.Add("a");
        Assert.Equal(2, queue.Count);
        Assert.Equal("a", await queue.TakeAsync(CancellationToken.None));
        Assert.Equal("b", await queue.TakeAsync(CancellationToken.None));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task A_key_in_work_comes_round_again_after_it_is_done()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        queue.Add("a");
        await queue.TakeAsync(CancellationToken.None);
        queue.Add("a");
        queue.Add("a");
        Assert.Equal(0, queue.Count);
        queue.Done("a");
        Assert.Equal(1, queue.Count);
        await queue.TakeAsync(CancellationToken.None);
        queue.Done("a");
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Pauses_double_per_key_up_to_the_longest_and_begin_anew_after_forgetting()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        Assert.Equal([1, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(_ => queue.Retry("a").TotalSeconds));
        Assert.Equal(1, queue.Retry("b").TotalSeconds);
        queue.Forget("a");
        Assert.Equal(1, queue.Retry("a").TotalSeconds);
    }

    [Fact]
    public async Task A_key_that_failed_waits_while_others_go_on()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        queue.Retry("a");
        queue.Add("b");
        Assert.Equal("b", await queue.TakeAsync(CancellationToken.None));
        Assert.Equal(0, queue.Count);
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.Equal(0, queue.Count);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal("a", await queue.TakeAsync(CancellationToken.None));
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public void The_earliest_of_several_times_wins()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        queue.AddAfter("a", TimeSpan.FromSeconds(5));
        queue.AddAfter("a", TimeSpan.FromSeconds(2));
        queue.AddAfter("a", TimeSpan.FromSeconds(9));
        Assert.Equal(1, _time.PendingTimers);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, queue.Count);
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public void A_planned_look_does_not_delay_an_urgent_one()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        queue.AddAfter("a", TimeSpan.FromSeconds(5));
        queue.Add("a");
        Assert.Equal(1, queue.Count);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public async Task Workers_share_keys_and_never_one_key()
    {
        using var queue = new WorkQueue<int>(Pauses, _time);
        using var end = new CancellationTokenSource();
        var working = new int[10];
        var looks = 0;
        var clash = false;
        var run = queue.RunAsync(4, async (key, _) =>
        {
            clash |= Interlocked.Increment(ref working[key]) > 1;
            await Task.Yield();
            Interlocked.Decrement(ref working[key]);
            if (Interlocked.Increment(ref looks) < 500) queue.Add((key * 7 + 1) % 10);
        }, end.Token);
        for (var round = 0; round < 100; round++)
            for (var key = 0; key < 10; key++) queue.Add(key);
        await Eventually.True(() => Task.FromResult(Volatile.Read(ref looks) >= 100 && queue.Count == 0), "all keys are looked at");
        await end.CancelAsync();
        await run;
        Assert.False(clash);
    }

    [Fact]
    public async Task What_is_added_during_a_look_is_never_lost()
    {
        using var queue = new WorkQueue<string>(Pauses, _time);
        using var end = new CancellationTokenSource();
        int wanted = 0, seen = 0;
        var run = queue.RunAsync(3, async (_, _) =>
        {
            var now = Volatile.Read(ref wanted);
            await Task.Yield();
            Volatile.Write(ref seen, now);
        }, end.Token);
        for (var i = 1; i <= 2000; i++)
        {
            Volatile.Write(ref wanted, i);
            queue.Add("a");
            if (i % 50 == 0) await Task.Yield();
        }
        await Eventually.True(() => Task.FromResult(Volatile.Read(ref seen) == 2000), "the last change is seen");
        await end.CancelAsync();
        await run;
    }

    [Fact]
    public void After_its_end_nothing_falls_due()
    {
        var queue = new WorkQueue<string>(Pauses, _time);
        queue.AddAfter("a", TimeSpan.FromSeconds(1));
        queue.Dispose();
        Assert.Equal(0, _time.PendingTimers);
        queue.Add("b");
        Assert.Equal(0, queue.Count);
    }
}
