using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Tests.Support;

/// <summary>A silo with a pod, a meeting, and people on real sockets.</summary>
public sealed class OpenMeeting : IAsyncDisposable
{
    private readonly List<SignalClient> _clients = [];

    private OpenMeeting(SiloFixture silo, TestPod pod, CreateMeetingResponse meeting) => (Silo, Pod, Meeting) = (silo, pod, meeting);

    public SiloFixture Silo { get; }

    public TestPod Pod { get; }

    public CreateMeetingResponse Meeting { get; }

    public static async Task<OpenMeeting> StartAsync(MeetingSettings? settings = null, Func<SiloOptions, SiloOptions>? change = null)
    {
        var silo = await SiloFixture.StartAsync(change);
        var pod = await TestPod.ConnectAsync(silo);
        return new OpenMeeting(silo, pod, await silo.CreateAsync(new CreateMeetingRequest("Test", null, settings)));
    }

    /// <summary>Joins and says hello.</summary>
    public async Task<Person> EnterAsync(string name = "Ann", bool host = false)
    {
        var join = await Silo.JoinAsync(Meeting.Code, name, host ? Meeting.HostKey : null);
        return await HelloAsync(join);
    }

    /// <summary>Resumes on a new socket.</summary>
    public async Task<Person> ResumeAsync(JoinResponse earlier, long? after = null) =>
        await HelloAsync(await Silo.JoinAsync(Meeting.Code, new JoinRequest(ResumeToken: earlier.ResumeToken)), after);

    public async Task<Person> HelloAsync(JoinResponse join, long? after = null)
    {
        var (client, welcome) = await SignalClient.HelloAsync(Silo, join.SignalTicket, after);
        _clients.Add(client);
        return new Person(join, client, welcome);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await Pod.DisposeAsync();
        await Silo.DisposeAsync();
    }
}

/// <summary>Somebody on a socket.</summary>
public sealed record Person(JoinResponse Join, SignalClient Client, Welcome Welcome)
{
    public ParticipantId Id => Join.ParticipantId;

    public Task<Ack> SayAsync(string text, params ParticipantId[] to) =>
        Client.AckAsync(new ChatSend(Client.NewCommand(), text, to.Length == 0 ? null : [.. to]));
}
