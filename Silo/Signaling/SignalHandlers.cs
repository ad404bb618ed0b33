using System.Collections.Frozen;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Hosting.Sockets;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Signaling;

/// <summary>What one kind of message does.</summary>
internal interface ISignalHandler
{
    /// <summary>The messages it handles, with those derived from them.</summary>
    Type Message { get; }

    /// <summary>Handles one. Completes when its answer is queued.</summary>
    Task HandleAsync(SignalSession session, ClientMessage message);
}

/// <summary>Answers pings.</summary>
internal sealed class PingHandler : ISignalHandler
{
    public Type Message => typeof(Ping);

    public Task HandleAsync(SignalSession session, ClientMessage message)
    {
        session.Outbox.Send(new Pong());
        return Task.CompletedTask;
    }
}

/// <summary>Renews media tickets.</summary>
internal sealed class RenewMediaTicketHandler(MeetingCalls calls, MediaGrants grants) : ISignalHandler
{
    public Type Message => typeof(RenewMediaTicket);

    public async Task HandleAsync(SignalSession session, ClientMessage message)
    {
        var grant = await calls.ReadAsync(session.Meeting, new PlaceQuery(session.Participant)).ConfigureAwait(false) is PlaceFound { Place: var place }
            ? grants.For(session.Meeting, session.Participant, place)
            : null;
        if (grant is null) session.Outbox.Send(new Contracts.Signaling.Refused(CommandRefusal.InLobby));
        else session.Outbox.Send(new MediaTicketRenewed(grant.MediaTicket, grant.IceServers.IsEmpty ? null : grant.IceServers));
    }
}

/// <summary>Shows reactions to everybody.</summary>
internal sealed class ReactionHandler(MeetingCalls calls) : ISignalHandler
{
    public Type Message => typeof(ReactionSend);

    public async Task HandleAsync(SignalSession session, ClientMessage message)
    {
        var result = await calls.ExecuteAsync(session.Meeting, new ShowReaction(((ReactionSend)message).Emoji), session.Participant).ConfigureAwait(false);
        if (result is Grains.Meetings.Refused refused) session.Outbox.Send(new Contracts.Signaling.Refused(refused.Reason));
    }
}

/// <summary>Every command that changes the meeting.</summary>
internal sealed class CommandHandler(MeetingCalls calls) : ISignalHandler
{
    public Type Message => typeof(ClientCommand);

    public async Task HandleAsync(SignalSession session, ClientMessage message)
    {
        var command = (ClientCommand)message;
        var result = await calls.ExecuteAsync(session.Meeting, new FromClient(command), session.Participant).ConfigureAwait(false);
        ServerMessage answer = result switch
        {
            Done done => new Ack(command.Id, done.Seq),
            Grains.Meetings.Refused refused => new Contracts.Signaling.Refused(refused.Reason, command.Id),
            _ => new Contracts.Signaling.Refused(CommandRefusal.Unavailable, command.Id),
        };
        session.Outbox.Send(answer);
        if (command is Leave or MeetingEnd) session.Answered(command.Id);
    }
}

/// <summary>Finds the handler of a message.</summary>
internal sealed class SignalHandlers
{
    private readonly FrozenDictionary<Type, ISignalHandler> _byType;

    public SignalHandlers(IEnumerable<ISignalHandler> handlers)
    {
        var all = handlers.ToList();
        _byType = typeof(ClientMessage).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(ClientMessage)))
            .Select(t => (Type: t, Handler: all.Find(h => h.Message.IsAssignableFrom(t))))
            .Where(x => x.Handler is not null).ToFrozenDictionary(x => x.Type, x => x.Handler!);
    }

    /// <summary>Null for a message that has no place after the hello.</summary>
    public ISignalHandler? Find(ClientMessage message) => _byType.GetValueOrDefault(message.GetType());
}

/// <summary>How much one socket may ask for. Not for concurrent use.</summary>
internal sealed class SessionLimits(SignalOptions options, TimeProvider time)
{
    private readonly MessageRate _messages = new(options.Burst, options.PerSecond, time);
    private readonly MessageRate _data = new(options.DataBurst, options.DataPerSecond, time);
    private readonly MessageRate _reactions = new(options.ReactionBurst, 1, time);
    private int _aboveRate;
    private int _malformed;

    /// <summary>Whether a message may be handled.</summary>
    public bool Allows() => _messages.TryTake();

    /// <summary>Whether a reaction may be shown.</summary>
    public bool AllowsReaction() => _reactions.TryTake();

    /// <summary>Whether a program's message may be sent.</summary>
    public bool AllowsData() => _data.TryTake();

    /// <summary>A message above the rate; true when it was one too many.</summary>
    public bool IsFlooding() => ++_aboveRate > options.ToleratedAboveRate;

    /// <summary>A broken message; true when it was one too many.</summary>
    public bool IsRubbish() => ++_malformed > options.ToleratedMalformed;
}
