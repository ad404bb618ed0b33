using Conference.Cluster.Tests.Support;

namespace Conference.Cluster.Tests.Scenario;

public sealed partial class ClusterTests
{
    [ClusterFact]
    public async Task S1d_Prometheus_scrapes_all_four_services()
    {
        Assert.Null(Prometheus.Obstacle);
        await using var prometheus = await Prometheus.StartAsync(cluster.Folder, Kubectl);
        var took = await prometheus.HasAsync("min by (service) (up)", "service", up => up.Count == 4 && up.Values.All(v => v == 1));
        Times.Note("1: Prometheus scrapes Gateway, silo, media pod and operator after", took);
        await prometheus.HasAsync("sum by (service) (rate(media_packets_forwarded_total[5s]))", "service", v => v.GetValueOrDefault("mediapod") > 10);
        await prometheus.HasAsync("sum by (service) (conference_silo_signal_sockets)", "service", v => v.GetValueOrDefault("silo") == 2);
        await prometheus.HasAsync("sum by (pool) (conference_operator_pool_ready)", "pool", v => v.GetValueOrDefault("local") == 1);
        // Every panel of the dashboard has something to show, or at least asks for what is measured.
        using var http = new HttpClient { BaseAddress = Gateway };
        await http.PostAsync("media/nobody/sessions", null); // something that the Gateway refuses
        foreach (var metric in Dashboards.Metrics) await prometheus.HasAsync($"count by (service) ({metric})", "service", found => found.Count > 0);
        foreach (var expression in Dashboards.Expressions) Assert.True(await prometheus.UnderstandsAsync(Dashboards.Filled(expression)), expression);
    }
}
