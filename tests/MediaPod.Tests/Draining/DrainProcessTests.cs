using System.Net;
using System.Net.Http.Headers;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.MediaPod.Tests.Support;
using Conference.Support;

namespace Conference.MediaPod.Tests.Draining;

/// <summary>The program as Kubernetes ends it: SIGTERM, then patience.</summary>
public sealed class DrainProcessTests : IAsyncLifetime
{
    private static readonly MeetingId Here = MeetingId.Parse("here");
    private static readonly MeetingId Elsewhere = MeetingId.Parse("elsewhere");
    private SiloSide _silo = null!;

    public async Task InitializeAsync() => _silo = await SiloSide.StartAsync(new PodPlan(1, 0, [], []));

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Without_time_for_it_the_pod_ends_at_once()
    {
        await using var pod = await PodProcess.StartAsync(_silo);
        using var session = await OpenAsync(pod, Here, "ann");
        await pod.TerminateAsync();
        Assert.Equal(0, await pod.ExitCodeAsync());
        Assert.DoesNotContain(Reports(), r => r.Draining);
    }

    [Fact]
    public async Task A_pod_that_nobody_uses_tells_the_silo_and_ends()
    {
        await using var pod = await PodProcess.StartAsync(_silo, ("DRAIN_SECONDS", "600"));
        await pod.TerminateAsync();
        Assert.Equal(0, await pod.ExitCodeAsync());
        Assert.Contains(Reports(), r => r is { Draining: true, Leaving: true, DrainMode: DrainMode.Wait });
    }

    [Fact]
    public async Task A_pod_that_waits_keeps_its_meetings_and_lets_people_in_until_they_are_over()
    {
        await using var pod = await PodProcess.StartAsync(_silo, ("DRAIN_SECONDS", "600"), ("DRAIN_MODE", "wait"));
        using var ann = await OpenAsync(pod, Here, "ann");
        await _silo.SendAsync(new PodPlan(2, 1, [new RoomPlan(Here, Full: true, [Planned("ann"), Planned("bob")], [])], []));
        await Eventually.True(() => Task.FromResult(Reports().Any(r => r.PlanRevision == 2)), "the plan is not followed");
        await pod.TerminateAsync();
        await DrainsAsync(pod, DrainMode.Wait, leaving: true);

        using var bob = await OpenAsync(pod, Here, "bob");
        using var other = await PostAsync(pod, Elsewhere, "cleo");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
        Assert.Contains(nameof(SessionEndReason.PodDraining), await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await _silo.SendAsync(new ResumePod()); // nobody can take this back
        await _silo.SendAsync(new PodPlan(3, 2, [new RoomPlan(Here, Full: true, [Planned("ann")], [])], []));
        await Eventually.True(() => Task.FromResult(Reports().Any(r => r.PlanRevision == 3)), "the plan is not followed");
        await DrainsAsync(pod, DrainMode.Wait, leaving: true);
        Assert.False(pod.HasEnded);

        await _silo.SendAsync(new PodPlan(4, 3, [], [Here]));
        Assert.Equal(0, await pod.ExitCodeAsync());
        Assert.Contains("(Empty)", pod.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_migrates_lets_nobody_in_and_ends_at_its_deadline()
    {
        await using var pod = await PodProcess.StartAsync(_silo, ("DRAIN_SECONDS", "3"), ("DRAIN_MODE", "migrate"));
        using var ann = await OpenAsync(pod, Here, "ann");
        await pod.TerminateAsync();
        await DrainsAsync(pod, DrainMode.Migrate, leaving: true);
        using var bob = await PostAsync(pod, Here, "bob");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, bob.StatusCode);
        Assert.Equal(0, await pod.ExitCodeAsync());
        Assert.Contains("(Deadline)", pod.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_signal_ends_the_pod_at_once(bool isInterrupt)
    {
        await using var pod = await PodProcess.StartAsync(_silo, ("DRAIN_SECONDS", "600"));
        using var ann = await OpenAsync(pod, Here, "ann");
        await pod.TerminateAsync();
        await DrainsAsync(pod, DrainMode.Wait, leaving: true);
        await (isInterrupt ? pod.InterruptAsync() : pod.TerminateAsync());
        Assert.Equal(0, await pod.ExitCodeAsync());
        Assert.Contains("(AtOnce)", pod.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_silo_orders_drains_and_takes_them_back()
    {
        await using var pod = await PodProcess.StartAsync(_silo, ("DRAIN_SECONDS", "600"));
        using var ann = await OpenAsync(pod, Here, "ann");
        await _silo.SendAsync(new DrainPod(DrainMode.Wait));
        await DrainsAsync(pod, DrainMode.Wait, leaving: false);
        using (var bob = await OpenAsync(pod, Here, "bob"))
        using (var cleo = await PostAsync(pod, Elsewhere, "cleo")) Assert.Equal(HttpStatusCode.ServiceUnavailable, cleo.StatusCode);
        await _silo.SendAsync(new DrainPod(DrainMode.Migrate));
        await DrainsAsync(pod, DrainMode.Migrate, leaving: false);
        using (var bob = await PostAsync(pod, Here, "bob")) Assert.Equal(HttpStatusCode.ServiceUnavailable, bob.StatusCode);

        await _silo.SendAsync(new ResumePod());
        await Eventually.True(async () => await pod.StatusAsync("readyz") == HttpStatusCode.OK, "the pod is not ready again");
        await Eventually.True(() => Task.FromResult(Reports()[^1] is { Draining: false, DrainMode: null }), "the pod still says that it drains");
        using var dan = await OpenAsync(pod, Elsewhere, "dan");
    }

    private List<PodReport> Reports() => [.. _silo.Received.OfType<PodReport>()];

    private async Task DrainsAsync(PodProcess pod, DrainMode mode, bool leaving)
    {
        await Eventually.True(() => Task.FromResult(Reports()[^1] is { Draining: true } last && last.DrainMode == mode && last.Leaving == leaving), () => Task.FromResult(Reports()[^1].ToString()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await pod.StatusAsync("readyz"));
        Assert.Equal(HttpStatusCode.OK, await pod.StatusAsync("healthz"));
    }

    private async Task<HttpResponseMessage> OpenAsync(PodProcess pod, MeetingId meeting, string participant)
    {
        var response = await PostAsync(pod, meeting, participant);
        Assert.Equal((HttpStatusCode.Created, ""), (response.StatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync()));
        return response;
    }

    private async Task<HttpResponseMessage> PostAsync(PodProcess pod, MeetingId meeting, string participant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"media/{PodProcess.Id}/sessions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _silo.Ticket(meeting, participant, PodProcess.Id));
        request.Content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(Checkout.Folder, "tests/data/sdp/offer-sendonly-single-L1T3.txt")));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
        return await pod.Http.SendAsync(request);
    }

    private static PlannedParticipant Planned(string participant) => new(ParticipantId.Parse(participant), [MediaSource.Microphone], []);
}
