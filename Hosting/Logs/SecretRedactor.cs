using System.Text.RegularExpressions;

namespace Conference.Hosting.Logs;

/// <summary>
/// Takes secrets out of text that is about to be logged: JWTs (tickets), bearer and basic credentials, private keys, host links, and the values of fields that are
/// named like a secret. The last line of defence: log methods do not take secrets in the first place.
/// </summary>
public static partial class SecretRedactor
{
    /// <summary>What stands where a secret was.</summary>
    public const string Mark = "[redacted]";

    /// <summary>The longest text that is logged, in characters; the rest is cut off.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>The text without its secrets.</summary>
    public static string Redact(string text)
    {
        if (text.Length > MaxLength) text = string.Concat(text.AsSpan(0, MaxLength), "...");
        text = PrivateKey().Replace(text, Mark);
        text = Jwt().Replace(text, Mark);
        text = Credential().Replace(text, "$1 " + Mark);
        text = NamedValue().Replace(text, "$1" + Mark);
        return HostLink().Replace(text, "$1#" + Mark);
    }

    /// <summary>Whether a log field of this name holds a secret, whatever it looks like.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b(Bearer|Basic)\s+(?!\[)[^\s""',;]+", RegexOptions.IgnoreCase)]
    private static partial Regex Credential();

    // name=value, name: value, "name":"value"; a quoted value goes to its closing quote.
    [GeneratedRegex(@"((?:authorization|host[_-]?key|stream[_-]?key|api[_-]?key|passcode|password|credential|secret|[a-z]*ticket|[a-z_]*token|set-cookie|cookie)\\?[""']?\s*[:=]\s*)(?!\[redacted|Bearer \[|Basic \[)(?:\\?""[^""]*""?|'[^']*'?|[^\s,;&}""']+)", RegexOptions.IgnoreCase)]
    private static partial Regex NamedValue();

    [GeneratedRegex(@"(/j/[A-Za-z0-9_-]+)#[^\s""']+")]
    private static partial Regex HostLink();

    [GeneratedRegex("(authorization|host_?key|stream_?key|api_?key|private_?key|passcode|password|credential|secret|ticket|token|cookie)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
