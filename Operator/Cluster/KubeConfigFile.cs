using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Conference.Operator.Cluster;

/// <summary>
/// A kubeconfig file: client certificates and tokens, inline or in files beside it. Programs that fetch a credential (<c>exec</c>) are refused by name.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="context">The context; null: the file's <c>current-context</c>.</param>
public sealed class KubeConfigFile(string path, string? context = null) : IClusterConfigSource
{
    /// <inheritdoc/>
    public ClusterConfig Read()
    {
        var root = Parse(ConfigFile.Read(path));
        var name = context ?? Text(root, "current-context") ?? throw new ClusterConfigException(ClusterConfigFault.ContextMissing, $"{path} has no current-context");
        var chosen = Entry(root, "contexts", "context", name);
        var cluster = Entry(root, "clusters", "cluster", Text(chosen, "cluster") ?? "");
        var user = Entry(root, "users", "user", Text(chosen, "user") ?? "");
        RefuseUnsupported(user);
        if (!Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
            throw new ClusterConfigException(ClusterConfigFault.Malformed, $"{path}: the cluster of context '{name}' has no usable server");
        return new ClusterConfig
        {
            Server = server,
            AuthorityPem = Content(cluster, "certificate-authority"),
            TlsServerName = Text(cluster, "tls-server-name"),
            SkipTlsVerify = Text(cluster, "insecure-skip-tls-verify") is "true",
            ClientCertificatePem = Content(user, "client-certificate"),
            ClientKeyPem = Content(user, "client-key"),
            Token = (Text(user, "tokenFile") is { } file ? ConfigFile.Read(Beside(file)) : Text(user, "token"))?.Trim(),
            Namespace = Text(chosen, "namespace") is { Length: > 0 } ns ? ns : "default",
        };
    }

    private YamlMappingNode Parse(string text)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..] ? root : throw new ClusterConfigException(ClusterConfigFault.Malformed, $"{path} is not a kubeconfig");
        }
        catch (YamlException e)
        {
            throw new ClusterConfigException(ClusterConfigFault.Malformed, $"{path} is not YAML at {e.Start}", e);
        }
    }

    private YamlMappingNode Entry(YamlMappingNode root, string list, string part, string name)
    {
        var entries = Child(root, list) is YamlSequenceNode nodes ? nodes.OfType<YamlMappingNode>() : [];
        return entries.FirstOrDefault(e => Text(e, "name") == name) is { } found && Child(found, part) is YamlMappingNode content
            ? content
            : throw new ClusterConfigException(ClusterConfigFault.ContextMissing, $"{path} has no {part} '{name}'");
    }

    private void RefuseUnsupported(YamlMappingNode user)
    {
        if (Child(user, "exec") is not null || Child(user, "auth-provider") is not null)
            throw new ClusterConfigException(ClusterConfigFault.PluginUnsupported, $"{path}: programs that fetch a credential are not supported; use a token or a client certificate");
        if (Child(user, "username") is not null)
            throw new ClusterConfigException(ClusterConfigFault.PasswordUnsupported, $"{path}: name and password are not supported; use a token or a client certificate");
    }

    /// <summary>Inline (<c>key-data</c>, base64) wins over a file (<c>key</c>), as with kubectl.</summary>
    private string? Content(YamlMappingNode node, string key)
    {
        if (Text(node, $"{key}-data") is not { Length: > 0 } data) return Text(node, key) is { Length: > 0 } file ? ConfigFile.Read(Beside(file)) : null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException e)
        {
            throw new ClusterConfigException(ClusterConfigFault.Malformed, $"{path}: {key}-data is not base64", e);
        }
    }

    private string Beside(string file) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file);

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) && child is not YamlScalarNode { Value: null or "" or "null" or "~" } ? child : null;

    private static string? Text(YamlMappingNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;
}
