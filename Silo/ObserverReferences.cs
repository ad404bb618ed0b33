namespace Conference.Silo;

/// <summary>Ends of observers.</summary>
internal static class ObserverReferences
{
    /// <summary>Deletes a reference; one that a stopping silo has deleted already is fine.</summary>
    public static void Release<T>(this IGrainFactory grains, T reference) where T : IGrainObserver
    {
        try
        {
            grains.DeleteObjectReference<T>(reference);
        }
        catch (ArgumentException)
        {
            // Gone with the silo.
        }
    }
}
