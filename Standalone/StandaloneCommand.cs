using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.Silo.Signaling;

namespace Conference.Standalone;

/// <summary>The command line.</summary>
public static class StandaloneCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "folder that holds everything", HelpName = "folder", DefaultValueFactory = _ => DefaultDataFolder() };
    private static readonly Option<int> Port = Number("--port", "TCP port of the page and the API", "port", 65535, 8080);
    private static readonly Option<int> MediaPort = Number("--media-port", "first UDP port of media, one for each worker", "port", 65535, 40000);
    private static readonly Option<string?> MediaTcpPort = new("--media-tcp-port") { Description = "first TCP port of media, or off (default: the numbers of the UDP ports)", HelpName = "port|off" };
    private static readonly Option<IPAddress?> Bind = new("--bind") { Description = "address to listen on (default: all)", HelpName = "address", CustomParser = ParseAddress };
    private static readonly Option<string[]> PublicAddress = Many("--public-address", "address that clients send media to (default: those of the interfaces)", "address");
    private static readonly Option<string[]> Turn = Many("--turn", "TURN server for clients that reach media by no other way (turn:host:3478?transport=udp, turns:host:443?transport=tcp)", "url");
    private static readonly Option<string?> TurnSecretFile = new("--turn-secret-file") { Description = "file with the secret that the TURN servers share (default: CONFERENCE_TURN_SECRET)", HelpName = "file" };
    private static readonly Option<int> Workers = Number("--workers", "threads that forward media", "count", 256, StandaloneOptions.DefaultWorkers(Environment.ProcessorCount));
    private static readonly Option<string?> Tls = new("--tls") { Description = "HTTPS, with this certificate (PEM or PKCS #12) or a generated one", HelpName = "file", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> TlsKey = new("--tls-key") { Description = "the certificate's key, when it is in another PEM file", HelpName = "file" };
    private static readonly Option<string[]> TlsName = Many("--tls-name", "further host name of a generated certificate", "name");
    private static readonly Option<int?> HttpPort = new("--http-port") { Description = "with --tls: TCP port of plain HTTP that redirects to HTTPS", HelpName = "port" };
    private static readonly Option<bool> OpenCreation = new("--open-creation") { Description = "anybody who reaches the page may create meetings (default: this machine only)" };
    private static readonly Option<bool> PrivateWebhooks = new("--private-webhooks") { Description = "tenants' webhooks may be on this network and without TLS" };
    private static readonly Option<string[]> TrustedProxy = Many("--trusted-proxy", "network of a proxy in front whose X-Forwarded headers are believed", "network");
    private static readonly Option<string?> PublicUrl = new("--public-url") { Description = "where people reach the page, for links (default: what each request says)", HelpName = "url" };
    private static readonly Option<string?> OidcIssuer = new("--oidc-issuer") { Description = "OpenID provider that hosts sign in with", HelpName = "url" };
    private static readonly Option<string?> OidcClientId = new("--oidc-client-id") { Description = "this installation's name at the provider", HelpName = "id" };
    private static readonly Option<string?> OidcClientSecretFile = new("--oidc-client-secret-file") { Description = "file with its secret at the provider (default: CONFERENCE_OIDC_CLIENT_SECRET)", HelpName = "file" };
    private static readonly Option<string[]> AllowOrigin = Many("--allow-origin", "other origin whose pages may use the API", "origin");
    private static readonly Option<string[]> Unlimited = Many("--unlimited", "network without rate limits", "network");
    private static readonly Option<LogFormat> Log = new("--log") { Description = "how log entries look", HelpName = "text|json" };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "say more in the log" };

    /// <summary>The command; <paramref name="run"/> gets what was asked for and returns the exit code.</summary>
    public static RootCommand Create(Func<StandaloneOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Conference: meetings with sound and picture, in one process.");
        foreach (var option in (Option[])[Port, Data, MediaPort, MediaTcpPort, PublicAddress, Turn, TurnSecretFile, Tls, TlsKey, TlsName, HttpPort, Bind, Workers, OpenCreation, PrivateWebhooks, PublicUrl, OidcIssuer, OidcClientId, OidcClientSecretFile, TrustedProxy, AllowOrigin, Unlimited, Log, Verbose])
            command.Add(option);
        command.Validators.Add(Validate);
        command.Add(TenantCommand.Create(Data, Port));
        command.SetAction((parsed, cancellation) => run(Options(parsed), cancellation));
        command.Add(Copying("backup", "Copies the data folder, also while the program runs on it, into a new folder.", "folder to make", DataBackup.Make));
        command.Add(Copying("restore", "Makes a data folder of a backup.", "backup to read", (data, backup) => DataBackup.Restore(backup, data)));
        return command;
    }

    private static Command Copying(string name, string description, string what, Func<string, string, BackupOutcome> copy)
    {
        var backup = new Argument<string>("backup") { Description = what };
        var command = new Command(name, description) { backup, Data };
        command.SetAction(async (parsed, _) =>
        {
            BackupOutcome outcome;
            try
            {
                outcome = copy(Path.GetFullPath(parsed.GetValue(Data)!), Path.GetFullPath(parsed.GetValue(backup)!));
            }
            catch (StartFailure failure)
            {
                await Console.Error.WriteLineAsync($"conference: {failure.Message.ReplaceLineEndings(" ")}");
                return (int)failure.Reason;
            }
            await (outcome.Refusal is null ? Console.Out : Console.Error).WriteLineAsync($"conference: {outcome.Message.ReplaceLineEndings(" ")}");
            return (int)(outcome.Refusal ?? 0);
        });
        return command;
    }

    private static StandaloneOptions Options(ParseResult parsed) => new()
    {
        DataFolder = Path.GetFullPath(parsed.GetValue(Data)!),
        Port = parsed.GetValue(Port),
        MediaPort = parsed.GetValue(MediaPort),
        MediaTcpPort = parsed.GetValue(MediaTcpPort) switch { null => 0, "off" => null, var port => int.Parse(port, CultureInfo.InvariantCulture) },
        Bind = parsed.GetValue(Bind),
        PublicAddresses = [.. parsed.GetValue(PublicAddress)!.Select(IPAddress.Parse)],
        TurnUrls = parsed.GetValue(Turn)!,
        TurnSecretFile = parsed.GetValue(TurnSecretFile),
        Workers = parsed.GetValue(Workers),
        Tls = parsed.GetResult(Tls) is null ? null : new TlsSettings(parsed.GetValue(Tls), parsed.GetValue(TlsKey), parsed.GetValue(TlsName)!, parsed.GetValue(HttpPort)),
        OpenCreation = parsed.GetValue(OpenCreation),
        PrivateWebhooks = parsed.GetValue(PrivateWebhooks),
        PublicUrl = parsed.GetValue(PublicUrl) is { } url ? new Uri(url) : null,
        SignIn = SignIn(parsed),
        TrustedProxies = [.. Networks(parsed, TrustedProxy)],
        AllowedOrigins = parsed.GetValue(AllowOrigin)!,
        Unlimited = [.. Networks(parsed, Unlimited)],
        LogFormat = parsed.GetValue(Log),
        Verbose = parsed.GetValue(Verbose),
    };

    private static Dictionary<string, string> SignIn(ParseResult parsed)
    {
        (string Name, string? Value)[] given =
            [("OIDC_ISSUER", parsed.GetValue(OidcIssuer)), ("OIDC_CLIENT_ID", parsed.GetValue(OidcClientId)), ("OIDC_CLIENT_SECRET_FILE", parsed.GetValue(OidcClientSecretFile))];
        return given.Where(setting => setting.Value is not null).ToDictionary(setting => setting.Name, setting => setting.Value!);
    }

    private static void Validate(CommandResult command)
    {
        foreach (var address in command.GetValue(PublicAddress) ?? [])
            if (!IPAddress.TryParse(address, out _)) command.AddError($"--public-address: '{address}' is no IP address");
        foreach (var url in command.GetValue(Turn) ?? [])
            if (!TurnServers.IsUrl(url)) command.AddError($"--turn: '{url}' is no TURN URL (turn:host:3478?transport=udp)");
        foreach (var option in (Option<string[]>[])[TrustedProxy, Unlimited])
            foreach (var text in command.GetValue(option) ?? [])
                if (!ForwardedTrust.TryParse(text, out _)) command.AddError($"{option.Name}: '{text}' is no network");
        if (command.GetValue(PublicUrl) is { } page && (!Uri.TryCreate(page, UriKind.Absolute, out var link) || link.Scheme is not ("http" or "https")))
            command.AddError($"--public-url: '{page}' is no URL (https://meet.example.org)");
        foreach (var origin in command.GetValue(AllowOrigin) ?? [])
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
                command.AddError($"--allow-origin: '{origin}' is no origin (https://host)");
        if (command.GetResult(Tls) is null && (command.GetResult(TlsKey) ?? command.GetResult(TlsName) ?? command.GetResult(HttpPort)) is not null)
            command.AddError("--tls-key, --tls-name and --http-port need --tls");
        if (command.GetValue(MediaTcpPort) is { } tcp and not "off" && (!int.TryParse(tcp, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535))
            command.AddError("--media-tcp-port: 1 to 65535, or off");
        if (command.GetValue(HttpPort) is { } port && port is < 1 or > 65535) command.AddError("--http-port: 1 to 65535");
    }

    private static IEnumerable<IPNetwork> Networks(ParseResult parsed, Option<string[]> option)
    {
        foreach (var text in parsed.GetValue(option)!)
            if (ForwardedTrust.TryParse(text, out var network)) yield return network;
    }

    private static Option<int> Number(string name, string description, string value, int max, int preset)
    {
        var option = new Option<int>(name) { Description = description, HelpName = value, DefaultValueFactory = _ => preset };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var number) && (number < 1 || number > max)) result.AddError($"{name}: 1 to {max}");
        });
        return option;
    }

    private static Option<string[]> Many(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        if (argument.Tokens is [var token] && IPAddress.TryParse(token.Value, out var address)) return address;
        argument.AddError("--bind: not an IP address");
        return null;
    }

    /// <summary>XDG Base Directory Specification: data that is the user's own.</summary>
    private static string DefaultDataFolder()
    {
        var xdg = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        var home = string.IsNullOrEmpty(xdg) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share") : xdg;
        return Path.Combine(home, "conference");
    }
}
