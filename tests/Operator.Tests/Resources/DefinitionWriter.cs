using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;
using YamlDotNet.Serialization;
using Node = System.Collections.Generic.Dictionary<string, object>;

namespace Conference.Operator.Tests.Resources;

/// <summary>
/// Writes the custom resource definition of pools from the C# types: names, bounds and defaults from the members, descriptions from their documentation. So the API server and the
/// operator cannot disagree.
/// </summary>
internal sealed partial class DefinitionWriter
{
    /// <summary>As in Kubernetes' own definitions.</summary>
    private const string Quantity = @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

    private readonly Dictionary<string, string> _summaries = Read("Conference.Operator.xml").Concat(Read("Conference.Contracts.xml")).ToDictionary();
    private readonly NullabilityInfoContext _nullability = new();

    public static string Write()
    {
        var writer = new DefinitionWriter();
        var yaml = new SerializerBuilder().WithQuotingNecessaryStrings().WithMaximumRecursion(60).WithIndentedSequences().DisableAliases().Build().Serialize(writer.Definition());
        return "# Generated from the types of Operator/Resources by a test of Operator.Tests (UPDATE_GOLDEN=1 writes it anew). Do not edit.\n" + yaml;
    }

    private Node Definition() => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new Node
        {
            ["name"] = "mediapodpools.conference.io",
            ["annotations"] = new Node { [PoolDefinition.VersionAnnotation] = PoolDefinition.Version.ToString() },
        },
        ["spec"] = new Node
        {
            ["group"] = "conference.io",
            ["scope"] = "Namespaced",
            ["names"] = new Node
            {
                ["kind"] = "MediaPodPool", ["listKind"] = "MediaPodPoolList", ["plural"] = "mediapodpools", ["singular"] = "mediapodpool",
                ["shortNames"] = new[] { "mpp" }, ["categories"] = new[] { "conference" },
            },
            ["versions"] = new object[] { Version() },
        },
    };

    private Node Version() => new()
    {
        ["name"] = "v1alpha1",
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = new Node
        {
            ["status"] = new Node(),
            ["scale"] = new Node { ["specReplicasPath"] = ".spec.replicas", ["statusReplicasPath"] = ".status.pods", ["labelSelectorPath"] = ".status.selector" },
        },
        ["additionalPrinterColumns"] = new object[]
        {
            Column("Region", "string", ".spec.region"),
            Column("Role", "string", ".spec.role"),
            Column("Phase", "string", ".status.phase"),
            Column("Desired", "integer", ".status.desiredPods"),
            Column("Ready", "integer", ".status.readyPods"),
            Column("Draining", "integer", ".status.drainingPods"),
            Column("Participants", "integer", ".status.participants"),
            Column("Load", "number", ".status.load"),
            Column("Min", "integer", ".spec.minPods", 1),
            Column("Max", "integer", ".spec.maxPods", 1),
            Column("Case", "string", ".status.recommendation.case", 1),
            Column("Reason", "string", ".status.recommendation.reason", 1),
            Column("Image", "string", ".spec.image", 1),
            Column("Age", "date", ".metadata.creationTimestamp"),
        },
        ["schema"] = new Node
        {
            ["openAPIV3Schema"] = new Node
            {
                ["type"] = "object",
                ["description"] = Summary($"T:{typeof(MediaPodPool).FullName}"),
                ["required"] = new[] { "spec" },
                ["properties"] = new Node
                {
                    ["apiVersion"] = new Node { ["type"] = "string" },
                    ["kind"] = new Node { ["type"] = "string" },
                    ["metadata"] = new Node { ["type"] = "object" },
                    ["spec"] = Object(typeof(MediaPodPoolSpec), defaults: true),
                    ["status"] = Object(typeof(MediaPodPoolStatus), defaults: false),
                },
            },
        },
    };

    private static Node Column(string name, string type, string path, int priority = 0)
    {
        var column = new Node { ["name"] = name, ["type"] = type, ["jsonPath"] = path };
        if (priority > 0) column["priority"] = priority;
        return column;
    }

    private Node Object(Type type, bool defaults)
    {
        var sample = Activator.CreateInstance(type);
        var node = new Node { ["type"] = "object", ["description"] = Summary($"T:{type.FullName}") };
        var required = new List<string>();
        var properties = new Node();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.IsDefined(typeof(JsonIgnoreAttribute))) continue;
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            properties[name] = Property(property, property.GetValue(sample), defaults);
            if (property.IsDefined(typeof(RequiredMemberAttribute))) required.Add(name);
        }
        if (required.Count > 0) node["required"] = required;
        node["properties"] = properties;
        return node;
    }

    private Node Property(PropertyInfo property, object? value, bool defaults)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var node = property.IsDefined(typeof(HandedThroughAttribute))
            ? new Node { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true }
            : Schema(type, defaults);
        node["description"] = Summary($"P:{property.DeclaringType!.FullName}.{property.Name}");
        if (property.GetCustomAttribute<BoundsAttribute>() is { } bounds) (node["minimum"], node["maximum"]) = (bounds.Min, bounds.Max);
        if (property.GetCustomAttribute<TextAttribute>() is { } text)
        {
            (node["minLength"], node["maxLength"]) = (1, text.MaxLength);
            if (text.Pattern.Length > 0) node["pattern"] = text.Pattern;
        }
        if (defaults && !property.IsDefined(typeof(RequiredMemberAttribute)) && Default(type, value) is { } standard) node["default"] = standard;
        return node;
    }

    private static object? Default(Type type, object? value) =>
        value is null || value is string { Length: 0 } || value is IEnumerable and not string ? null
        : type.IsEnum ? value.ToString()
        : type.IsPrimitive ? value
        : value is string ? value
        : new Node(); // an object gets the defaults of its members

    private Node Schema(Type type, bool defaults)
    {
        if (type == typeof(string)) return new() { ["type"] = "string" };
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type == typeof(int)) return new() { ["type"] = "integer", ["format"] = "int32" };
        if (type == typeof(long)) return new() { ["type"] = "integer", ["format"] = "int64" };
        if (type == typeof(double)) return new() { ["type"] = "number" };
        if (type == typeof(DateTimeOffset)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (type == typeof(IntOrString)) return new() { ["x-kubernetes-int-or-string"] = true, ["pattern"] = Quantity };
        if (type.IsEnum) return new() { ["type"] = "string", ["enum"] = Enum.GetNames(type) };
        if (!type.IsGenericType) return Object(type, defaults);
        var arguments = type.GetGenericArguments();
        if (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return List(arguments[0], defaults);
        if (type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>)) return new() { ["type"] = "object", ["additionalProperties"] = Schema(arguments[1], defaults) };
        throw new NotSupportedException($"no schema for {type}");
    }

    private Node List(Type item, bool defaults)
    {
        var node = new Node { ["type"] = "array", ["items"] = Schema(item, defaults) };
        var key = item == typeof(PoolCondition) ? "type" : item == typeof(EnvironmentVariable) || item == typeof(LocalReference) ? "name" : null;
        if (key is not null) (node["x-kubernetes-list-type"], node["x-kubernetes-list-map-keys"]) = ("map", new[] { key });
        // The key of a map has to be there.
        if (item == typeof(PoolCondition)) ((Node)node["items"])["required"] = new[] { key! };
        return node;
    }

    private string Summary(string member) =>
        _summaries.TryGetValue(member, out var text) ? text : throw new InvalidOperationException($"{member} has no documentation");

    private static IEnumerable<KeyValuePair<string, string>> Read(string file) =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, file)).Descendants("member")
            .Select(m => KeyValuePair.Create(m.Attribute("name")!.Value, Plain(m.Element("summary"))));

    private static string Plain(XElement? summary) => summary is null
        ? ""
        : Spaces().Replace(string.Concat(summary.Nodes().Select(n => n is XElement e ? e.Attribute("cref") is { } reference ? reference.Value.Split('.')[^1] : e.Value : n.ToString())), " ")
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
