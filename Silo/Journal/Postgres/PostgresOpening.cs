using Conference.Hosting.Policies;
using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Conference.Silo.Journal.Postgres;

/// <summary>Opens the journal on PostgreSQL: the tables have to be there, and nobody else who wants the database for himself.</summary>
internal static class PostgresOpening
{
    /// <inheritdoc cref="JournalStore.Open"/>
    public static JournalOpening Open(PostgresJournalOptions options, ServicePolicies policies, TimeProvider time, ILogger logger)
    {
        var mark = new WriterMark();
        PostgresSettings settings;
        try
        {
            settings = new PostgresSettings(options, mark.Writer);
        }
        catch (ArgumentException)
        {
            // Its message may hold a part of what was given.
            return new JournalOpening.Refused(JournalOpenRefusal.AccessDenied, "The connection string of the database cannot be understood.");
        }
        if (Inspect(options, settings, policies, time) is { } refusal) return refusal;
        var store = new PostgresWriteStore(options, settings, mark, policies, time, logger);
        try
        {
            var (session, refused) = options.StandsBy ? store.TryEnter() : Enter(store, options);
            if (refused is null && session is null && !options.StandsBy)
                refused = new JournalOpening.Refused(JournalOpenRefusal.JournalInUse, $"The database {settings.Place} is in use by another silo.");
            if (refused is not null)
            {
                store.Dispose();
                return refused;
            }
            JournalLog.Opened(logger, settings.Place, PostgresMigrations.OfThisProgram.Version);
            var reads = new PostgresReader(settings, options.ReadConnections, policies, logger);
            return new JournalOpening.Opened(new JournalStore(options, new StoreParts(settings.Place, store, session, reads) { Entrance = store }, time, logger));
        }
        catch (StoreFault fault)
        {
            return new JournalOpening.Refused(JournalOpenRefusal.StoreFailed, $"The database {settings.Place} cannot be opened: {fault.Message}");
        }
    }

    private static JournalOpening.Refused? Inspect(PostgresJournalOptions options, PostgresSettings settings, ServicePolicies policies, TimeProvider time)
    {
        try
        {
            using var connection = new NpgsqlConnection(settings.Writes);
            OpenPatiently(connection, options.OpenPatience, policies, time);
            return Inspect(connection, settings);
        }
        catch (Exception error) when (PostgresFault.IsOne(error))
        {
            return new JournalOpening.Refused(ReasonOf(error), $"The database {settings.Place} cannot be opened: {PostgresFault.Describe(error)}");
        }
    }

    /// <summary>Why this program cannot work on the tables that are there; null: it can.</summary>
    internal static JournalOpening.Refused? Inspect(NpgsqlConnection connection, PostgresSettings settings)
    {
        var refusal = PostgresMigrations.OfThisProgram.Inspect(connection);
        return refusal is var (reason, message) ? new JournalOpening.Refused(reason, $"The database {settings.Place} {message}.") : null;
    }

    /// <summary>A server that is starting, or whose name is not known yet, is waited for.</summary>
    internal static void OpenPatiently(NpgsqlConnection connection, TimeSpan patience, ServicePolicies policies, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                policies.SiloToDatabase.Execute(connection.Open);
                return;
            }
            catch (Exception error) when (PostgresFault.IsOne(error) && ReasonOf(error) == JournalOpenRefusal.Unreachable && time.GetElapsedTime(started) < patience)
            {
                // Once more.
            }
        }
    }

    private static (IWriteSession? Session, JournalOpening.Refused? Refusal) Enter(PostgresWriteStore store, PostgresJournalOptions options)
    {
        using var never = new ManualResetEventSlim();
        for (var left = options.LockPatience; ; left -= options.AskEvery)
        {
            if (store.TryEnter() is var entry && entry is not (null, null) || left <= TimeSpan.Zero) return entry;
            never.Wait(options.AskEvery);
        }
    }

    internal static JournalOpenRefusal ReasonOf(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InsufficientPrivilege } => JournalOpenRefusal.AccessDenied,
        _ when PostgresFault.Of(error).Kind == FaultKind.Away => JournalOpenRefusal.Unreachable,
        _ => JournalOpenRefusal.StoreFailed,
    };
}
