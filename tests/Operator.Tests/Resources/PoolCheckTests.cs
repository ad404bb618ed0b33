using Conference.Operator.Resources;

namespace Conference.Operator.Tests.Resources;

/// <summary>S1 of docs/scaling.md: what is wrong with a spec is said in words.</summary>
public sealed class PoolCheckTests
{
    private static readonly MediaPodPoolSpec Good = new() { Image = "m:1" };

    [Fact]
    public void The_defaults_fit_together() => Assert.Empty(PoolCheck.Faults(Good));

    public static TheoryData<string, string> Wrong() => new()
    {
        { "image", "image is empty" },
        { "minMax", "minPods (5) is larger than maxPods (3)" },
        { "buffer", "buffer.participants (1001) is more than maxPods times capacity.participants (1000)" },
        { "order", "first (40010) is larger than last (40000)" },
        { "narrow", "holds 3 ports, but one pod needs 4" },
        { "advertise", "'NodeExternalIp' is neither" },
        { "env", "CONFERENCE_SECRET is set by the operator" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void S1_each_fault_is_named(string what, string message)
    {
        var spec = what switch
        {
            "image" => Good with { Image = " " },
            "minMax" => Good with { MinPods = 5, MaxPods = 3 },
            "buffer" => Good with { MaxPods = 2, Buffer = new() { Participants = 1001 } },
            "order" => Good with { Network = new() { UdpPortRange = new() { First = 40010, Last = 40000 } } },
            "narrow" => Good with { Network = new() { Workers = 4, UdpPortRange = new() { First = 40000, Last = 40002 } } },
            "advertise" => Good with { Network = new() { Advertise = "NodeExternalIp" } },
            _ => Good with { Template = new() { Env = [new() { Name = "CONFERENCE_SECRET", Value = "x" }] } },
        };
        Assert.Contains(message, Assert.Single(PoolCheck.Faults(spec)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NodeExternalIP")]
    [InlineData("NodeInternalIP")]
    [InlineData("PodIP")]
    [InlineData("203.0.113.5")]
    [InlineData("203.0.113.5,2001:db8::1")]
    [InlineData("media.example.org")]
    public void What_may_be_advertised(string text) => Assert.Empty(PoolCheck.Faults(Good with { Network = new() { Advertise = text } }));
}
