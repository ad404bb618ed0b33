using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, case R21.</summary>
[Collection("silo")]
public sealed class RequestContextTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    [Fact]
    public async Task The_request_context_goes_with_calls_and_does_not_come_back()
    {
        RequestContext.Set("who", "test");
        ContextGrain.NotCarried.Value = "ambient";
        Assert.Equal(["test", "changed", "nothing"], await Grain("").Who("changed"));
        Assert.Equal("test", RequestContext.Get("who"));
        Assert.Equal(["test", "next", "nothing"], await Grain("").Forward($"{_name}next"));
        RequestContext.Clear();
        Assert.Equal(["nobody", "changed", "nothing"], await Grain("").Who("changed"));
    }

    private IContextGrain Grain(string suffix) => silo.Host.Grains.GetGrain<IContextGrain>(_name + suffix);
}
