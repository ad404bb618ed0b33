using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, case R20.</summary>
[Collection("silo")]
public sealed class IdentityTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    private IGrainFactory Factory => silo.Host.Grains;

    [Fact]
    public async Task Every_kind_of_key_reaches_its_grain()
    {
        var guid = Guid.NewGuid();
        Assert.Equal(-5, await Factory.GetGrain<INumberGrain>(-5).Key());
        Assert.Equal(guid, await Factory.GetGrain<IGuidGrain>(guid).Key());
        Assert.Equal($"{guid} ext", await Factory.GetGrain<ICompoundGrain>(guid, "ext").Key());
        Assert.Equal("77 ext", await Factory.GetGrain<INumberedCompoundGrain>(77, "ext").Key());
        Assert.Equal($"identity/{_name}", await Factory.GetGrain<IIdentityGrain>(_name).Identity());
    }

    [Fact]
    public void References_know_their_key_and_are_equal_by_it()
    {
        var one = Factory.GetGrain<IIdentityGrain>(_name);
        Assert.Equal(_name, one.GetPrimaryKeyString());
        Assert.Equal(one, Factory.GetGrain<IIdentityGrain>(_name));
        Assert.Equal(one.GetHashCode(), Factory.GetGrain<IIdentityGrain>(_name).GetHashCode());
        Assert.NotEqual(one, Factory.GetGrain<IIdentityGrain>($"{_name}x"));
        Assert.Equal($"identity/{_name}", one.GetGrainId().ToString());
    }

    [Fact]
    public async Task A_reference_can_be_passed_called_and_returned()
    {
        var other = Factory.GetGrain<IIdentityGrain>($"{_name}other");
        var returned = await Factory.GetGrain<IIdentityGrain>(_name).Introduce(other);
        Assert.Equal(other, returned);
        Assert.Equal([$"identity/{_name}other"], Stage.LogOf(_name));
        Assert.Equal($"identity/{_name}other", await returned.Identity());
    }

    [Fact]
    public async Task A_grain_can_be_had_by_its_identity()
    {
        var id = Factory.GetGrain<IIdentityGrain>(_name).GetGrainId();
        Assert.Equal($"identity/{_name}", await Factory.GetGrain<IIdentityGrain>(id).Identity());
    }

    [Fact]
    public async Task Of_two_classes_the_prefix_chooses()
    {
        Assert.Equal("first", await Factory.GetGrain<IAmbiguous>(_name, typeof(FirstAmbiguousGrain).FullName).Which());
        Assert.Equal("second", await Factory.GetGrain<IAmbiguous>(_name, typeof(SecondAmbiguousGrain).FullName).Which());
        Assert.Throws<ArgumentException>(() => Factory.GetGrain<IAmbiguous>(_name));
        Assert.Throws<ArgumentException>(() => Factory.GetGrain<IUnserved>(_name));
    }
}
