using System.Diagnostics;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Journal;
using Conference.Silo.Tests.Silos;
using Conference.Silo.Tests.Support;
using Conference.Support;
using Xunit.Abstractions;

namespace Conference.Silo.Tests.Clusters;

/// <summary>Two silo processes on one database. Which of them has a meeting's grain is up to Orleans; with so many meetings each has some.</summary>
public sealed class TwoSilosTests(ITestOutputHelper output)
{
    private const int Meetings = 12;

    [Journal.Fact]
    public async Task MeetingsWorkAcrossSilosAndGoOnWhenOneIsKilled()
    {
        var database = Databases.Create(Databases.Server);
        using var folder = new TemporaryFolder();
        await using var one = await StartAsync(folder, database, "silo-1", "127.0.0.1");
        await using var two = await StartAsync(folder, database, "silo-2", "127.0.0.2");
        await Eventually.True(() => Task.FromResult(Databases.Execute(database, "SELECT count(*) FROM OrleansMembershipTable WHERE Status = 3") is 2L), "both silos are in the list");
        await using var pod = await TestPod.ConnectAsync(one);

        var meetings = await Task.WhenAll(Enumerable.Range(0, Meetings).Select(i => Talk.StartAsync(one, two, i)));
        foreach (var meeting in meetings)
        {
            // Each hears the other, through whichever silo has the grain, and the pod has both.
            await meeting.Ann.SayAsync("from Ann");
            await meeting.Bob.Client.NextEventAsync<ChatSent>(chat => chat.Text == "from Ann");
            await meeting.Bob.SayAsync("from Bob");
            await meeting.Ann.Client.NextEventAsync<ChatSent>(chat => chat.Text == "from Bob");
            await Eventually.True(() => Task.FromResult(pod.Planned(meeting.Id, meeting.Ann.Id) is not null && pod.Planned(meeting.Id, meeting.Bob.Id) is not null), "the pod is told of both");
        }

        // As a pod with everybody's media reports: by that a silo that has not known the pod finds out what it has.
        pod.HashesOnly = [.. meetings.Select(meeting => new RoomHash(meeting.Id, "media"))];
        var clock = Stopwatch.StartNew();
        await two.KillAsync();
        var answered = await Task.WhenAll(meetings.Select(meeting => meeting.UntilAnsweredAsync(clock)));
        output.WriteLine($"silo killed: its meetings answered after {answered.Max().TotalSeconds:0.00} s (all {Meetings}: {string.Join(", ", answered.Order().Select(t => $"{t.TotalSeconds:0.00}"))})");
        Console.WriteLine($"Two silos on PostgreSQL, one killed: every meeting answers again after {answered.Max().TotalSeconds:0.00} s");

        foreach (var meeting in meetings)
        {
            // Bob's socket died with its silo. He comes back through the other, to a meeting in which nothing is missing.
            var bob = await meeting.ReturnAsync(one);
            await bob.SayAsync("Bob again");
            await meeting.Ann.Client.NextEventAsync<ChatSent>(chat => chat.Text == "Bob again");
            Assert.Equal(["from Ann", "from Bob", "after the crash", "Bob again"], meeting.Ann.Heard);
            Assert.Equal(new[] { meeting.Ann.Id, bob.Id }.ToHashSet(), bob.View.Participants.Select(p => p.Id).ToHashSet());
        }
        await Eventually.True(
            () => Task.FromResult(Array.TrueForAll(meetings, meeting => pod.Planned(meeting.Id, meeting.Ann.Id) is not null && pod.Planned(meeting.Id, meeting.Bob.Id) is not null)),
            "the pod has everybody");
        await Eventually.True(async () => (await one.Http.GetStringAsync("/readyz")).Contains("Healthy"), "the silo is ready");

        // New meetings, and a new silo in the place of the one that is gone.
        await using var three = await StartAsync(folder, database, "silo-2", "127.0.0.2");
        var later = await Task.WhenAll(Enumerable.Range(0, Meetings).Select(i => Talk.StartAsync(three, one, Meetings + i)));
        foreach (var meeting in later)
        {
            await meeting.Ann.SayAsync("hello");
            await meeting.Bob.Client.NextEventAsync<ChatSent>(chat => chat.Text == "hello");
        }
        Assert.Equal(0, await three.TerminateAsync());
        foreach (var meeting in later) await meeting.Bob.SayAsync("the silo is gone, the meeting is not");
        foreach (var meeting in meetings.Concat(later)) await meeting.DisposeAsync();
    }

    private static Task<SiloProcess> StartAsync(TemporaryFolder folder, string database, string name, string address)
        => SiloProcess.StartAsync(folder.Path, database, ("POD_IP", address), ("SILO_NAME", name), ("CLUSTER_PORT", $"{FreePorts.Tcp()}"), ("TICKET_KEYS", Path.Combine(folder.Path, "keys.pem")));

    /// <summary>Ann and Bob in a meeting, each by another silo: joined here, on a socket there, so that each silo believes the other's tickets.</summary>
    private sealed class Talk(CreateMeetingResponse meeting, Person ann, Person bob) : IAsyncDisposable
    {
        public MeetingId Id => meeting.Id;

        public Person Ann => ann;

        public Person Bob { get; private set; } = bob;

        public static async Task<Talk> StartAsync(SiloProcess annsSilo, SiloProcess bobsSilo, int number)
        {
            var meeting = await (number % 2 == 0 ? annsSilo : bobsSilo).CreateAsync();
            var ann = await Person.ConnectAsync(annsSilo, await bobsSilo.JoinAsync(meeting.Code, "Ann"));
            return new Talk(meeting, ann, await Person.ConnectAsync(bobsSilo, await annsSilo.JoinAsync(meeting.Code, "Bob")));
        }

        /// <summary>Ann says something until it is done; the same command each time, so it is done once.</summary>
        public async Task<TimeSpan> UntilAnsweredAsync(Stopwatch clock)
        {
            var command = new ChatSend(CommandId.Parse(Guid.NewGuid().ToString("N")), "after the crash");
            await Eventually.True(async () => await ann.Client.DoAsync(command) is Ack, "the meeting answers");
            return clock.Elapsed;
        }

        public async Task<Person> ReturnAsync(SiloProcess silo)
        {
            await Bob.Client.DisposeAsync();
            return Bob = await Person.ConnectAsync(silo, await silo.JoinAsync(meeting.Code, "Bob", Bob.Join));
        }

        public async ValueTask DisposeAsync()
        {
            await ann.Client.DisposeAsync();
            await Bob.Client.DisposeAsync();
        }
    }

    private sealed record Person(JoinResponse Join, SignalClient Client, MeetingView View)
    {
        public ParticipantId Id => Join.ParticipantId;

        /// <summary>The chat as it came, each message once.</summary>
        public IEnumerable<string> Heard => Client.Seen.OfType<EventMessage>().Select(m => m.Event).OfType<ChatSent>().Select(chat => chat.Text);

        public static async Task<Person> ConnectAsync(SiloProcess silo, JoinResponse join)
        {
            var (client, welcome) = await SignalClient.HelloAsync(silo, join.SignalTicket);
            return new Person(join, client, welcome.Snapshot!);
        }

        // An id of its own for each, also over several sockets: what was said on the first is not said again on the second.
        public Task<Ack> SayAsync(string text) => Client.AckAsync(new ChatSend(CommandId.Parse(Guid.NewGuid().ToString("N")), text));
    }
}
