using Conference.Operator.Cluster;
using Conference.Operator.Tests.Support;
using Conference.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Conference.Operator.Tests.Cluster;

/// <summary>Leases on a real API server, with real time.</summary>
[Collection(KubeCollection.Name)]
public sealed class LeaderElectionTests(ApiServer server, ITestOutputHelper output)
{
    private static readonly LeaderTimes Times = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(300));

    [KubeFact]
    public async Task Two_candidates_have_one_leader_and_a_leader_that_ends_hands_over()
    {
        var ns = await server.NamespaceAsync();
        await using var first = new Candidate(server.Client, ns, "first");
        await Eventually.True(() => Task.FromResult(first.Leads), "the first one leads");
        await using var second = new Candidate(server.Client, ns, "second");
        await Eventually.True(() => Task.FromResult(second.Election.Holder == "first"), "the second one sees it");
        Assert.False(second.Leads);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await first.DisposeAsync();
        await Eventually.True(() => Task.FromResult(second.Leads), "the second one leads");
        output.WriteLine($"a leader that ended was replaced after {clock.Elapsed.TotalSeconds:0.00} s (lease of {Times.LeaseDuration.TotalSeconds} s)");
        var lease = (await server.Client.GetAsync(ResourceTypes.Leases, ns, "operator", CancellationToken.None)).Require();
        Assert.Equal("second", lease.Spec.HolderIdentity);
        Assert.Equal(0, first.Overlap + second.Overlap);
    }

    [KubeFact]
    public async Task A_leader_that_loses_the_server_stops_before_another_begins()
    {
        var ns = await server.NamespaceAsync();
        var good = new KubeConfigFile(server.ConfigFile).Read();
        var source = new FixedConfig(good);
        using var cut = ApiServer.Connect(source);
        await using var first = new Candidate(cut, ns, "first");
        await Eventually.True(() => Task.FromResult(first.Leads), "the first one leads");
        await using var second = new Candidate(server.Client, ns, "second");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        source.Config = good with { Server = new Uri("https://127.0.0.1:9") }; // read again within 5 s
        await Eventually.True(() => Task.FromResult(second.Leads), "the second one leads");
        output.WriteLine($"a leader that was cut off was replaced after {clock.Elapsed.TotalSeconds:0.00} s (lease of {Times.LeaseDuration.TotalSeconds} s)");
        Assert.False(first.Leads);
        Assert.True(first.EndedAt < second.BeganAt, $"first ended at {first.EndedAt}, second began at {second.BeganAt}");
    }

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _run;
        private bool _disposed;

        public Candidate(KubeClient client, string ns, string identity)
        {
            Election = new LeaderElection(client, new LeaderOptions(ns, "operator", identity, Times), TimeProvider.System, NullLogger<LeaderElection>.Instance);
            _run = Task.Run(() => Election.RunAsync(LeadAsync, _end.Token));
        }

        public LeaderElection Election { get; }

        public bool Leads { get; private set; }

        public int Overlap { get; private set; }

        public long BeganAt { get; private set; }

        public long EndedAt { get; private set; } = long.MaxValue;

        public async ValueTask DisposeAsync()
        {
            if (_disposed) return;
            _disposed = true;
            await _end.CancelAsync();
            try
            {
                await _run;
            }
            catch (OperationCanceledException)
            {
                // as asked
            }
            _end.Dispose();
        }

        private async Task LeadAsync(CancellationToken cancellation)
        {
            if (!Election.IsLeader) Overlap++;
            BeganAt = TimeProvider.System.GetTimestamp();
            Leads = true;
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                Leads = false;
                EndedAt = TimeProvider.System.GetTimestamp();
            }
        }
    }
}
