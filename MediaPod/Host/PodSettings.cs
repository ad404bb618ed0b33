using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Host;

/// <summary>Reads the settings of the program, checks them, and says in one line what is wrong. docs/running.md lists them.</summary>
/// <param name="read">The value of a setting by its name, as <c>pod_id</c>; null or empty: not set.</param>
public sealed class PodSettings(Func<string, string?> read)
{
    /// <summary>The options of the pod.</summary>
    /// <exception cref="PodSettingException">A setting is missing, or is not what it has to be.</exception>
    public MediaPodOptions Read()
    {
        var silos = Silos();
        return new MediaPodOptions
        {
            Service = new ServiceOptions { Name = "mediapod", Listen = Listen(), LogFormat = Name("log_format", LogFormat.Text) },
            PodId = Id(),
            Region = Optional("region") ?? "local",
            Role = Name("role", PodRole.Media),
            Silos = silos,
            Secret = Secret(),
            HttpUrl = HttpUrl(silos),
            Capacity = new PodCapacity(Number("capacity_participants", 500, 1, 1_000_000), Number("capacity_mbps", 1000, 1, 1_000_000)),
            DrainFor = TimeSpan.FromSeconds(Number("drain_seconds", 0, 0, 7 * 24 * 3600)),
            DrainMode = Name("drain_mode", DrainMode.Wait),
            Media = Media(),
        };
    }

    private MediaServerOptions Media() => new()
    {
        Workers = Number("workers", Environment.ProcessorCount, 1, 256),
        FirstPort = Number("media_port", 40000, 0, 65535),
        FirstTcpPort = Optional("media_tcp_port") is "off" ? null : Number("media_tcp_port", 0, 0, 65535),
        BindAddress = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        AdvertisedAddresses = PublicAddresses(),
    };

    private IPEndPoint Listen()
    {
        var text = Optional("listen") ?? (Socket.OSSupportsIPv6 ? "[::]:8081" : "0.0.0.0:8081");
        return IPEndPoint.TryParse(text, out var endpoint) ? endpoint : throw Wrong("listen", text, "an address and a port");
    }

    private PodId Id()
    {
        var text = Optional("pod_id") ?? "pod-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        return StringId.TryParse<PodId>(text, out var id) ? id : throw Wrong("pod_id", text, "a name of a pod");
    }

    private SharedSecret Secret()
    {
        var secret = Required("secret");
        // The value itself is never printed.
        return secret.Length >= SharedSecret.MinLength ? new SharedSecret(secret) : throw new PodSettingException($"the setting 'secret' needs {SharedSecret.MinLength} characters or more");
    }

    private ImmutableArray<Uri> Silos()
    {
        ImmutableArray<Uri> silos = [.. List(Required("silos")).Select(text => HttpAddress("silos", text))];
        return silos.IsEmpty ? throw new PodSettingException("the setting 'silos' names no silo") : silos;
    }

    private Uri? HttpUrl(ImmutableArray<Uri> silos)
    {
        if (Optional("http_url") is { } text) return HttpAddress("http_url", Bracketed(text));
        // On one machine the address that the pod listens on will do; elsewhere a Gateway would be sent to itself.
        return silos.All(s => s.IsLoopback) ? null : throw new PodSettingException("the setting 'http_url' is missing: Gateways on other machines have to reach this pod");
    }

    // A manifest puts the pod's address between "http://" and the port, and cannot know that an IPv6 address needs brackets.
    private static string Bracketed(string text)
    {
        var (start, end) = (text.IndexOf("://", StringComparison.Ordinal) + 3, text.LastIndexOf(':'));
        return start >= 3 && end > start && text.AsSpan(start, end - start).Contains(':') && IPAddress.TryParse(text.AsSpan(start, end - start), out var ip) && text[start] != '['
            ? $"{text[..start]}[{ip}]{text[end..]}"
            : text;
    }

    private ImmutableArray<IPAddress> PublicAddresses() =>
    [
        .. List(Optional("public_address") ?? "").Select(text => IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : throw Wrong("public_address", text, "an IP address that clients can send to")),
    ];

    private static Uri HttpAddress(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { PathAndQuery: "/", UserInfo: "" }
            && !(IPAddress.TryParse(url.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
            ? url
            : throw Wrong(name, text, "an address as http://10.0.0.7:8081");

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private T Name<T>(string name, T otherwise) where T : struct, Enum
    {
        if (Optional(name) is not { } text) return otherwise;
        var match = Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        return match is null ? throw Wrong(name, text, string.Join(" or ", Enum.GetNames<T>())) : Enum.Parse<T>(match);
    }

    private int Number(string name, int otherwise, int least, int most)
    {
        if (Optional(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, text, $"a number from {least} to {most}");
    }

    private string? Optional(string name) => read(name) is { Length: > 0 } value ? value : null;

    private string Required(string name) => Optional(name) ?? throw new PodSettingException($"the setting '{name}' is missing");

    private static PodSettingException Wrong(string name, string text, string wanted) => new($"the setting '{name}' is '{text}', which is not {wanted}");
}

/// <summary>A setting is missing or wrong; the message is one line for people.</summary>
public sealed class PodSettingException(string message) : Exception(message);
