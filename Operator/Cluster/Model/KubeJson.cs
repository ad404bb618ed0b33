using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conference.Operator.Cluster.Model;

/// <summary>
/// How Kubernetes objects look as JSON: camelCase, nulls left out, unknown fields ignored, times in whole seconds. Source generated. A context for other
/// resources takes the same attribute, and <see cref="KubeTime"/> among its converters.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(KubeTime)],
    RespectNullableAnnotations = true,
    MaxDepth = 64)]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(KubeEvent))]
[JsonSerializable(typeof(KubeStatus))]
[JsonSerializable(typeof(ResourceList))]
[JsonSerializable(typeof(ResourceNames))]
[JsonSerializable(typeof(WatchLine))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(Eviction))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class KubeJson : JsonSerializerContext;
