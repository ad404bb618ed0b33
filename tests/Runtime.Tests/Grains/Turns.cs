using Orleans.Concurrency;

namespace Conference.Runtime.Tests.Grains;

public interface ITurns
{
    /// <summary>Raises NAME.in, waits for NAME.out, and says how many requests were inside at the most.</summary>
    Task<int> Stay(string name);

    Task Append(int number);

    Task<int[]> Appended();

    [AlwaysInterleave]
    Task<int> CountInside();

    [ReadOnly]
    Task<int> StayReading(string name);

    /// <summary>Whether the scheduler is the same before and after all kinds of awaits, and is not the thread pool's.</summary>
    Task<bool> ComesBack();

    /// <summary>Yields that many times and counts how often it met another request in the middle of a turn.</summary>
    Task<int> MeetOthers(int times);
}

public interface IOneByOneGrain : IGrainWithStringKey, ITurns;

public interface IReentrantGrain : IGrainWithStringKey, ITurns;

public sealed class OneByOneGrain : TurnsGrain, IOneByOneGrain;

[Reentrant]
public sealed class ReentrantGrain : TurnsGrain, IReentrantGrain;

public abstract class TurnsGrain : Grain, ITurns
{
    private readonly List<int> _appended = [];
    private int _inside;
    private int _mostInside;
    private int _inTurn;

    public async Task<int> Stay(string name)
    {
        _mostInside = Math.Max(_mostInside, ++_inside);
        Stage.Raise($"{name}.in");
        await Stage.When($"{name}.out");
        _inside--;
        return _mostInside;
    }

    public Task<int> StayReading(string name) => Stay(name);

    public async Task Append(int number)
    {
        await Task.Yield();
        _appended.Add(number);
    }

    public Task<int[]> Appended() => Task.FromResult(_appended.ToArray());

    public Task<int> CountInside() => Task.FromResult(_inside);

    public async Task<bool> ComesBack()
    {
        var mine = TaskScheduler.Current;
        var same = mine != TaskScheduler.Default;
        await Task.Yield();
        same &= TaskScheduler.Current == mine;
        await Task.Delay(1);
        same &= TaskScheduler.Current == mine;
        await Task.Run(() => { });
        same &= TaskScheduler.Current == mine;
        await Task.WhenAll(Task.Delay(1), Task.Delay(2));
        return same && TaskScheduler.Current == mine;
    }

    public async Task<int> MeetOthers(int times)
    {
        var met = 0;
        for (var i = 0; i < times; i++)
        {
            if (Interlocked.Increment(ref _inTurn) != 1) met++;
            Thread.SpinWait(50);
            Interlocked.Decrement(ref _inTurn);
            await Task.Yield();
        }
        return met;
    }
}
