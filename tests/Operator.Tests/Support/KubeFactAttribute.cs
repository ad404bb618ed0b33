namespace Conference.Operator.Tests.Support;

/// <summary>A test against a real Kubernetes API server; skipped, with the reason, where none can be had.</summary>
internal sealed class KubeFactAttribute : FactAttribute
{
    public KubeFactAttribute(bool needsKit = false) => Skip = ApiServer.Obstacle ?? (needsKit ? ApiServer.KitObstacle : null);
}

/// <summary>As <see cref="KubeFactAttribute"/>, with data.</summary>
internal sealed class KubeTheoryAttribute : TheoryAttribute
{
    public KubeTheoryAttribute() => Skip = ApiServer.Obstacle;
}

/// <summary>Tests that share the API server.</summary>
[CollectionDefinition(Name)]
public sealed class KubeCollection : ICollectionFixture<ApiServer>
{
    public const string Name = "Kubernetes API";
}
