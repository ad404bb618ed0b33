using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;

namespace Conference.Operator.Tests.Pods;

/// <summary>The address that a pod advertises, and its region, as soon as they can be known.</summary>
public sealed class PodAddressTests
{
    private static readonly Node Both = NodeWith(("InternalIP", "10.0.0.1"), ("ExternalIP", "203.0.113.1"));

    [Theory]
    [InlineData("NodeInternalIP", AddressSource.HostField)]
    [InlineData("PodIP", AddressSource.PodField)]
    [InlineData("NodeExternalIP", AddressSource.File)]
    [InlineData("media.example.org", AddressSource.File)]
    [InlineData(null, AddressSource.File)]
    public void Where_it_comes_from(string? advertise, AddressSource source)
    {
        var network = new PoolNetwork { Advertise = advertise };
        Assert.Equal(source, PodAddress.SourceOf(network));
        var env = PodBuilderTests.Build(new() { Image = "m:1", Network = network }).Spec.Containers[0].Env!.Where(e => e.Name.StartsWith("CONFERENCE_PUBLIC", StringComparison.Ordinal)).ToArray();
        var address = Assert.Single(env);
        if (source == AddressSource.File) Assert.Equal(("CONFERENCE_PUBLIC_ADDRESS_FILE", "/etc/conference/pod/public-address"), (address.Name, address.Value));
        else Assert.Equal(source == AddressSource.HostField ? "status.hostIP" : "status.podIP", address.ValueFrom!.FieldRef!.FieldPath);
    }

    [Fact]
    public void The_nodes_external_address_is_written_once_the_node_is_known()
    {
        var (spec, pod) = Pod(new());
        Assert.Empty(PodAddress.Lacking(spec, pod, null, null));
        Assert.Equal("203.0.113.1", Assert.Single(PodAddress.Lacking(spec, pod, Both, null)).Value);
        Assert.Equal("10.0.0.1", Assert.Single(PodAddress.Lacking(spec, pod, NodeWith(("InternalIP", "10.0.0.1")), null)).Value);
        var told = pod with { Metadata = pod.Metadata with { Annotations = new Dictionary<string, string> { [PodNames.PublicAddress] = "203.0.113.1" } } };
        Assert.Empty(PodAddress.Lacking(spec, told, Both, null));
        Assert.Null(PodAddress.WaitsFor(spec, told, Both, null));
        Assert.Contains("neither an external", PodAddress.WaitsFor(spec, pod, NodeWith(), null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_address_is_there_from_the_start()
    {
        var (spec, pod) = Pod(new() { Advertise = "198.51.100.7" });
        Assert.Equal("198.51.100.7", pod.Metadata.Annotation(PodNames.PublicAddress));
        Assert.Empty(PodAddress.Lacking(spec, pod, Both, null));
    }

    [Fact]
    public void Behind_a_load_balancer_the_pod_waits_for_its_address()
    {
        var (spec, pod) = Pod(new() { Mode = NetworkMode.LoadBalancer });
        Assert.Empty(PodAddress.Lacking(spec, pod, Both, null));
        Assert.Contains("load balancer", PodAddress.WaitsFor(spec, pod, Both, new Service()), StringComparison.Ordinal);
        var service = new Service { Status = new() { LoadBalancer = new() { Ingress = [new() { Hostname = "lb.example.org" }] } } };
        Assert.Equal("lb.example.org", PodAddress.Lacking(spec, pod, Both, service)[PodNames.PublicAddress]);
        Assert.Null(PodAddress.WaitsFor(spec, pod, Both, service));
    }

    [Theory]
    [InlineData("eu-1", "eu-1")]
    [InlineData(null, "local")]
    public void Without_a_region_in_the_pool_it_is_the_nodes(string? label, string region)
    {
        var (spec, pod) = Pod(new() { Advertise = "PodIP" }, region: null);
        Assert.Contains(pod.Spec.Containers[0].Env!, e => e is { Name: "CONFERENCE_REGION_FILE", Value: "/etc/conference/pod/region" });
        var node = Both with { Metadata = new() { Name = "n1", Labels = label is null ? null : new Dictionary<string, string> { [PodNames.TopologyRegion] = label } } };
        Assert.Equal(region, PodAddress.Lacking(spec, pod, node, null)[PodNames.NodeRegion]);
    }

    private static (MediaPodPoolSpec Spec, Pod Pod) Pod(PoolNetwork network, string? region = "eu")
    {
        var spec = new MediaPodPoolSpec { Image = "m:1", Region = region, Network = network };
        var pod = PodBuilderTests.Build(spec);
        return (spec, pod with { Spec = pod.Spec with { NodeName = "n1" } });
    }

    private static Node NodeWith(params (string Type, string Address)[] addresses) =>
        new() { Metadata = new() { Name = "n1" }, Status = new() { Addresses = [.. addresses.Select(a => new NodeAddress { Type = a.Type, Address = a.Address })] } };
}
