namespace Orleans.Serialization.Invocation;

/// <summary>
/// What a grain context is to a serialized call: it finds the object to call. The Embedded flavour serializes nothing and only has to name it.
/// </summary>
public interface ITargetHolder
{
    /// <summary>The grain instance, or null before it exists.</summary>
    object? GetTarget();

    /// <summary>The component of that type which the context carries, or null.</summary>
    object? GetComponent(Type componentType);
}
