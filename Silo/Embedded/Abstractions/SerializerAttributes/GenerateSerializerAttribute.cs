namespace Orleans;

/// <summary>Asks Orleans' code generator for a serializer of this type. The Embedded flavour passes references and ignores it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether the parameters of a primary constructor are members; Orleans assumes so for records.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }

    /// <summary>Which members without an <see cref="IdAttribute"/> get an id.</summary>
    public GenerateFieldIds GenerateFieldIds { get; init; } = GenerateFieldIds.None;
}
