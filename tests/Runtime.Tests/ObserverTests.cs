using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R17 to R19.</summary>
[Collection("silo")]
public sealed class ObserverTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    private IGrainFactory Factory => silo.Host.Grains;

    private ISpeakerGrain Speaker => Factory.GetGrain<ISpeakerGrain>(_name);

    /// <summary>docs/runtime.md, case R17.</summary>
    [Fact]
    public async Task Notifications_come_in_order_one_at_a_time_and_hold_nobody_up()
    {
        var listener = new Listener(_name, holdAt: 10);
        var reference = Factory.CreateObjectReference<IListener>(listener);
        await Speaker.Add(reference);
        await Speaker.Say(100).WaitAsync(Stage.Bound);
        await Stage.When($"{_name}.holds");
        Assert.Equal(1, await Speaker.Count());
        Stage.Raise($"{_name}.goes");
        await Stage.When($"{_name}.99");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i.ToString()), Stage.LogOf(_name));
        GC.KeepAlive(listener);
    }

    /// <summary>docs/runtime.md, case R17.</summary>
    [Fact]
    public async Task An_observer_can_answer_and_refuse()
    {
        var listener = new Listener(_name);
        await Speaker.Add(Factory.CreateObjectReference<IListener>(listener));
        Assert.Equal(42, Assert.Single(await Speaker.Ask(41)));
        Assert.Equal(5, (await Assert.ThrowsAsync<PlaceTakenException>(() => Speaker.BeRefused("no"))).Place);
        GC.KeepAlive(listener);
    }

    /// <summary>docs/runtime.md, case R18.</summary>
    [Fact]
    public async Task A_deleted_observer_hears_nothing_and_answers_with_a_timeout()
    {
        var listener = new Listener(_name);
        var reference = Factory.CreateObjectReference<IListener>(listener);
        await Speaker.Add(reference);
        Factory.DeleteObjectReference<IListener>(reference);
        await Speaker.Say(3);
        // The failing answer to the grain comes no later than the response timeout of the call to the grain itself, or just after it.
        await Assert.ThrowsAsync<TimeoutException>(() => Speaker.Ask(1).WaitAsync(Stage.Bound));
        Assert.Empty(Stage.LogOf(_name));
        GC.KeepAlive(listener);
    }

    /// <summary>docs/runtime.md, case R18.</summary>
    [Fact]
    public void Only_a_living_observer_reference_can_be_deleted()
    {
        var listener = new Listener(_name);
        var reference = Factory.CreateObjectReference<IListener>(listener);
        Assert.Throws<ArgumentException>(() => Factory.DeleteObjectReference<IListener>(listener));
        Assert.Throws<ArgumentException>(() => Factory.CreateObjectReference<IListener>(reference));
        Factory.DeleteObjectReference<IListener>(reference);
        Assert.Throws<ArgumentException>(() => Factory.DeleteObjectReference<IListener>(reference));
    }

    /// <summary>docs/runtime.md, case R19.</summary>
    [Fact]
    public async Task References_are_equal_when_they_name_the_same_observer()
    {
        var listener = new Listener(_name);
        var (one, other) = (Factory.CreateObjectReference<IListener>(listener), Factory.CreateObjectReference<IListener>(listener));
        await Speaker.Add(one);
        await Speaker.Add(one);
        await Speaker.Add(other);
        Assert.Equal(2, await Speaker.Count());
        Assert.NotEqual(one, other);
        GC.KeepAlive(listener);
    }

    /// <summary>docs/runtime.md, case R19.</summary>
    [Fact]
    public async Task An_object_that_is_no_reference_cannot_be_passed()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => Speaker.Add(new Listener(_name)).WaitAsync(Stage.Bound));
    }
}
