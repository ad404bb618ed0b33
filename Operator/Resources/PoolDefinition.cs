using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using YamlDotNet.Serialization;

namespace Conference.Operator.Resources;

/// <summary>What became of the definition.</summary>
public enum DefinitionOutcome
{
    /// <summary>The cluster has it now.</summary>
    Applied,

    /// <summary>The cluster has a newer one, which was left alone.</summary>
    LeftNewer,

    /// <summary>The API server refused, or could not be reached.</summary>
    Failed,
}

/// <summary>
/// The custom resource definition of pools, as this operator knows it. Helm installs definitions once and never changes them, so an upgrade has the operator itself bring the
/// cluster's up to date. A cluster has one definition for all releases: an older operator never takes away what a newer one needs.
/// </summary>
public static class PoolDefinition
{
    /// <summary>Raised with every change of the definition.</summary>
    public const int Version = 1;

    /// <summary>The annotation with the version.</summary>
    public const string VersionAnnotation = "conference.io/definition-version";

    private const string Name = "mediapodpools.conference.io";
    private const string Manager = "conference-operator";

    private static readonly ResourceType<CustomDefinition> Type = new("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false, DefinitionJson.Default.CustomDefinition);

    /// <summary>The definition as YAML: the same text as <c>charts/conference/crds/mediapodpools.yaml</c>.</summary>
    public static string Yaml()
    {
        using var stream = typeof(PoolDefinition).Assembly.GetManifestResourceStream("mediapodpools.yaml") ?? throw new InvalidOperationException("the definition is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Brings the cluster's definition up to date.</summary>
    /// <param name="client">The API, with the right to get and patch this one definition.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What became of it, and for <see cref="DefinitionOutcome.Failed"/> why.</returns>
    public static async Task<(DefinitionOutcome Outcome, string? Error)> ApplyAsync(KubeClient client, CancellationToken cancellation)
    {
        var there = await client.GetAsync(Type, null, Name, cancellation).ConfigureAwait(false);
        if (!there.Ok && there.Reason != KubeReason.NotFound) return (DefinitionOutcome.Failed, there.Error.Message);
        if (int.TryParse(there.Value?.Metadata.Annotation(VersionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > Version)
            return (DefinitionOutcome.LeftNewer, null);
        var applied = await client.ApplyAsync(Type, Read(), Manager, force: true, cancellation).ConfigureAwait(false);
        return applied.Ok ? (DefinitionOutcome.Applied, null) : (DefinitionOutcome.Failed, applied.Error.Message);
    }

    private static CustomDefinition Read()
    {
        var yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(Yaml());
        return JsonSerializer.Deserialize(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml), DefinitionJson.Default.CustomDefinition)!;
    }
}

/// <summary>A custom resource definition; its spec is handed through.</summary>
internal sealed record CustomDefinition : KubeObject
{
    public JsonObject? Spec { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(KubeTime)], RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CustomDefinition))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
