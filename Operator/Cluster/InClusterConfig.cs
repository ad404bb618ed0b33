namespace Conference.Operator.Cluster;

/// <summary>The configuration that every pod with a service account gets: two variables, and a folder whose token the kubelet renews.</summary>
/// <param name="folder">The folder with <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</param>
/// <param name="variable">Reads an environment variable.</param>
public sealed class InClusterConfig(string folder, Func<string, string?> variable) : IClusterConfigSource
{
    /// <summary>Where the kubelet puts the account.</summary>
    public const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The configuration of this process' pod.</summary>
    public InClusterConfig() : this(AccountFolder, Environment.GetEnvironmentVariable)
    {
    }

    /// <summary>Whether this process is in a pod with a service account.</summary>
    public bool IsPresent => variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && File.Exists(Path.Combine(folder, "token"));

    /// <inheritdoc/>
    public ClusterConfig Read()
    {
        if (variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host)
            throw new ClusterConfigException(ClusterConfigFault.NotConfigured, "KUBERNETES_SERVICE_HOST is not set: this is no pod");
        var port = variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } text ? text : "443";
        if (!Uri.TryCreate($"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}", UriKind.Absolute, out var server))
            throw new ClusterConfigException(ClusterConfigFault.Malformed, "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT make no address");
        return new ClusterConfig
        {
            Server = server,
            AuthorityPem = ConfigFile.Read(Path.Combine(folder, "ca.crt")),
            Token = ConfigFile.Read(Path.Combine(folder, "token")).Trim(),
            Namespace = ConfigFile.Read(Path.Combine(folder, "namespace")).Trim(),
        };
    }
}

internal static class ConfigFile
{
    /// <summary>The text of a small file; throws <see cref="ClusterConfigException"/>.</summary>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigException(ClusterConfigFault.FileUnreadable, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
