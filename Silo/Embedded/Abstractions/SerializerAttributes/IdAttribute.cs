namespace Orleans;

/// <summary>The number of a member in its type's serialized form; it never changes once data or peers know it.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Struct
    | AttributeTargets.Enum | AttributeTargets.Method)]
public sealed class IdAttribute(uint id) : Attribute
{
    /// <summary>Unique within the type, from 0.</summary>
    public uint Id => id;
}
