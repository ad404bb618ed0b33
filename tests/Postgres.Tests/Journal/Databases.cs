using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Conference.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Conference.Silo.Tests.Journal;

/// <summary>The one server that the tests share, which nobody disturbs, and databases on it.</summary>
public static class Databases
{
    private static readonly Lazy<PostgresServer> Shared = new(() =>
    {
        var server = PostgresServer.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    private static int s_made;

    public static PostgresServer Server => Shared.Value;

    /// <summary>A new database; the answer is its connection string.</summary>
    public static string Create(PostgresServer server, bool migrated = true)
    {
        var name = $"journal_{Interlocked.Increment(ref s_made)}";
        Execute(server.ConnectionString(), $"CREATE DATABASE {name}");
        var database = server.ConnectionString(name);
        if (migrated) Migrate(database);
        return database;
    }

    public static void Migrate(string database, PostgresMigrations? migrations = null)
    {
        var outcome = TryMigrate(database, migrations);
        if (outcome is not MigrationOutcome.Migrated) throw new InvalidOperationException($"{outcome}");
    }

    public static MigrationOutcome TryMigrate(string database, PostgresMigrations? migrations = null)
        => (migrations ?? PostgresMigrations.OfThisProgram).Apply(new PostgresJournalOptions { ConnectionString = database }, Policies, TimeProvider.System, NullLogger.Instance);

    public static ServicePolicies Policies { get; } = new(TimeProvider.System);

    public static JournalOpening TryOpen(PostgresJournalOptions options) => JournalStore.Open(options, Policies, TimeProvider.System, NullLogger<JournalStore>.Instance);

    public static JournalStore Open(PostgresJournalOptions options)
        => TryOpen(options) is JournalOpening.Opened { Journal: var journal } ? journal : throw new InvalidOperationException($"{TryOpen(options)}");

    public static void Drop(PostgresServer server, string database)
    {
        NpgsqlConnection.ClearAllPools();
        Execute(server.ConnectionString(), $"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");
    }

    public static object? Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(database + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
