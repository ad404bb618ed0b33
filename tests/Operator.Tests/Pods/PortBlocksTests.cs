using Conference.Operator.Pods;
using Conference.Operator.Resources;

namespace Conference.Operator.Tests.Pods;

/// <summary>Blocks of ports: no clash on a node while one can be avoided.</summary>
public sealed class PortBlocksTests
{
    private static readonly string[] Nodes = ["n1", "n2"];
    private readonly Random _random = new(1);

    [Fact]
    public void A_block_that_nobody_has_comes_first()
    {
        var network = Range(40000, 40007, 2);
        var used = new[] { new PortUse("n1", 40000, 2), new PortUse("n2", 40002, 2), new PortUse(null, 40004, 2) };
        for (var i = 0; i < 20; i++) Assert.Equal(40006, PortBlocks.Choose(network, used, Nodes, _random));
    }

    [Fact]
    public void A_block_that_some_nodes_have_serves_when_no_other_is_left()
    {
        var network = Range(40000, 40003, 2);
        var used = new[] { new PortUse("n1", 40000, 2), new PortUse("n2", 40000, 2), new PortUse("n1", 40002, 2) };
        Assert.Equal(40002, PortBlocks.Choose(network, used, Nodes, _random));
    }

    [Fact]
    public void Without_any_free_block_there_is_none()
    {
        var network = Range(40000, 40003, 2);
        var used = new[] { new PortUse("n1", 40000, 2), new PortUse("n2", 40000, 2), new PortUse("n1", 40002, 2), new PortUse("n2", 40002, 2) };
        Assert.Null(PortBlocks.Choose(network, used, Nodes, _random));
    }

    [Fact]
    public void A_pod_without_a_node_may_come_to_any()
    {
        var network = Range(40000, 40001, 2);
        Assert.Equal(40000, PortBlocks.Choose(network, [new(null, 40000, 2)], Nodes, _random));
        Assert.Null(PortBlocks.Choose(network, [new(null, 40000, 2), new("n1", 40000, 2)], Nodes, _random));
    }

    [Theory]
    [InlineData(39999, 2, true)] // overlaps the first port
    [InlineData(39998, 2, false)]
    [InlineData(40003, 4, true)]
    [InlineData(40004, 4, false)]
    public void Blocks_of_other_sizes_are_in_the_way_where_they_overlap(int first, int count, bool clash)
    {
        var taken = PortBlocks.Choose(Range(40000, 40003, 4), [new("n1", first, count)], ["n1"], _random);
        Assert.Equal(clash ? null : 40000, taken);
    }

    [Fact]
    public void The_rest_of_a_range_that_holds_no_whole_block_is_left() => Assert.Null(PortBlocks.Choose(Range(40000, 40004, 3), [new("n1", 40000, 3)], ["n1"], _random));

    [Fact]
    public void A_node_port_is_the_same_on_all_nodes()
    {
        var network = Range(31000, 31003, 2) with { Mode = NetworkMode.NodePort };
        Assert.Equal(31002, PortBlocks.Choose(network, [new("n1", 31000, 2)], Nodes, _random));
        Assert.Null(PortBlocks.Choose(network, [new("n1", 31000, 2), new("n1", 31002, 2)], Nodes, _random));
    }

    [Fact]
    public void Behind_load_balancers_all_pods_have_the_same_ports()
    {
        var network = Range(40000, 40003, 2) with { Mode = NetworkMode.LoadBalancer };
        Assert.Equal(40000, PortBlocks.Choose(network, [new("n1", 40000, 2)], Nodes, _random));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Filling_a_cluster_never_puts_two_pods_of_one_node_on_a_port_and_leaves_nothing_unused(int seed)
    {
        var random = new Random(seed);
        var network = Range(40000, 40019, 2);
        string[] nodes = ["a", "b", "c"];
        var used = new List<PortUse>();
        for (var i = 0; i < 30; i++)
        {
            var first = PortBlocks.Choose(network, used, nodes, random);
            Assert.NotNull(first);
            // The scheduler takes a node where the ports are free.
            var free = nodes.Where(n => used.All(u => u.Node != n || u.First != first)).ToArray();
            Assert.NotEmpty(free);
            used.Add(new(free[random.Next(free.Length)], first.Value, 2));
        }
        Assert.Null(PortBlocks.Choose(network, used, nodes, random));
    }

    private static PoolNetwork Range(int first, int last, int workers) => new() { Workers = workers, UdpPortRange = new() { First = first, Last = last } };
}
