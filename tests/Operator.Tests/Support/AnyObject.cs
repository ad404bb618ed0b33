using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Tests.Support;

/// <summary>An object of any kind, with all of its fields: what tests set up and look at.</summary>
public sealed record AnyObject : KubeObject
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Fields { get; set; }

    public static ResourceType<AnyObject> Type(string apiVersion, string kind, string plural, bool namespaced = true) => new(apiVersion, kind, plural, namespaced, AnyJson.Default.AnyObject);

    public static ResourceType<AnyObject> Namespaces { get; } = Type("v1", "Namespace", "namespaces", false);

    public static ResourceType<AnyObject> ConfigMaps { get; } = Type("v1", "ConfigMap", "configmaps");

    public static ResourceType<AnyObject> Definitions { get; } = Type("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    public static ResourceType<AnyObject> Widgets { get; } = Type("test.conference.io/v1", "Widget", "widgets");

    public static AnyObject Parse(string json) => JsonSerializer.Deserialize(json, AnyJson.Default.AnyObject)!;

    public static AnyObject ConfigMap(string ns, string name, string value = "1") => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = ns },
        Fields = new Dictionary<string, JsonElement> { ["data"] = JsonDocument.Parse($$"""{"value": "{{value}}"}""").RootElement },
    };

    public JsonElement Field(params string[] path)
    {
        var at = Fields![path[0]];
        foreach (var name in path.Skip(1)) at = at.GetProperty(name);
        return at;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(KubeTime)])]
[JsonSerializable(typeof(AnyObject))]
public sealed partial class AnyJson : JsonSerializerContext;
