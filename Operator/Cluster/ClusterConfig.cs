using System.Text;

namespace Conference.Operator.Cluster;

/// <summary>Where the API server is and how to show who we are. Equal content is equal, so that a reload that changes nothing changes nothing.</summary>
public sealed record ClusterConfig
{
    /// <summary>The server, as <c>https://10.0.0.1:6443</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>The authorities that its certificate must lead to, PEM; null: the system's.</summary>
    public string? AuthorityPem { get; init; }

    /// <summary>The name that its certificate must have, if not the server's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether any certificate will do; for trials only.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Our certificate, PEM.</summary>
    public string? ClientCertificatePem { get; init; }

    /// <summary>The key of our certificate, PEM.</summary>
    public string? ClientKeyPem { get; init; }

    /// <summary>Our bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>The namespace to work in where none is said.</summary>
    public string Namespace { get; init; } = "default";

    // Keys and tokens stay out of logs.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Server).Append(", ").Append(ClientCertificatePem is not null ? "client certificate" : Token is not null ? "token" : "anonymous");
        return true;
    }
}

/// <summary>Why a configuration cannot be used.</summary>
public enum ClusterConfigFault
{
    /// <summary>Neither the variables of a pod nor a kubeconfig are there.</summary>
    NotConfigured,

    /// <summary>A file cannot be read.</summary>
    FileUnreadable,

    /// <summary>The file is not YAML, or a part that is needed is missing.</summary>
    Malformed,

    /// <summary>The context, or the cluster or user that it names, is not in the file.</summary>
    ContextMissing,

    /// <summary>The user comes from a program (<c>exec</c>) or an <c>auth-provider</c>; use a token or a certificate.</summary>
    PluginUnsupported,

    /// <summary>Name and password were removed from Kubernetes; use a token or a certificate.</summary>
    PasswordUnsupported,

    /// <summary>A certificate or key is broken.</summary>
    CertificateInvalid,
}

/// <summary>A configuration that cannot be used.</summary>
public sealed class ClusterConfigException(ClusterConfigFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The named reason.</summary>
    public ClusterConfigFault Fault { get; } = fault;
}

/// <summary>Where the configuration comes from. It is read again and again, so that rotated tokens and certificates are picked up.</summary>
public interface IClusterConfigSource
{
    /// <summary>The configuration as of now; throws <see cref="ClusterConfigException"/>.</summary>
    ClusterConfig Read();
}
