using System.Collections.Immutable;
using System.Globalization;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;

namespace Conference.Operator.Pods;

/// <summary>The variables of a media pod; docs/running.md says what they mean to it.</summary>
internal static class PodEnvironment
{
    private const string Prefix = "CONFERENCE_";

    /// <summary>Whether the operator sets the variable itself, in any pool.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);

    private static readonly ImmutableHashSet<string> Reserved =
    [
        "POD_IP", .. ((string[])["POD_ID", "HTTP_URL", "LISTEN", "ROLE", "SILOS", "SECRET", "MEDIA_PORT", "MEDIA_TCP_PORT", "WORKERS", "CAPACITY_PARTICIPANTS", "CAPACITY_MBPS", "DRAIN_SECONDS", "DRAIN_MODE",
            "LOG_FORMAT", "REGION", "REGION_FILE", "PUBLIC_ADDRESS", "PUBLIC_ADDRESS_FILE"]).Select(n => Prefix + n),
    ];

    public static IReadOnlyList<EnvironmentVariable> Of(PodRequest request, PodSurroundings surroundings, int http, string files)
    {
        var spec = request.Pool.Spec;
        return
        [
            Field("POD_IP", "status.podIP"),
            Field(Prefix + "POD_ID", "metadata.name"),
            Value("HTTP_URL", $"http://$(POD_IP):{http}"),
            // Elsewhere the pod's own default, which knows whether there is IPv6.
            .. http == PoolPorts.Http ? [] : (EnvironmentVariable[])[Value("LISTEN", $"[::]:{http}")],
            Value("ROLE", spec.Role.ToString().ToLowerInvariant()),
            Value("SILOS", surroundings.Silos),
            new() { Name = Prefix + "SECRET", ValueFrom = new() { SecretKeyRef = new() { Name = surroundings.SecretName, Key = "secret" } } },
            Value("MEDIA_PORT", Text(request.FirstPort)),
            .. spec.Network.HasTcp ? [] : (EnvironmentVariable[])[Value("MEDIA_TCP_PORT", "off")],
            Value("WORKERS", Text(spec.Network.Workers)),
            Value("CAPACITY_PARTICIPANTS", Text(spec.Capacity.Participants)),
            Value("CAPACITY_MBPS", Text(spec.Capacity.EgressMbps)),
            Value("DRAIN_SECONDS", Text(spec.Drain.DeadlineSeconds)),
            Value("DRAIN_MODE", spec.Drain.Mode.ToString().ToLowerInvariant()),
            Value("LOG_FORMAT", "json"),
            spec.Region is { } region ? Value("REGION", region) : Value("REGION_FILE", $"{files}/region"),
            Address(spec.Network, files),
            .. spec.Template.Env.Where(e => !IsReserved(e.Name)),
        ];
    }

    private static EnvironmentVariable Address(PoolNetwork network, string files) => PodAddress.SourceOf(network) switch
    {
        AddressSource.HostField => Field(Prefix + "PUBLIC_ADDRESS", "status.hostIP"),
        AddressSource.PodField => Field(Prefix + "PUBLIC_ADDRESS", "status.podIP"),
        _ => Value("PUBLIC_ADDRESS_FILE", $"{files}/public-address"),
    };

    private static EnvironmentVariable Value(string name, string value) => new() { Name = Prefix + name, Value = value };

    private static EnvironmentVariable Field(string name, string path) => new() { Name = name, ValueFrom = new() { FieldRef = new() { FieldPath = path } } };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
