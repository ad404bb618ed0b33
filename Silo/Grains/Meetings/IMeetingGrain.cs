namespace Conference.Silo.Grains.Meetings;

/// <summary>
/// One meeting: the only writer of its journal. The key is the meeting's id. Answers follow the commit: what is acknowledged is durable. Contracts' types cross as they
/// are; where grains are in several processes, as the JSON that <c>ContractsJson</c> gives them everywhere else.
/// </summary>
[Alias("conference.meeting")]
public interface IMeetingGrain : IGrainWithStringKey
{
    /// <summary>Does one command, or refuses it by name.</summary>
    [Alias("execute")]
    Task<CommandResult> Execute(CommandEnvelope envelope);

    /// <summary>Sends every event from now on to an observer, for a minute; subscribing again renews it and costs nothing. The answer tells what the observer should have seen.</summary>
    [Alias("subscribe")]
    Task<MeetingPosition> Subscribe(IMeetingObserver observer);

    /// <summary>Ends a subscription.</summary>
    [Alias("unsubscribe")]
    Task Unsubscribe(IMeetingObserver observer);

    /// <summary>Answers a question about what is durable.</summary>
    [Alias("read")]
    Task<MeetingReading> Read(MeetingQuestion query);
}

/// <summary>Where a silo's sockets hear of a meeting. Calls may get lost: every batch says where it begins, and <see cref="IMeetingGrain.Subscribe"/> says where the meeting is.</summary>
[Alias("conference.meeting.observer")]
public interface IMeetingObserver : IGrainObserver
{
    /// <summary>Events that are durable.</summary>
    [Alias("published")]
    void Published(EventBatch batch);

    /// <summary>Something to show that no journal keeps.</summary>
    [Alias("shown")]
    void Shown(Ephemeral ephemeral);
}
