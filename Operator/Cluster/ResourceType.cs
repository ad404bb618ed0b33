using System.Text.Json.Serialization.Metadata;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Cluster;

/// <summary>A kind of resource and where the API serves it.</summary>
public interface IResourceType
{
    /// <summary>Group and version, as <c>v1</c> or <c>conference.io/v1alpha1</c>.</summary>
    string ApiVersion { get; }

    /// <summary>The kind, as <c>Pod</c>.</summary>
    string Kind { get; }

    /// <summary>The path segment, as <c>pods</c>.</summary>
    string Plural { get; }
}

/// <summary>A kind of resource and how it is read and written.</summary>
/// <typeparam name="T">Its record.</typeparam>
/// <param name="ApiVersion">Group and version, as <c>v1</c> or <c>conference.io/v1alpha1</c>.</param>
/// <param name="Kind">The kind, as <c>Pod</c>.</param>
/// <param name="Plural">The path segment, as <c>pods</c>.</param>
/// <param name="Namespaced">Whether it lives in namespaces.</param>
/// <param name="Json">How it looks as JSON; source generated: camelCase, nulls left out, <see cref="KubeTime"/> among the converters.</param>
public sealed record ResourceType<T>(string ApiVersion, string Kind, string Plural, bool Namespaced, JsonTypeInfo<T> Json) : IResourceType where T : KubeObject
{
    /// <summary>The path of the collection or of one object, without a leading slash.</summary>
    /// <param name="ns">The namespace; null: all of them, or a resource of the whole cluster.</param>
    /// <param name="name">The object; null: the collection.</param>
    /// <param name="subresource">As <c>status</c>.</param>
    internal string Path(string? ns, string? name = null, string? subresource = null)
    {
        var path = ApiVersion.Contains('/') ? $"apis/{ApiVersion}" : $"api/{ApiVersion}";
        if (Namespaced && ns is not null) path += $"/namespaces/{Uri.EscapeDataString(ns)}";
        path += $"/{Plural}";
        if (name is not null) path += $"/{Uri.EscapeDataString(name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }
}

/// <summary>The kinds of Kubernetes itself that the operator uses.</summary>
public static class ResourceTypes
{
    /// <summary>Pods.</summary>
    public static ResourceType<Pod> Pods { get; } = new("v1", "Pod", "pods", true, KubeJson.Default.Pod);

    /// <summary>Nodes.</summary>
    public static ResourceType<Node> Nodes { get; } = new("v1", "Node", "nodes", false, KubeJson.Default.Node);

    /// <summary>Services.</summary>
    public static ResourceType<Service> Services { get; } = new("v1", "Service", "services", true, KubeJson.Default.Service);

    /// <summary>Leases.</summary>
    public static ResourceType<Lease> Leases { get; } = new("coordination.k8s.io/v1", "Lease", "leases", true, KubeJson.Default.Lease);

    /// <summary>Events.</summary>
    public static ResourceType<KubeEvent> Events { get; } = new("v1", "Event", "events", true, KubeJson.Default.KubeEvent);
}
