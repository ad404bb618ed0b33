using Conference.Silo.Journal;
using Conference.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Conference.Silo.Tests.Journal;

/// <summary>Readiness while the database is away.</summary>
public sealed class JournalCheckTests
{
    private readonly ManualTime _time = new();
    private readonly Index _index = new();

    [Fact]
    public async Task AnOutageIsDegradedForAMinuteAndThenUnhealthyUntilItIsOver()
    {
        var check = new JournalCheck(_index, _time);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(check));
        _time.Advance(TimeSpan.FromHours(1));

        _index.IsAway = true;
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(check));
        _time.Advance(JournalCheck.Patience - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(check));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(check));

        _index.IsAway = false;
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(check));
        _index.IsAway = true;
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(check)); // the next one counts from its own beginning
    }

    [Fact]
    public async Task ADatabaseThatDoesNotAnswerInTimeIsAway()
    {
        var check = new JournalCheck(_index, _time);
        _index.Hangs = true;
        var asked = StatusAsync(check);
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HealthStatus.Degraded, await asked);
    }

    private static async Task<HealthStatus> StatusAsync(JournalCheck check) => (await check.CheckHealthAsync(new HealthCheckContext())).Status;

    private sealed class Index : IMeetingIndex
    {
        public bool IsAway { get; set; }

        public bool Hangs { get; set; }

        public async ValueTask<MeetingIndexEntry?> FindAsync(string meetingId, CancellationToken cancellation = default)
        {
            if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return IsAway ? throw new JournalReadException("away", new IOException()) : null;
        }

        public ValueTask<MeetingIndexEntry?> FindByCodeAsync(string code, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<MeetingPage> ListAsync(MeetingQuery query, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
