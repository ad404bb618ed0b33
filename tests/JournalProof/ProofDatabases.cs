using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Conference.JournalProof;

/// <summary>Fresh databases on a PostgreSQL server, for proofs and measurements.</summary>
public static class ProofDatabases
{
    /// <summary>Makes and migrates a database; the answer is its connection string.</summary>
    /// <param name="server">The connection string of any database on the server.</param>
    public static async Task<string> CreateAsync(string server)
    {
        var name = $"proof_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        var database = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        var outcome = PostgresMigrations.OfThisProgram.Apply(
            new PostgresJournalOptions { ConnectionString = database }, new ServicePolicies(TimeProvider.System), TimeProvider.System, NullLogger.Instance);
        return outcome is MigrationOutcome.Migrated ? database : throw new InvalidOperationException($"{outcome}");
    }

    /// <summary>Removes a database.</summary>
    public static Task DropAsync(string server, string database)
        => ExecuteAsync(server, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
