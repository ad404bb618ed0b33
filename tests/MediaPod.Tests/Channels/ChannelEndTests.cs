using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.MediaPod.Tests.Support;
using Conference.Support;

namespace Conference.MediaPod.Tests.Channels;

/// <summary>A channel tells its client why the session is over before it closes.</summary>
public sealed class ChannelEndTests
{
    [Fact]
    public async Task A_removed_participant_is_told()
    {
        await using var pod = await PodRig.StartAsync();
        using var eve = await ChannelClient.OpenAsync(pod, await pod.OpenAsync("eve"));
        using var ann = await ChannelClient.OpenAsync(pod, await pod.OpenAsync("ann"));
        var removal = new RemovedParticipant(ParticipantId.Parse("eve"), SessionEndReason.Removed, pod.Time.GetUtcNow().AddMinutes(3));
        await pod.Silo.TellAsync(new PodPlan(2, 1, [new RoomPlan(ScriptedSilo.Meeting, false, [], [removal])], []));
        Assert.Equal(SessionEndReason.Removed, await eve.ClosedAsync());
        await ann.SendAsync(new ChannelPing());
        await ann.NextAsync<ChannelPong>();
    }

    [Fact]
    public async Task So_is_whose_session_was_deleted_elsewhere()
    {
        await using var pod = await PodRig.StartAsync();
        var ann = await pod.OpenAsync("ann");
        using var channel = await ChannelClient.OpenAsync(pod, ann);
        await pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket);
        Assert.Equal(SessionEndReason.Deleted, await channel.ClosedAsync());
    }

    [Fact]
    public async Task Everybody_is_told_when_the_pod_stops()
    {
        await using var pod = await PodRig.StartAsync();
        using var ann = await ChannelClient.OpenAsync(pod, await pod.OpenAsync("ann"));
        using var bob = await ChannelClient.OpenAsync(pod, await pod.OpenAsync("bob"));
        var stopping = pod.Silo.StopPodAsync();
        Assert.Equal((SessionEndReason.PodStopping, SessionEndReason.PodStopping), (await ann.ClosedAsync(), await bob.ClosedAsync()));
        await stopping;
    }
}
