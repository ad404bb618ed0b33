using System.Reflection;
using Conference.Hosting.Policies;
using Conference.Silo.Journal.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Conference.Silo.Journal;

/// <summary>
/// Brings the tables of a PostgreSQL database to a version (docs/postgres.md): one transaction for each step, one program at a time, and what has been applied
/// is written down with its checksum.
/// </summary>
/// <param name="steps">Every step from the first, in order.</param>
public sealed class PostgresMigrations(IReadOnlyList<Migration> steps)
{
    private const int LockSpace = 0x436E664D;
    private const string Exists = "SELECT to_regclass(quote_ident(current_schema()) || '.schema_migrations') IS NOT NULL";
    private const string Applied = "SELECT version, checksum, works_with FROM schema_migrations ORDER BY version";

    private const string CreateList =
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version    integer PRIMARY KEY,
            name       text NOT NULL,
            works_with integer NOT NULL,
            checksum   text NOT NULL,
            applied    timestamptz NOT NULL DEFAULT now()
        )
        """;

    /// <summary>The steps that this program knows.</summary>
    public static PostgresMigrations OfThisProgram { get; } = new(ReadEmbedded());

    /// <summary>Every step, in order.</summary>
    public IReadOnlyList<Migration> Steps => steps;

    /// <summary>The version they lead to.</summary>
    public int Version => steps.Count;

    /// <summary>
    /// Applies what is missing. Waits for a server that cannot be reached, and for another program that does the same. A database that is newer, and says that
    /// programs of this version work with it, is left as it is.
    /// </summary>
    /// <returns>The steps that were applied now, or why none was.</returns>
    public MigrationOutcome Apply(PostgresJournalOptions options, ServicePolicies policies, TimeProvider time, ILogger logger)
    {
        var place = "of that connection string";
        try
        {
            var settings = new PostgresSettings(options, Guid.NewGuid());
            place = settings.Place;
            using var connection = new NpgsqlConnection(settings.Writes);
            PostgresOpening.OpenPatiently(connection, options.OpenPatience, policies, time);
            return Apply(connection, place, logger);
        }
        catch (Exception error) when (PostgresFault.IsOne(error))
        {
            return new MigrationOutcome.Refused(PostgresOpening.ReasonOf(error), $"The database {place} cannot be migrated: {PostgresFault.Describe(error)}");
        }
    }

    /// <summary>Whether a silo with these steps can work on what is there. Null, or why not, as the end of a sentence about the database.</summary>
    internal (JournalOpenRefusal Reason, string Message)? Inspect(NpgsqlConnection connection)
    {
        if (!(bool)Ask(connection, Exists)!) return (JournalOpenRefusal.SchemaOlder, "has no tables of Conference: run 'silo migrate'");
        var applied = ReadApplied(connection);
        if (Differs(applied) is { } refusal) return refusal;
        if (applied.Count < Version)
            return (JournalOpenRefusal.SchemaOlder, $"has schema version {applied.Count}, this program needs {Version}: run 'silo migrate'");
        return null;
    }

    private MigrationOutcome Apply(NpgsqlConnection connection, string place, ILogger logger)
    {
        // Ends with the connection.
        Execute(connection, $"SET lock_timeout = 0; SELECT pg_advisory_lock({LockSpace}, hashtext(current_schema()))");
        Execute(connection, CreateList);
        // A step that cannot have a table soon is given up and can be started again: nobody queues for long behind it.
        Execute(connection, "SET lock_timeout = '10s'");
        var applied = ReadApplied(connection);
        if (Differs(applied) is var (reason, message)) return new MigrationOutcome.Refused(reason, $"The database {place} {message}.");
        var missing = steps.Skip(applied.Count).ToList();
        foreach (var step in missing)
        {
            Apply(connection, step);
            JournalLog.Migrated(logger, step.Version, step.Name);
        }
        return new MigrationOutcome.Migrated(missing, Math.Max(Version, applied.Count));
    }

    private static void Apply(NpgsqlConnection connection, Migration step)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, step.Script);
        using var note = new NpgsqlCommand("INSERT INTO schema_migrations (version, name, works_with, checksum) VALUES ($1, $2, $3, $4)", connection)
        {
            Parameters = { Batches.Value(step.Version), Batches.Value(step.Name), Batches.Value(step.WorksWith), Batches.Value(step.Checksum) },
        };
        note.ExecuteNonQuery();
        transaction.Commit();
    }

    private (JournalOpenRefusal Reason, string Message)? Differs(List<(int Version, string Checksum, int WorksWith)> applied)
    {
        foreach (var (version, checksum, worksWith) in applied)
        {
            if (version > Version && worksWith > Version)
            {
                return (JournalOpenRefusal.SchemaNewer,
                    $"has schema version {applied[^1].Version}, which needs programs that know version {worksWith}; this one knows {Version}: start the newer program, or restore a backup");
            }
            if (version <= Version && steps[version - 1].Checksum != checksum)
                return (JournalOpenRefusal.SchemaForeign, $"was migrated to version {version} by another script than this program's");
        }
        return null;
    }

    private static List<(int Version, string Checksum, int WorksWith)> ReadApplied(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Applied, connection);
        using var reader = command.ExecuteReader();
        var applied = new List<(int, string, int)>();
        while (reader.Read()) applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2)));
        return applied;
    }

    private static object? Ask(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    // A migration of a large table takes as long as it takes.
    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }

    private static List<Migration> ReadEmbedded()
    {
        const string folder = "Migrations/";
        var assembly = Assembly.GetExecutingAssembly();
        var found = assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return Migration.Parse(Path.GetFileNameWithoutExtension(name[folder.Length..]), text.ReadToEnd());
        }).ToList();
        return found.Select((step, index) => step.Version == index + 1).All(isInOrder => isInOrder) ? found : throw new InvalidOperationException("The migrations have a gap.");
    }
}

/// <summary>What became of a migration.</summary>
public abstract record MigrationOutcome
{
    private MigrationOutcome()
    {
    }

    /// <summary>The database has every step.</summary>
    /// <param name="Steps">Those that were missing, and are applied now.</param>
    /// <param name="Version">The database's version.</param>
    public sealed record Migrated(IReadOnlyList<Migration> Steps, int Version) : MigrationOutcome;

    /// <summary>It has not.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">One line for the person who started the program.</param>
    public sealed record Refused(JournalOpenRefusal Reason, string Message) : MigrationOutcome;
}
