using System.Diagnostics;
using System.Net.Http.Json;
using Conference.Cluster.Tests.Support;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;

namespace Conference.Cluster.Tests.Scenario;

public sealed partial class ClusterTests
{
    // A pod holds 20 and 5 places are kept free: with Ann and Bob these are two too many.
    private const int Guests = 15;

    // Seconds; who is there for so long leaves when told to.
    private const int Lasting = 300;

    [ClusterFact]
    public async Task S2_Load_rises_and_a_pod_is_added_that_takes_the_new_meetings()
    {
        var first = Assert.Single(await Pool.PodsAsync());
        var (ann, bob) = (await FreezeWatch.BeginAsync(Ann), await FreezeWatch.BeginAsync(Bob));
        await using var crowd = Crowd.Start(Gateway, meetings: 3, participants: Guests / 3, seconds: 25);
        // 20 places less 5 that shall be free.
        await Eventually.True(async () => (await Silo.PodsAsync()).Sum(p => p.Participants) > 15, () => Task.FromResult(crowd.Output));
        var clock = Stopwatch.StartNew();
        await Pool.HasAsync(2);
        Times.Note("2: one more pod is needed, and ready after (target 15 s)", clock.Elapsed);
        var added = Assert.Single(await Pool.PodsAsync(), p => p.Name != first.Name);
        await Eventually.True(async () => (await Silo.PodsAsync()).Any(p => p.PodId.Value == added.Name), Kubectl.DescribeAsync);
        Assert.Equal(added.Name, await PlaceAsync("Newcomer"));
        Assert.Equal(first.Name, await PlaceAsync("Latecomer", cluster.Story.Meeting));
        // The load client fails when anything of what one sends does not reach the others: nobody was touched.
        Times.Note($"2: the load client's report: {(await crowd.ReportAsync()).ToJsonString()}");
        Times.Note($"2: meanwhile Ann saw {await ann.EndAsync()}");
        Times.Note($"2: meanwhile Bob saw {await bob.EndAsync()}");
        await MeetAsync();
    }

    [ClusterFact]
    public async Task S3_Load_falls_and_the_emptiest_pod_goes_without_cutting_a_meeting()
    {
        // Two pods; a meeting of one that lasts is on the second.
        await Pool.PatchAsync("""{"minPods":2}""");
        await Pool.SettlesAsync(2);
        var theirs = await TheirPodAsync();
        var (lasting, other) = await MeetingOnAsync(pod => pod != theirs);
        // Which pod is the emptier one must be as true when the operator decides as it is now: people who only have a place lose it after 30 s, people with media stay until they are told.
        await using var company = Crowd.Start(Gateway, meetings: 1, participants: 5, seconds: Lasting, publishers: 0, "--code", cluster.Story.Meeting!.Code);
        await using var guest = Crowd.Start(Gateway, meetings: 1, participants: 2, seconds: Lasting, publishers: 1, "--code", lasting.Code);
        await Eventually.True(async () => await ParticipantsAsync(theirs) >= 7 && await ParticipantsAsync(other) is >= 2 and <= 4, async () => $"{await PeopleAsync()}\n{company.Output}\n{guest.Output}", TimeSpan.FromSeconds(60));

        var clock = Stopwatch.StartNew();
        await Pool.PatchAsync("""{"minPods":1}""");
        await Eventually.True(async () => (await Pool.PodsAsync()).Any(p => p.IsDraining), Kubectl.DescribeAsync, TimeSpan.FromSeconds(60));
        Assert.True((await Pool.PodsAsync()).Single(p => p.IsDraining).Name == other, $"{other} is emptier than {theirs}: {await PeopleAsync()}\n{await Kubectl.DescribeAsync()}");
        Times.Note("3: one pod too many, the emptiest drains after (stabilization is 5 s)", clock.Elapsed);
        await Eventually.True(async () => (await Silo.PodsAsync()).Any(p => p.PodId.Value == other && p.Draining), Kubectl.DescribeAsync);
        for (var i = 0; i < 3; i++) Assert.Equal(theirs, await PlaceAsync("Newcomer"));
        Assert.Equal(other, await PlaceAsync("Latecomer", lasting));
        Assert.False(guest.HasEnded, guest.Output);

        // It stays to its end, and nothing was cut: the load client fails otherwise.
        await company.LeaveAsync();
        await guest.LeaveAsync();
        await guest.ReportAsync();
        clock.Restart();
        await Pool.SettlesAsync(1);
        Times.Note("3: its last meeting over, the drained pod is gone after", clock.Elapsed);
        await MeetAsync();
    }

    private async Task<int> ParticipantsAsync(string pod) => (await Silo.PodsAsync()).FirstOrDefault(p => p.PodId.Value == pod)?.Participants ?? 0;

    private async Task<string> PeopleAsync() => string.Join(", ", (await Silo.PodsAsync()).Select(p => $"{p.PodId}: {p.Participants} participants in {p.Meetings} meetings"));

    private async Task<(CreateMeetingResponse Meeting, string Pod)> MeetingOnAsync(Func<string, bool> wanted)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var meeting = await ClusterFixture.CreateMeetingAsync(Gateway, "Lasting");
            if (await PlaceAsync("First", meeting) is var place && wanted(place)) return (meeting, place);
        }
        throw new InvalidOperationException("ten meetings in a row were placed elsewhere");
    }

    /// <summary>Takes a place in a meeting (a new one where none is given), as a page does before it connects, and tells on which pod.</summary>
    private async Task<string> PlaceAsync(string name, CreateMeetingResponse? meeting = null)
    {
        meeting ??= await ClusterFixture.CreateMeetingAsync(Gateway, "Place");
        using var http = new HttpClient { BaseAddress = Gateway };
        using var response = await http.PostAsJsonAsync($"api/join/{meeting.Code}", new JoinRequest(name), ContractsJson.Default.JoinRequest);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!.Media!.PodId.Value;
    }
}
