using Conference.Hosting.Policies;
using Conference.Silo.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Silo;

/// <summary><c>silo migrate</c>: brings the tables of the PostgreSQL database to this program's version, and ends.</summary>
internal static class MigrateCommand
{
    /// <summary>A database that is being installed at the same time is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Prints what was done. The answer is the program's exit code.</summary>
    public static async Task<int> RunAsync(SiloSettings settings, TextWriter output, TextWriter errors)
    {
        if (SiloConfiguration.Database(settings) is not { } database)
        {
            await errors.WriteLineAsync("silo migrate: CONFERENCE_DATABASE is not set; a SQLite file is upgraded when the silo opens it");
            return 1;
        }
        var options = new PostgresJournalOptions { ConnectionString = database, OpenPatience = Patience };
        switch (PostgresMigrations.OfThisProgram.Apply(options, new ServicePolicies(TimeProvider.System), TimeProvider.System, NullLogger.Instance))
        {
            case MigrationOutcome.Migrated done:
                foreach (var step in done.Steps) await output.WriteLineAsync($"applied {step.Version}: {step.Name}");
                await output.WriteLineAsync($"the database has schema version {done.Version}");
                return 0;
            case MigrationOutcome.Refused refused:
                await errors.WriteLineAsync($"silo migrate: {refused.Reason}: {refused.Message}");
                return 1;
            default:
                return 1;
        }
    }
}
