using Conference.MediaPod.Sfu.Spreading;
using Conference.Sfu.Tests.Workers;

namespace Conference.Sfu.Tests.Spreading;

/// <summary>One room on two workers, turned by hand, with the real rings between them.</summary>
internal sealed class SpreadRig : IAsyncDisposable
{
    private readonly CrossingSet _crossings;

    public SpreadRig(TimeProvider? time = null)
    {
        Home = new WorkerRig(time, index: 0, count: 2);
        Other = new WorkerRig(time ?? Home.Time, index: 1, count: 2);
        _crossings = new CrossingSet([Home.Worker, Other.Worker]);
    }

    public WorkerRig Home { get; }
    public WorkerRig Other { get; }

    /// <summary>The room lives on both from now on.</summary>
    public SpreadRig Spread()
    {
        Other.Worker.Post(w => w.Spread("room", [0, 1]));
        Home.Worker.Post(w => w.Spread("room", [0, 1]));
        return Turn();
    }

    /// <summary>It lives on its home alone again.</summary>
    public void Gather()
    {
        Other.Worker.Post(w => w.Spread("room", [0]));
        Home.Worker.Post(w => w.Spread("room", [0]));
        Turn();
    }

    /// <summary>Turns both until what one says to the other is dealt with.</summary>
    public SpreadRig Turn()
    {
        for (var i = 0; i < 4; i++)
        {
            Home.Turn();
            Other.Turn();
        }
        return this;
    }

    /// <summary>Lets time pass in steps of 5 ms, turning at each.</summary>
    public void Pass(int milliseconds, Action<int>? each = null)
    {
        for (var passed = 0; passed < milliseconds; passed += 5)
        {
            Home.Time.Advance(TimeSpan.FromMilliseconds(5));
            each?.Invoke(passed);
            Turn();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Home.DisposeAsync();
        await Other.DisposeAsync();
        _crossings.Dispose();
    }
}
