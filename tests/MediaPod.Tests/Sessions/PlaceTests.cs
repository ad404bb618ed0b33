using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Tests.Support;
using Conference.Support;

namespace Conference.MediaPod.Tests.Sessions;

/// <summary>Who gets a session and who keeps it: a full pod, a participant that tries without end, people whom the plan does not have.</summary>
public sealed class PlaceTests
{
    [Fact]
    public async Task A_full_pod_says_so_until_somebody_leaves()
    {
        await using var pod = await PodRig.StartAsync(o => o with { Capacity = new PodCapacity(2, 100) });
        var ann = await pod.OpenAsync("ann");
        await pod.OpenAsync("bob");
        await RefusedAsync(pod, "eve", HttpStatusCode.ServiceUnavailable, SessionEndReason.PodFull);
        await pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket);
        await pod.CountedAsync("media_sessions_ended_total", nameof(SessionEndReason.Deleted));
        await pod.OpenAsync("eve");
    }

    [Fact]
    public async Task One_participant_cannot_fill_the_pod()
    {
        await using var pod = await PodRig.StartAsync(o => o with { Capacity = new PodCapacity(8, 100) });
        var bob = await pod.OpenAsync("bob");
        var last = await pod.OpenAsync("eve");
        for (var i = 0; i < 20; i++)
        {
            last = await pod.OpenAsync("eve");
            await pod.CountedAsync("media_sessions_ended_total", nameof(SessionEndReason.Replaced), i - 2); // five are one too many
        }
        await pod.OpenAsync("ann");
        Assert.InRange(await pod.SessionsAsync(), 3, 6);
        foreach (var kept in (OpenSession[])[bob, last])
            Assert.Equal(HttpStatusCode.OK, (await pod.SendAsync(HttpMethod.Delete, kept.Location, kept.Ticket)).StatusCode);
    }

    [Fact]
    public async Task Where_a_room_lives_on_two_workers_every_answer_names_the_address_of_the_sessions_own()
    {
        // One session fills a worker, so that the second goes to another.
        var limits = new SpreadLimits { Session = 1, QuietSession = 1 };
        await using var pod = await PodRig.StartAsync(o => o with { Media = o.Media with { Workers = 2, Spreading = limits } });
        var (ann, bob) = (await pod.OpenAsync("ann"), await pod.OpenAsync("bob", Offers.Publisher(), "/whip"));
        Assert.NotEqual(Port(ann.Answer), Port(bob.Answer));
        using var changed = await pod.SendAsync(HttpMethod.Put, ann.Location, ann.Ticket, Offers.Receiver());
        Assert.Equal(Port(ann.Answer), Port(await changed.Content.ReadAsStringAsync()));
        using var restarted = await pod.SendAsync(
            HttpMethod.Patch, bob.Location, bob.Ticket, "a=ice-ufrag:XyZw\r\na=ice-pwd:another-password-of-22ch\r\n", PodRig.Fragment, bob.Etag);
        Assert.Equal(Port(bob.Answer), Port(await restarted.Content.ReadAsStringAsync()));
        var again = await pod.OpenAsync("bob", Offers.Publisher(), "/whip");
        Assert.Equal(Port(bob.Answer), Port(again.Answer));

        using var shown = await pod.SendAsync(HttpMethod.Get, $"/debug/rooms/{ScriptedSilo.Meeting}", pod.Silo.Secret.Value);
        using var room = JsonDocument.Parse(await shown.Content.ReadAsStringAsync());
        Assert.Equal([1, 2], room.RootElement.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("sessions").GetInt32()).Order());
        Assert.Equal(2, room.RootElement.GetProperty("sessions").EnumerateArray().Select(p => p.GetProperty("worker").GetInt32()).Distinct().Count());
        Assert.Equal(1, await pod.CountAsync("media_rooms"));
    }

    [Fact]
    public async Task A_session_that_nobody_connects_is_given_up()
    {
        await using var pod = await PodRig.StartAsync();
        await pod.OpenAsync("ann");
        await pod.PassUntilAsync(async () => await pod.SessionsAsync() == 0, "the session stays");
        Assert.Equal(1, await pod.CountAsync("media_sessions_ended_total", nameof(SessionEndReason.ConsentExpired)));
        Assert.Equal(0, await pod.CountAsync("media_rooms"));
    }

    [Fact]
    public async Task Who_is_not_in_the_plan_goes_after_five_seconds()
    {
        await using var pod = await PodRig.StartAsync();
        await pod.OpenAsync("ann");
        await pod.OpenAsync("stranger");
        await pod.PassUntilAsync(async () => await pod.CountAsync("media_sessions_ended_total", nameof(SessionEndReason.NotInPlan)) == 1, "the stranger stays");
        Assert.Equal(1, await pod.SessionsAsync());
    }

    [Fact]
    public async Task Before_a_silo_has_told_its_plan_nobody_has_to_go()
    {
        await using var pod = await PodRig.StartWithoutPlanAsync();
        await pod.OpenAsync("ann");
        await pod.OpenAsync("stranger");
        var reports = pod.Silo.Heard.Count;
        await pod.PassUntilAsync(() => Task.FromResult(pod.Silo.Heard.Count >= reports + 12), "the pod reports");
        Assert.Equal(2, await pod.SessionsAsync());
        await pod.Silo.TellAsync(ScriptedSilo.Plan("ann"));
        await pod.PassUntilAsync(async () => await pod.CountAsync("media_sessions_ended_total", nameof(SessionEndReason.NotInPlan)) == 1, "the stranger stays");
        Assert.Equal(1, await pod.SessionsAsync());
    }

    [Fact]
    public async Task A_silo_hears_of_meetings_whose_people_are_still_on_their_way()
    {
        await using var pod = await PodRig.StartAsync();
        await pod.PassUntilAsync(() => Task.FromResult(pod.Silo.Heard.OfType<PodReport>().Any(r => r.RoomHashes.Any(h => h.MeetingId == ScriptedSilo.Meeting))), "a room without media in a report");
        await pod.Silo.TellAsync(new PodPlan(2, 1, [], [ScriptedSilo.Meeting]));
        await pod.PassUntilAsync(() => Task.FromResult(pod.Silo.Heard.OfType<PodReport>().Last().RoomHashes.IsEmpty), "the room's end in a report");
    }

    [Fact]
    public async Task Who_was_removed_stays_out_and_the_others_stay()
    {
        await using var pod = await PodRig.StartAsync();
        await pod.OpenAsync("ann");
        await pod.OpenAsync("eve");
        var removal = new RemovedParticipant(ParticipantId.Parse("eve"), SessionEndReason.Removed, pod.Time.GetUtcNow().AddMinutes(3));
        await pod.Silo.TellAsync(new PodPlan(2, 1, [new RoomPlan(ScriptedSilo.Meeting, false, [], [removal])], []));
        await pod.CountedAsync("media_sessions_ended_total", nameof(SessionEndReason.Removed));
        await RefusedAsync(pod, "eve", HttpStatusCode.Forbidden, SessionEndReason.Removed);
        Assert.Equal(1, await pod.SessionsAsync());
    }

    [Fact]
    public async Task A_meeting_that_ended_ends_its_sessions()
    {
        await using var pod = await PodRig.StartAsync();
        await pod.OpenAsync("ann");
        await pod.OpenAsync("bob");
        await pod.Silo.TellAsync(new PodPlan(2, 1, [], [ScriptedSilo.Meeting]));
        await pod.CountedAsync("media_sessions_ended_total", nameof(SessionEndReason.MeetingEnded), 2);
        Assert.Equal(0, await pod.SessionsAsync());
    }

    [Fact]
    public async Task A_draining_pod_takes_nobody_and_says_so_to_who_asks_whether_it_is_ready()
    {
        await using var pod = await PodRig.StartAsync();
        await pod.OpenAsync("ann");
        await pod.Silo.TellAsync(new DrainPod());
        await Eventually.True(async () => (await pod.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable, "it is still ready");
        await RefusedAsync(pod, "bob", HttpStatusCode.ServiceUnavailable, SessionEndReason.PodDraining);
        Assert.Equal(HttpStatusCode.OK, (await pod.Http.GetAsync("/healthz")).StatusCode);
        Assert.Equal(1, await pod.SessionsAsync());
    }

    private static string Port(string answer) => Regex.Matches(answer, @"a=candidate:\S+ 1 udp \d+ \S+ (\d+) ", RegexOptions.IgnoreCase).Select(m => m.Groups[1].Value).Distinct().Single();

    private static Task RefusedAsync(PodRig pod, string participant, HttpStatusCode status, SessionEndReason reason) =>
        pod.AssertRefusedAsync(() => pod.SendAsync(HttpMethod.Post, PodRig.Base + "/sessions", pod.Silo.Ticket(participant), Offers.Receiver()), status, reason);
}
