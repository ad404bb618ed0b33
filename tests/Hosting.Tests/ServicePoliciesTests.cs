using System.Net;
using System.Net.Sockets;
using Conference.Hosting.Policies;
using Conference.Support;
using Polly.Timeout;

namespace Conference.Hosting.Tests;

public sealed class ServicePoliciesTests
{
    private readonly ManualTime _time = new();
    private readonly ServicePolicies _policies;
    private int _tries;

    public ServicePoliciesTests() => _policies = new ServicePolicies(_time, () => 0.5);

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 4)]
    [InlineData(HttpStatusCode.BadGateway, 4)]
    [InlineData(HttpStatusCode.GatewayTimeout, 4)]
    [InlineData(HttpStatusCode.OK, 1)]
    [InlineData(HttpStatusCode.NotFound, 1)]
    [InlineData(HttpStatusCode.InternalServerError, 1)]
    public async Task Reads_of_a_silo_are_tried_four_times_when_it_is_away(HttpStatusCode status, int tries)
    {
        var answer = await FinishAsync(() => _policies.GatewayToSilo.ExecuteAsync(_ =>
        {
            _tries++;
            return ValueTask.FromResult(new HttpResponseMessage(status));
        }));
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(tries, _tries);
    }

    [Fact]
    public async Task A_silo_that_hangs_is_given_up_in_five_seconds()
    {
        var begun = _time.GetUtcNow();
        await Assert.ThrowsAsync<TimeoutRejectedException>(() => FinishAsync(() => _policies.GatewayToSilo.ExecuteAsync(async token =>
        {
            _tries++;
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token).ConfigureAwait(false);
            return new HttpResponseMessage();
        })));
        Assert.InRange(_tries, 1, 3);
        Assert.InRange((_time.GetUtcNow() - begun).TotalSeconds, 5, 60);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, 4)]
    [InlineData(HttpRequestError.NameResolutionError, 4)]
    [InlineData(HttpRequestError.ResponseEnded, 1)]
    [InlineData(HttpRequestError.Unknown, 1)]
    public async Task A_write_is_tried_again_only_when_nothing_was_sent(HttpRequestError error, int tries)
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => FinishAsync(() => _policies.GatewayToSiloUnsent.ExecuteAsync(_ =>
        {
            _tries++;
            return ValueTask.FromException<HttpResponseMessage>(new HttpRequestException(error));
        })));
        Assert.Equal(tries, _tries);
    }

    [Fact]
    public async Task A_pod_dials_for_ever_and_never_waits_longer_than_about_a_second()
    {
        var dials = new List<DateTimeOffset>();
        await FinishAsync(() => _policies.PodToSilo.ExecuteAsync(_ =>
        {
            dials.Add(_time.GetUtcNow());
            return dials.Count < 200 ? throw new SocketException() : ValueTask.CompletedTask;
        }));
        Assert.Equal(200, dials.Count);
        Assert.InRange((dials[^1] - dials[0]).TotalSeconds, 20, 300);
    }

    [Fact]
    public async Task A_pod_that_stops_does_not_dial_again()
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FinishAsync(() => _policies.PodToSilo.ExecuteAsync(token =>
        {
            if (++_tries == 3) stop.Cancel();
            token.ThrowIfCancellationRequested();
            throw new SocketException();
        }, stop.Token)));
        Assert.Equal(3, _tries);
    }

    /// <summary>
    /// Starts the work and lets time pass until it has ended, slowly enough for what a timer continues elsewhere. On a plain thread, where most of that runs inside
    /// <see cref="ManualTime.Advance"/>. The upper bounds of times in these tests are wide because a busy machine lets time run ahead of the work.
    /// </summary>
    private Task<T> FinishAsync<T>(Func<ValueTask<T>> work) => Task.Run(async () =>
    {
        var task = work().AsTask();
        for (var i = 0; i < 20_000 && !task.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            if (i % 10 == 0) await Task.WhenAny(task, Task.Delay(1)).ConfigureAwait(false);
        }
        return await task.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
    });

    private Task FinishAsync(Func<ValueTask> work) => FinishAsync<object?>(async () =>
    {
        await work().ConfigureAwait(false);
        return null;
    });
}
