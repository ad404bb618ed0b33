using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R1, R2, R7 and R8 with everything at once: grains come and go while many callers call them.</summary>
[Collection("silo")]
public sealed class StormTests(SiloFixture silo)
{
    private const int Callers = 8;
    private const int CallsEach = 1_000;
    private const int Keys = 12;

    [Fact]
    public async Task No_call_is_lost_and_no_grain_lives_twice()
    {
        var name = Stage.NewName();
        var expected = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Caller(name, caller))))).Sum();
        var touches = Enumerable.Range(0, Keys).SelectMany(i => new[] { $"{name}{i}", $"{name}{i}x" }).Sum(key => StormGrain.Touches.GetValueOrDefault(key));
        Assert.Equal(expected, touches);
        Assert.Empty(StormGrain.Errors);
        Assert.True(StormGrain.Activations.Values.Max() > 5, "grains have to come and go for this to say something");
    }

    /// <summary>Returns how many touches its calls asked for.</summary>
    private async Task<int> Caller(string name, int caller)
    {
        var random = new Random(1000 + caller);
        var touches = 0;
        for (var i = 0; i < CallsEach; i++)
        {
            var key = name + random.Next(Keys);
            var grain = silo.Host.Grains.GetGrain<IStormGrain>(key);
            var kind = random.Next(20);
            // Calls go from plain keys to those with an x only, so that no two grains ever wait for each other.
            touches += kind is >= 8 and < 12 ? 2 : 1;
            await Rejections.RetryAsync(() => kind switch
            {
                0 => grain.TouchAndLeave(),
                < 8 => grain.TouchLater(),
                < 12 => grain.TouchOther($"{key}x"),
                _ => grain.Touch(),
            }).WaitAsync(Stage.Bound);
        }
        return touches;
    }
}
