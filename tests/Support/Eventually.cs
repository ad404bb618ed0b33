using System.Diagnostics;

namespace Conference.Support;

/// <summary>Waits for something real to happen: looks again and again until it has, with a bound that only a failure reaches.</summary>
public static class Eventually
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Waits until <paramref name="look"/> gives true; fails with what <paramref name="describe"/> says. Looks <paramref name="every"/> so often (40 ms): less often where a look costs something.</summary>
    public static async Task<TimeSpan> True(Func<Task<bool>> look, Func<Task<string>> describe, TimeSpan? bound = null, TimeSpan? every = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await look()) return clock.Elapsed;
            if (clock.Elapsed > (bound ?? Bound)) throw new TimeoutException($"not within {(bound ?? Bound).TotalSeconds:0} s: {await describe()}");
            await Task.Delay(every ?? TimeSpan.FromMilliseconds(40));
        }
    }

    /// <summary>As above, for something that is described by a constant.</summary>
    public static Task<TimeSpan> True(Func<Task<bool>> look, string what, TimeSpan? bound = null) => True(look, () => Task.FromResult(what), bound);
}
