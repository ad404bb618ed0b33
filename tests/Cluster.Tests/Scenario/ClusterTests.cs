using Conference.Cluster.Tests.Support;
using Conference.Contracts.Api;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Cluster.Tests.Scenario;

/// <summary>
/// The product on a real Kubernetes, as one story in the order of the names: installed, under load, with everything failing that can fail, upgraded, uninstalled. Two people in real
/// browsers are there from the beginning; what happens to their sound and picture is measured throughout.
/// </summary>
[TestCaseOrderer("Conference.Cluster.Tests.Support.Order", "Conference.Cluster.Tests")]
public sealed partial class ClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly PersonSpec AnnSpec = new(1, "Ann"), BobSpec = new(2, "Bob");

    private Kubectl Kubectl => cluster.Story.Kubectl ?? throw new InvalidOperationException("the first test did not install the release");

    private Uri Gateway => cluster.Story.Gateway ?? throw new InvalidOperationException("the first test did not find the Gateway");

    private Person Ann => cluster.Story.Ann ?? throw new InvalidOperationException("the first test did not bring Ann in");

    private Person Bob => cluster.Story.Bob ?? throw new InvalidOperationException("the first test did not bring Bob in");

    private Pool Pool => new(Kubectl);

    private Silo Silo => new(Kubectl);

    private async Task<Uri> GatewayOfAsync(Kubectl kubectl)
    {
        var port = (int)(await kubectl.GetAsync("service", "conference-gateway"))["spec"]!["ports"]![0]!["nodePort"]!;
        var node = (await kubectl.ListAsync("nodes")).First(n => (string?)n["metadata"]!["name"] != "node2");
        var address = (string)node["status"]!["addresses"]!.AsArray().First(a => (string?)a!["type"] == "InternalIP")!["address"]!;
        return new Uri($"http://{address}:{port}/");
    }

    private string LinkOf(CreateMeetingResponse meeting) => new Uri(Gateway, $"/j/{meeting.Code}").ToString();

    /// <summary>Both see and hear each other now.</summary>
    private async Task MeetAsync()
    {
        await Task.WhenAll(Ann.SeesAsync(Bob), Bob.SeesAsync(Ann));
        await Task.WhenAll(Ann.HearsAsync(Bob), Bob.HearsAsync(Ann));
    }

    /// <summary>The media pod that carries Ann and Bob: the one that whoever joins them is sent to.</summary>
    private Task<string> TheirPodAsync() => PlaceAsync("Silent", cluster.Story.Meeting);
}
