using Conference.JournalProof;
using Conference.Silo.Journal;
using Conference.Support;
using Xunit.Abstractions;

namespace Conference.Silo.Tests.Journal;

/// <summary>Real processes, really killed: the silo's, as <c>./bench journal --store postgres</c> does many times, and the server's own.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(CommandTargets.Raw, JournalPoint.BeforeCommit)]
    [InlineData(CommandTargets.Raw, JournalPoint.AfterCommit)]
    [InlineData(CommandTargets.Raw, JournalPoint.AfterAcknowledgement)]
    [InlineData(CommandTargets.Grain, JournalPoint.BeforeCommit)]
    [InlineData(CommandTargets.Grain, JournalPoint.AfterCommit)]
    [InlineData(CommandTargets.Grain, JournalPoint.AfterAcknowledgement)]
    public async Task NothingAcknowledgedIsLostOrDoubledWhenTheSiloIsKilled(string target, JournalPoint point)
    {
        var database = Databases.Create(Databases.Server);
        using var proof = new CrashProof(target, Path.GetTempPath(), seed: 7, database);
        for (var i = 0; i < 3; i++) await proof.KillAtAsync(point);

        AssertSound(proof.Figures, kills: 3);
        Databases.Drop(Databases.Server, database);
    }

    [Theory]
    [InlineData(CommandTargets.Raw)]
    [InlineData(CommandTargets.Grain)]
    public async Task NothingAcknowledgedIsLostOrDoubledWhenTheServerIsKilled(string target)
    {
        using var server = PostgresServer.Start();
        using var proof = new CrashProof(target, Path.GetTempPath(), seed: 17, Databases.Create(server));
        var refused = await proof.DisturbAsync(() => Task.Run(() =>
        {
            server.Kill();
            server.Begin();
        }), times: 4);

        output.WriteLine($"{proof.Figures.Acknowledged} commands acknowledged, {refused} refused while the server was away");
        AssertSound(proof.Figures, kills: 1);
    }

    [Theory]
    [InlineData(CommandTargets.Raw)]
    [InlineData(CommandTargets.Grain)]
    public async Task NothingAcknowledgedIsLostOrDoubledWhenTheServerStopsAtOnceAndStaysAwayForAWhile(string target)
    {
        using var server = PostgresServer.Start();
        using var proof = new CrashProof(target, Path.GetTempPath(), seed: 19, Databases.Create(server));
        await proof.DisturbAsync(async () =>
        {
            server.StopImmediately();
            await Task.Delay(TimeSpan.FromSeconds(2));
            server.Begin();
        }, times: 2);

        AssertSound(proof.Figures, kills: 1);
        Assert.Empty(proof.Figures.Failures);
    }

    private static void AssertSound(CrashFigures figures, int kills)
    {
        Assert.Equal((kills, 0L, 0L, 0L), (figures.Kills, figures.Lost, figures.Gaps, figures.Doubled));
        Assert.True(figures.Acknowledged > 0);
    }
}
