using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Signaling;

/// <summary>The whole way in: create, join, hello, chat, and the pod's plan.</summary>
public sealed class FirstSliceTests
{
    [Fact]
    public async Task Two_people_meet_and_write_and_the_pod_knows_them()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var meeting = await silo.CreateAsync();
        var (annJoin, bobJoin) = (await silo.JoinAsync(meeting.Code, "Ann", meeting.HostKey), await silo.JoinAsync(meeting.Code, "Bob"));
        Assert.Equal(pod.Id, annJoin.Media!.PodId);

        var (ann, welcome) = await SignalClient.HelloAsync(silo, annJoin.SignalTicket);
        await using var annSocket = ann;
        var (bob, _) = await SignalClient.HelloAsync(silo, bobJoin.SignalTicket);
        await using var bobSocket = bob;
        Assert.Equal(["Ann", "Bob"], welcome.Snapshot!.Participants.Select(p => p.DisplayName));
        Assert.Equal(Role.Host, welcome.Snapshot.Participants[0].Role);
        await ann.NextEventAsync<ParticipantConnected>(e => e.ParticipantId == bobJoin.ParticipantId);

        var ack = await bob.AckAsync(new ChatSend(bob.NewCommand(), "hello"));
        var seen = await ann.NextEventAsync<ChatSent>();
        Assert.Equal((ack.Seq, "hello"), (seen.Seq, ((ChatSent)seen.Event).Text));

        await Bound.UntilAsync(() => pod.Planned(meeting.Id, bobJoin.ParticipantId) is not null, "Bob in the plan");
        await bob.AckAsync(new MediaSetMuted(bob.NewCommand(), MediaSource.Microphone, Muted: false));
        await Bound.UntilAsync(() => pod.Planned(meeting.Id, bobJoin.ParticipantId)!.Muted.Contains(MediaSource.Microphone) is false, "Bob unmuted in the plan");
    }
}
