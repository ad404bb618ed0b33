using Conference.Silo.Embedded.Activations;
using Orleans.Core;
using Orleans.Timers;

namespace Conference.Silo.Embedded;

/// <summary>What <see cref="Grain"/> asks of its runtime.</summary>
internal sealed class GrainRuntime(EmbeddedSilo silo, IGrainFactory factory, ITimerRegistry timers) : IGrainRuntime
{
    public string SiloIdentity => EmbeddedSilo.Identity;

    public SiloAddress SiloAddress => EmbeddedSilo.Address;

    public IGrainFactory GrainFactory => factory;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => silo.Services;

    public TimeProvider TimeProvider => silo.Time;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        grainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).DelayDeactivation(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) =>
        throw new NotSupportedException("There is no grain storage here: a grain keeps its truth in the journal.");
}
