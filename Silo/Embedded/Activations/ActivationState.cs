namespace Conference.Silo.Embedded.Activations;

/// <summary>Where an activation is in its life. It only moves forward.</summary>
internal enum ActivationState
{
    /// <summary>Made, but not yet called.</summary>
    Created,

    /// <summary>Its object is made and <c>OnActivateAsync</c> runs; calls wait.</summary>
    Activating,

    /// <summary>It runs calls.</summary>
    Valid,

    /// <summary>No further call begins; those that run end, then <c>OnDeactivateAsync</c> runs. Calls that come now wait for the next activation.</summary>
    Deactivating,

    /// <summary>Gone. Callers have to look up the next activation.</summary>
    Invalid,
}
