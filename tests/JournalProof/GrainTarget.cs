using System.Net;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Silo;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Pods;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Refused = Conference.Silo.Grains.Meetings.Refused;

namespace Conference.JournalProof;

/// <summary>A whole silo; commands go to its meeting grains. Its one pod is there in name only: nobody sends media.</summary>
public sealed class GrainTarget : ICommandTarget
{
    private static readonly TimeSpan ForAll = TimeSpan.FromDays(1);

    private readonly WebApplication _silo;
    private readonly IGrainFactory _grains;

    // The silo holds its observers weakly.
    private readonly SilentChannel _channel = new();

    private GrainTarget(WebApplication silo)
    {
        _silo = silo;
        _grains = silo.Services.GetRequiredService<IGrainFactory>();
    }

    /// <summary>Starts the silo.</summary>
    /// <param name="journal">Its journal.</param>
    /// <param name="keys">The file of its ticket keys.</param>
    public static async Task<GrainTarget> StartAsync(JournalOptions journal, string keys)
    {
        var silo = SiloApp.Build(new SiloOptions
        {
            Service = new ServiceOptions { Name = "silo", Listen = new IPEndPoint(IPAddress.Loopback, 0), LogLevel = LogLevel.Critical, OwnsProcess = false },
            Journal = journal,
            TicketKeyFile = keys,
            Secret = SharedSecret.Random(),
            // Nobody is given up on between two lives of the process.
            Meetings = new MeetingOptions { Rules = new MeetingRules { ConnectGrace = ForAll, ReconnectGrace = ForAll } },
            Pods = new PodOptions { ReportTimeout = ForAll, PlacementLoad = 0 },
        });
        await silo.StartAsync();
        return new GrainTarget(silo);
    }

    public async Task PrepareAsync(int meetings, int senders)
    {
        var pod = new PodRegister(PodId.Parse("pod"), "local", PodRole.Media, "http://pod:1", ["127.0.0.1:1"], "1.0.0", new PodCapacity(100_000, 1_000));
        await _grains.GetGrain<IPodGrain>("pod").Register(new PodConnection("connection", pod), _grains.CreateObjectReference<IPodChannel>(_channel));
        await Task.WhenAll(Enumerable.Range(0, meetings).Select(meeting => PrepareMeetingAsync(meeting, senders)));
    }

    public async Task<CommandAnswer> SendAsync(int meeting, int sender, string commandId)
    {
        var command = new FromClient(new ChatSend(CommandId.Parse(commandId), CommandTargets.Text));
        return await Grain(meeting).Execute(new CommandEnvelope(command, Participant(meeting, sender))) switch
        {
            Done { Seq: { } sequence } => new CommandAnswer(sequence, null),
            Refused { Reason: CommandRefusal.Unavailable } refused => new CommandAnswer(0, $"{refused.Reason}"),
            var other => throw new InvalidOperationException($"The answer to a chat message was {other}."),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    private static ParticipantId Participant(int meeting, int sender) => ParticipantId.Parse($"p{meeting}-{sender}");

    private static string ResumeToken(int meeting, int sender) => $"token-{meeting}-{sender}";

    private IMeetingGrain Grain(int meeting) => _grains.GetGrain<IMeetingGrain>(CommandTargets.MeetingId(meeting));

    private async Task PrepareMeetingAsync(int meeting, int senders)
    {
        var create = new CreateMeeting($"code-{meeting}", "A meeting", TenantId.Parse("tenant"), new MeetingSettings(), Secrets.Hash("host"));
        await Expect<Done, MeetingRefused>(Grain(meeting).Execute(new CommandEnvelope(create)));
        for (var sender = 0; sender < senders; sender++)
        {
            var id = Participant(meeting, sender);
            var resumed = await Expect<PlaceTaken, JoinRefused>(Grain(meeting).Execute(new CommandEnvelope(new ResumePlace(ResumeToken(meeting, sender)))));
            if (resumed is JoinRefused)
                await Expect<PlaceTaken, PlaceTaken>(Grain(meeting).Execute(new CommandEnvelope(new TakePlace(id, $"Sender {sender}", Secrets.Hash(ResumeToken(meeting, sender))))));
            await Expect<Done, Done>(Grain(meeting).Execute(new CommandEnvelope(new OpenSession($"session-{id}"), id)));
        }
    }

    private static async Task<CommandResult> Expect<T1, T2>(Task<CommandResult> command)
        where T1 : CommandResult
        where T2 : CommandResult
        => await command is var result && result is T1 or T2 ? result : throw new InvalidOperationException($"A sender could not get ready: {result}.");

    private sealed class SilentChannel : IPodChannel
    {
        public void Send(PodInstruction instruction)
        {
        }
    }
}
