namespace Conference.Silo.Embedded.Calls;

/// <summary>One piece of work for a target: a call, or a tick of a grain timer.</summary>
internal abstract class GrainRequest
{
    /// <summary>Neighbours and list, owned by the <see cref="RequestList"/> that holds this request.</summary>
    public GrainRequest? Previous { get; set; }

    /// <inheritdoc cref="Previous"/>
    public GrainRequest? Next { get; set; }

    /// <inheritdoc cref="Previous"/>
    public RequestList? List { get; set; }

    /// <summary>Where it was queued last.</summary>
    public RequestTarget? Target { get; set; }

    public abstract bool AlwaysInterleaves { get; }

    public abstract bool OnlyReads { get; }

    /// <summary>Whether it counts as use of the grain, which postpones idle deactivation.</summary>
    public abstract bool KeepsAlive { get; }

    /// <summary>Whether it goes with its activation; any other request waits for the next one.</summary>
    public virtual bool IsLocal => false;

    /// <summary>How many activations went away before they could run it.</summary>
    public int Forwards { get; set; }

    /// <summary>Whether nobody waits for it any more and it need not begin.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>
    /// Runs on a turn of the target and never throws. Reports to <see cref="RequestTarget.Completed"/> exactly once, when all of it has ended.
    /// </summary>
    public abstract void Start(RequestTarget target, object instance);

    /// <summary>The target will not run it, and this is why.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>The target is gone. Who waits for an answer gets a <see cref="TimeoutException"/>; who does not learns nothing, as from any observer that has ended (R18).</summary>
    public abstract void Miss(string target);

    /// <summary>Whether its reply is overdue at <paramref name="tick"/> (see <see cref="SiloClock"/>).</summary>
    public abstract bool IsOverdue(int tick);

    /// <summary>Fails the caller with a <see cref="TimeoutException"/>.</summary>
    public abstract void TimeOut();

    /// <summary>Cancels the callee's cancellation token. Runs on a turn of the target.</summary>
    public abstract void CancelCallee();
}
