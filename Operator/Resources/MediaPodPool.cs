using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Resources;

/// <summary>A pool of media pods of one region and one role (<c>conference.io/v1alpha1</c>, short name <c>mpp</c>).</summary>
public sealed record MediaPodPool : KubeObject
{
    /// <summary>The kind with its path and JSON.</summary>
    public static ResourceType<MediaPodPool> Type { get; } =
        new("conference.io/v1alpha1", nameof(MediaPodPool), "mediapodpools", true, (JsonTypeInfo<MediaPodPool>)PoolJson.Options.GetTypeInfo(typeof(MediaPodPool)));

    /// <summary>What somebody wants.</summary>
    public required MediaPodPoolSpec Spec { get; init; }

    /// <summary>What the operator saw and decided last; null before it looked for the first time.</summary>
    public MediaPodPoolStatus? Status { get; init; }
}

/// <summary>
/// How pools look as JSON: as Kubernetes' own objects do. By reflection, because generated code sets what the JSON does not say to null or zero, where the types have their defaults.
/// </summary>
internal static class PoolJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            MaxDepth = 64,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.Converters.Add(new KubeTime());
        options.MakeReadOnly();
        return options;
    }
}
