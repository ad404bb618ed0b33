using System.Collections.Immutable;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;

namespace Conference.Operator.Tests.Pods;

/// <summary>Which nodes count when ports are chosen.</summary>
public sealed class NodeFitTests
{
    private static readonly Node Plain = new()
    {
        Metadata = new() { Name = "n1", Labels = new Dictionary<string, string> { ["pool"] = "media" } },
        Spec = new(),
        Status = new() { Conditions = [new() { Type = "Ready", Status = "True" }] },
    };

    [Fact]
    public void A_plain_node_takes_them() => Assert.True(NodeFit.Takes(Plain, new()));

    [Fact]
    public void A_node_that_is_away_or_closed_does_not()
    {
        Assert.False(NodeFit.Takes(Plain with { Status = new() { Conditions = [new() { Type = "Ready", Status = "Unknown" }] } }, new()));
        Assert.False(NodeFit.Takes(Plain with { Spec = new() { Unschedulable = true } }, new()));
    }

    [Theory]
    [InlineData("media", true)]
    [InlineData("other", false)]
    public void Labels_must_be_there(string value, bool takes) =>
        Assert.Equal(takes, NodeFit.Takes(Plain, new() { NodeSelector = ImmutableSortedDictionary<string, string>.Empty.Add("pool", value) }));

    [Theory]
    [InlineData(null, null, null, null, false)]
    [InlineData("media", "Exists", null, null, true)]
    [InlineData("media", "Equal", "yes", null, true)]
    [InlineData("media", null, "yes", "NoSchedule", true)]
    [InlineData("media", "Equal", "no", null, false)]
    [InlineData("media", "Exists", null, "NoExecute", false)]
    [InlineData("other", "Exists", null, null, false)]
    [InlineData(null, "Exists", null, null, true)]
    public void Taints_must_be_borne(string? key, string? @operator, string? value, string? effect, bool takes)
    {
        var node = Plain with { Spec = new() { Taints = [new() { Key = "media", Value = "yes", Effect = "NoSchedule" }, new() { Key = "x", Effect = "PreferNoSchedule" }] } };
        Assert.Equal(takes, NodeFit.Takes(node, new() { Tolerations = [new() { Key = key, Operator = @operator, Value = value, Effect = effect }] }));
    }
}
