using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Signaling;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.Silo.ActorRuntimes;
using Conference.Silo.Journal;
using Conference.Silo.Pods;
using Conference.Silo.SignIn;
using Conference.Silo.Signaling;

namespace Conference.Silo;

/// <summary>What the silo program's environment variables come to (docs/api.md).</summary>
internal static class SiloConfiguration
{
    /// <summary>How the silo runs.</summary>
    /// <exception cref="SettingException">A variable is missing or wrong.</exception>
    public static SiloOptions Read(SiloSettings settings)
    {
        var data = settings.Text("DATA", "/var/lib/conference");
        var database = Database(settings);
        var cluster = database is null ? null : Cluster(settings, database);
        return new SiloOptions
        {
            Service = new ServiceOptions
            {
                Name = "silo",
                Listen = new IPEndPoint(IPAddress.Any, settings.Number("PORT", 8090)),
                LogFormat = LogFormat.Json,
                // Grains of a cluster are handed over. A silo that is alone has given its journal up by then, and has nothing more to save.
                ShutdownTimeout = TimeSpan.FromSeconds(cluster is null ? 3 : 20),
            },
            Journal = Journal(settings, data, database, cluster),
            Cluster = cluster,
            TicketKeyFile = settings.Text("TICKET_KEYS", Path.Combine(data, "ticket-keys.pem")),
            Secret = new SharedSecret(settings.Required("SECRET")),
            OperatorSecret = settings.Optional("OPERATOR_SECRET") is { } secret ? new SharedSecret(secret) : null,
            PrivateWebhooks = settings.Flag("PRIVATE_WEBHOOKS"),
            OpenOnLoopback = false,
            OpenCreation = settings.Flag("OPEN_CREATION"),
            TrustedProxies = settings.Networks("TRUSTED_PROXIES"),
            SignIn = SignInOptions.Read(settings.Optional) switch { (var options, null) => options, (_, { } problem) => throw new SettingException(problem) },
            PublicUrl = settings.Optional("PUBLIC_URL") is { } url ? new Uri(url) : null,
            IceServers = IceServers(settings),
            Turn = Turn(settings),
            Pods = new PodOptions { Region = settings.Text("REGION", "local") },
        };
    }

    /// <summary>The connection string of the PostgreSQL database; null: the journal is a file.</summary>
    public static string? Database(SiloSettings settings)
    {
        if (settings.Optional("DATABASE") is not { } text) return null;
        // What was given holds a password, so the message does not repeat it.
        return PostgresAddress.Parse(text, settings.Optional("DATABASE_PASSWORD"))
            ?? throw new SettingException("CONFERENCE_DATABASE is neither a URL (postgres://user:password@host/database) nor a connection string (Host=...;Database=...)");
    }

    private static JournalOptions Journal(SiloSettings settings, string data, string? database, SiloCluster? cluster)
    {
        var standsBy = settings.Flag("STANDBY");
        if (standsBy && database is null) throw new SettingException("CONFERENCE_STANDBY needs CONFERENCE_DATABASE: nobody can wait for a file");
        if (standsBy && cluster is not null) throw new SettingException("CONFERENCE_STANDBY is for a silo that has its database alone; the silos of a cluster share theirs");
        return database is null
            ? new SqliteJournalOptions { Path = Path.Combine(data, "conference.db") }
            : new PostgresJournalOptions { ConnectionString = database, IsExclusive = cluster is null, StandsBy = standsBy };
    }

    private static SiloCluster? Cluster(SiloSettings settings, string database)
    {
        if (!ActorRuntime.FormsClusters || settings.Optional("POD_IP") is not { } text) return null;
        if (!IPAddress.TryParse(text, out var address)) throw new SettingException("CONFERENCE_POD_IP is not an address");
        return new SiloCluster
        {
            ConnectionString = database,
            Address = address,
            Name = settings.Text("SILO_NAME", Environment.MachineName),
            Port = settings.Number("CLUSTER_PORT", 11111),
            ClusterId = settings.Text("CLUSTER_ID", "conference"),
            ServiceId = settings.Text("SERVICE_ID", "conference"),
        };
    }

    private static TurnServers? Turn(SiloSettings settings)
    {
        if (settings.Optional("TURN_URLS") is not { } text) return null;
        ImmutableArray<string> urls = [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)];
        if (urls.FirstOrDefault(url => !TurnServers.IsUrl(url)) is { } wrong) throw new SettingException($"CONFERENCE_TURN_URLS: {wrong} is not a URL like turn:turn.example.org:3478?transport=udp");
        var lifetime = TimeSpan.FromSeconds(settings.Number("TURN_SECONDS", (int)TurnServers.DefaultLifetime.TotalSeconds));
        if (lifetime < TurnServers.LeastLifetime) throw new SettingException($"CONFERENCE_TURN_SECONDS is less than {TurnServers.LeastLifetime.TotalSeconds:0}");
        return new TurnServers(urls, settings.Required("TURN_SECRET"), lifetime);
    }

    private static ImmutableArray<IceServer> IceServers(SiloSettings settings)
    {
        if (settings.Optional("ICE_SERVERS") is not { } json) return [];
        try
        {
            var servers = JsonSerializer.Deserialize(json, ContractsJson.Default.ImmutableArrayIceServer);
            return servers.IsDefault || servers.Any(s => s.Urls.IsDefaultOrEmpty) ? throw new JsonException() : servers;
        }
        catch (JsonException)
        {
            // It may hold a credential.
            throw new SettingException("""CONFERENCE_ICE_SERVERS is not a list like [{"urls":["turn:turn.example.org"],"username":"...","credential":"..."}]""");
        }
    }
}
