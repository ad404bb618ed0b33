using Npgsql;

namespace Conference.Silo.Journal.Postgres;

/// <summary>The connection strings of one journal, each for its use.</summary>
internal sealed class PostgresSettings
{
    private const int ConnectSeconds = 3;
    private const int KeepAliveSeconds = 5;

    private readonly PostgresJournalOptions _options;

    /// <exception cref="ArgumentException">The connection string is none.</exception>
    public PostgresSettings(PostgresJournalOptions options, Guid writer)
    {
        _options = options;
        var asked = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Place = $"{asked.Host}:{asked.Port}/{asked.Database}";
        WriterName = $"conference-{writer:N}";
        Writes = Make(options.ConnectionString, WriterName, o =>
        {
            o.Pooling = false;
            // Batches are made of the same few statements.
            o.MaxAutoPrepare = 40;
            o.AutoPrepareMinUsages = 2;
        });
        Reads = Make(options.ConnectionString, "conference-reads", o =>
        {
            o.MaxPoolSize = options.ReadConnections;
            o.MaxAutoPrepare = 40;
            o.AutoPrepareMinUsages = 2;
        });
    }

    /// <summary>Server and database; no user, no password.</summary>
    public string Place { get; }

    /// <summary>What the server lists the writer's session as.</summary>
    public string WriterName { get; }

    /// <summary>For the one connection that writes.</summary>
    public string Writes { get; }

    /// <summary>For the connections that read.</summary>
    public string Reads { get; }

    private string Make(string asked, string name, Action<NpgsqlConnectionStringBuilder> change)
    {
        var made = new NpgsqlConnectionStringBuilder(asked)
        {
            ApplicationName = name,
            Timeout = ConnectSeconds,
            CommandTimeout = Math.Max(1, (int)_options.CommandTimeout.TotalSeconds),
            // How long a command that timed out may take to answer its cancellation, in ms.
            CancellationTimeout = 500,
            KeepAlive = KeepAliveSeconds,
            IncludeErrorDetail = false,
            LogParameters = false,
            Multiplexing = false,
            Enlist = false,
        };
        change(made);
        return made.ConnectionString;
    }
}
