using Conference.JournalProof;
using Conference.Silo.Journal;
using Xunit.Abstractions;

namespace Conference.Silo.Tests.Journal;

/// <summary>Real processes, really killed: a few of what <c>./bench journal</c> does many times.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(CommandTargets.Raw, JournalPoint.BeforeCommit)]
    [InlineData(CommandTargets.Raw, JournalPoint.AfterCommit)]
    [InlineData(CommandTargets.Raw, JournalPoint.AfterAcknowledgement)]
    [InlineData(CommandTargets.Grain, JournalPoint.BeforeCommit)]
    [InlineData(CommandTargets.Grain, JournalPoint.AfterCommit)]
    [InlineData(CommandTargets.Grain, JournalPoint.AfterAcknowledgement)]
    public async Task NothingAcknowledgedIsLostOrDoubledWhenTheProcessIsKilled(string target, JournalPoint point)
    {
        using var proof = new CrashProof(target, Path.GetTempPath(), seed: 7);
        for (var i = 0; i < 3; i++) await proof.KillAtAsync(point);

        AssertSound(proof.Figures, kills: 3);
    }

    [Theory]
    [InlineData(CommandTargets.Raw)]
    [InlineData(CommandTargets.Grain)]
    public async Task NothingAcknowledgedIsLostOrDoubledWhenThePowerGoes(string target)
    {
        if (!await CanPreloadAsync()) return;
        using var proof = new CrashProof(target, Path.GetTempPath(), seed: 11);
        for (var i = 0; i < 6; i++) await proof.CutPowerAsync();

        AssertSound(proof.Figures, kills: 6);
    }

    [Theory]
    [InlineData(CommandTargets.Raw, "full", JournalUnavailable.DiskFull)]
    [InlineData(CommandTargets.Raw, "broken", JournalUnavailable.IoError)]
    [InlineData(CommandTargets.Grain, "full", JournalUnavailable.DiskFull)]
    [InlineData(CommandTargets.Grain, "broken", JournalUnavailable.IoError)]
    public async Task ADiskThatFailsForAWhileCostsNamedRefusalsAndNothingElse(string target, string fault, JournalUnavailable name)
    {
        if (!await CanPreloadAsync()) return;
        using var proof = new CrashProof(target, Path.GetTempPath(), seed: 13);

        Assert.True(await proof.BreakDiskAsync(fault, name) >= 30);
        AssertSound(proof.Figures, kills: 1);
        Assert.Equal([CommandTargets.RefusalOf(target, name)], proof.Figures.Failures.Keys);
    }

    [Fact]
    public async Task AnotherProcessIsToldThatTheJournalIsInUse()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));

        var said = await CrashProof.OpenTakenAsync(Path.GetDirectoryName(fixture.DatabasePath)!);
        Assert.Contains($"The journal {fixture.DatabasePath} is in use by another process.", said);
        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
    }

    private static void AssertSound(CrashFigures figures, int kills)
    {
        Assert.Equal((kills, 0L, 0L, 0L), (figures.Kills, figures.Lost, figures.Gaps, figures.Doubled));
        Assert.True(figures.Acknowledged > 0);
    }

    private async Task<bool> CanPreloadAsync()
    {
        if (await DiskShim.BuildAsync() is not { } problem) return true;
        output.WriteLine($"SKIPPED: {problem}");
        return false;
    }
}
