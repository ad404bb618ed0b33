using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Silo.Grains.Pods;

/// <summary>One running pod: what it should do (desired, with a revision), what it says it does (actual), and whether it is there. The key is the pod's id. Holds nothing durable.</summary>
[Alias("conference.pod")]
public interface IPodGrain : IGrainWithStringKey
{
    /// <summary>The pod has dialled in (again). The plan follows over the channel.</summary>
    [Alias("register")]
    Task Register(PodConnection connection, IPodChannel channel);

    /// <summary>What is actual; also keeps the pod alive. False: the pod is not known, because the silo that knew it is gone or it was given up; it has to be registered again.</summary>
    [Alias("reportTo")]
    Task<bool> Report(string connectionId, PodReport report);

    /// <summary>A control channel is gone; the pod is lost unless it comes back in time.</summary>
    [Alias("disconnected")]
    Task Disconnected(string connectionId);

    /// <summary>Whether a meeting may send one more participant here.</summary>
    [Alias("admit")]
    Task<PodAdmission> Admit(MeetingId meetingId);

    /// <summary>Changes what should be in one room. Without participants in a full plan the room is closed.</summary>
    [Alias("setRoom")]
    Task SetRoom(RoomChange change);

    /// <summary>Another process serves the pod's address: it will not come back.</summary>
    [Alias("replaced")]
    Task Replaced();

    /// <summary>Takes no new meetings from now on; the pod is told. False: there is no such pod.</summary>
    [Alias("drainAs")]
    Task<bool> Drain(DrainMode mode);

    /// <summary>Takes new meetings again, unless the pod's process was told to end. False: there is no such pod.</summary>
    [Alias("resume")]
    Task<bool> Resume();
}

/// <summary>The way back to a pod, on the silo that holds its socket.</summary>
[Alias("conference.pod.channel")]
public interface IPodChannel : IGrainObserver
{
    /// <summary>Sends a message to the pod. May get lost: reports repair it.</summary>
    [Alias("send")]
    void Send(PodInstruction instruction);
}

/// <summary>Who dialled in, over which socket.</summary>
[GenerateSerializer, Immutable, Alias("conference.pod.connection")]
public sealed record PodConnection(string ConnectionId, PodRegister Pod);

/// <summary>A message to a pod.</summary>
[GenerateSerializer, Immutable, Alias("conference.pod.instruction")]
public sealed record PodInstruction(SiloToPod Message);

/// <summary>What should change in a room of a pod.</summary>
/// <param name="Room">The change.</param>
/// <param name="Close">The meeting is over: close the room.</param>
/// <param name="Joins">How many took a place in the meeting since the last change; who comes from another pod did not.</param>
[GenerateSerializer, Immutable, Alias("conference.pod.roomChange")]
public sealed record RoomChange(RoomPlan Room, bool Close = false, int Joins = 0);

/// <summary>Whether a pod takes a participant.</summary>
public enum PodAdmission
{
    /// <summary>It does.</summary>
    Admitted,

    /// <summary>It is not known: it has not dialled in, or is lost.</summary>
    Unknown,

    /// <summary>It is not known yet: this grain has just come to life, perhaps because the silo that knew the pod is gone. A pod that is there says so any moment.</summary>
    Expected,

    /// <summary>Every place of it is taken.</summary>
    Full,

    /// <summary>It drains.</summary>
    Draining,
}
