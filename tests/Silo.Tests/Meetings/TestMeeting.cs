using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>A meeting that is only its machine and its state: no grain, no journal.</summary>
internal sealed class TestMeeting
{
    public const string HostKey = "host-key";
    private int _names;
    private int _commands;

    public TestMeeting(MeetingSettings? settings = null, string? passcode = null, bool create = true)
    {
        if (create) Done(Do(new CreateMeeting("lusab-babad-gutih-tugad", "Test", TenantId.Parse("default"), settings ?? new(), Secrets.Hash(HostKey), passcode is null ? null : Secrets.HashPasscode(passcode))));
    }

    public MeetingState State { get; set; } = MeetingState.New(MeetingId.Parse("m1"));

    public MeetingRules Rules { get; init; } = new();

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public List<MeetingEvent> Events { get; } = [];

    public PodPlacement Placement { get; set; } = new(PodId.Parse("pod-1"), "P2");

    public Participant this[ParticipantId id] => State.Find(id) ?? throw new Xunit.Sdk.XunitException($"{id} is not in the meeting");

    /// <summary>Decides and applies.</summary>
    public Decision Do(MeetingCommand command, ParticipantId? sender = null)
    {
        var envelope = new CommandEnvelope(command, sender);
        var decision = MeetingMachine.Decide(State, envelope, Now, Rules);
        if (decision.NeedsPod) decision = MeetingMachine.Decide(State, envelope, Now, Rules, Placement);
        return Apply(decision);
    }

    public Decision Apply(Decision decision)
    {
        foreach (var body in decision.Events)
        {
            var next = new MeetingEvent(State.Id, State.Seq + 1, Now, body, decision.Actor, decision.CommandId);
            Events.Add(next);
            State = State.Apply(next);
        }
        return decision;
    }

    /// <summary>A participant's command that has to be accepted; what happened.</summary>
    public IReadOnlyList<MeetingEventBody> Accept(ParticipantId sender, Func<CommandId, ClientCommand> command) => Done(Do(new FromClient(command(NewId())), sender)).Events;

    /// <summary>A participant's command that has to be refused.</summary>
    public CommandRefusal Refuse(ParticipantId sender, Func<CommandId, ClientCommand> command) => Refusal(Do(new FromClient(command(NewId())), sender));

    public static CommandRefusal Refusal(Decision decision) => Assert.IsType<Silo.Grains.Meetings.Refused>(decision.Answer).Reason;

    public static Decision Done(Decision decision)
    {
        Assert.False(decision.IsRefused, $"refused: {decision.Answer}");
        return decision;
    }

    public CommandId NewId() => CommandId.Parse($"c{++_commands}");

    public ParticipantId Join(string name = "Ann", bool host = false, string? passcode = null, bool connect = true)
    {
        var id = ParticipantId.Parse($"p{++_names}");
        Done(Do(new TakePlace(id, name, Secrets.Hash(TokenOf(id)), passcode, host ? HostKey : null)));
        if (connect) Done(Do(new OpenSession($"s-{id}"), id));
        return id;
    }

    public JoinRefusal JoinRefused(string? name = "Ann", string? hostKey = null, string? passcode = null)
    {
        var id = ParticipantId.Parse($"p{++_names}");
        return Assert.IsType<JoinRefused>(Do(new TakePlace(id, name!, Secrets.Hash(TokenOf(id)), passcode, hostKey)).Answer).Reason;
    }

    public static string TokenOf(ParticipantId id) => $"token-{id}";

    public ParticipantId JoinStream(StreamKind kind, string? key = null)
    {
        var id = ParticipantId.Parse($"p{++_names}");
        Done(Do(new TakeStreamPlace(id, kind, key)));
        return id;
    }

    public StreamRefusal StreamRefused(StreamKind kind, string? key = null) =>
        Assert.IsType<StreamRefused>(Do(new TakeStreamPlace(ParticipantId.Parse($"p{++_names}"), kind, key)).Answer).Reason;
}
