using System.Data.Common;
using Conference.Silo.Journal.Writing;
using Npgsql;

namespace Conference.Silo.Journal.Postgres;

/// <summary>What Npgsql throws, by what can be done about it.</summary>
internal static class PostgresFault
{
    /// <summary>What <c>write_batch</c> raises.</summary>
    private const string Fenced = "CF001";

    /// <summary>Whether this is something that Npgsql, or the connection under it, throws.</summary>
    public static bool IsOne(Exception error) => error is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException or InvalidOperationException or ArgumentException;

    /// <summary>As the writer understands it.</summary>
    public static StoreFault Of(Exception error, bool isInDoubt = false)
    {
        var (kind, reason) = Classify(error);
        return new StoreFault(kind, reason, Describe(error), error) { IsInDoubt = isInDoubt && kind == FaultKind.Away };
    }

    /// <summary>What the server, or the connection, said; never the address with its password.</summary>
    public static string Describe(Exception error) => error switch
    {
        PostgresException postgres => $"{postgres.MessageText} (SQLSTATE {postgres.SqlState})",
        { InnerException: { } inner } when error is NpgsqlException => $"{error.Message} {inner.Message}",
        _ => error.Message,
    };

    private static (FaultKind, JournalUnavailable) Classify(Exception error) => error switch
    {
        PostgresException { SqlState: var state } => Classify(state),
        DbException or IOException or TimeoutException or System.Net.Sockets.SocketException => (FaultKind.Away, JournalUnavailable.Unreachable),
        // A text that cannot be sent at all, as half a surrogate pair.
        ArgumentException or InvalidCastException => (FaultKind.OneWrite, JournalUnavailable.StoreFailed),
        // The connection broke between two commands.
        _ => (FaultKind.Away, JournalUnavailable.Unreachable),
    };

    private static (FaultKind, JournalUnavailable) Classify(string state) => (state, state[..2]) switch
    {
        (Fenced, _) => (FaultKind.Fenced, JournalUnavailable.Fenced),
        // Constraints and values; a program limit; and what two silos do to each other: a deadlock, a serialization failure.
        (_, "23" or "22" or "54" or "40") => (FaultKind.OneWrite, JournalUnavailable.StoreFailed),
        (PostgresErrorCodes.DiskFull, _) => (FaultKind.Store, JournalUnavailable.DiskFull),
        (PostgresErrorCodes.IoError, _) => (FaultKind.Store, JournalUnavailable.IoError),
        // The server ends or begins, has no place, is a standby by now, or gave up waiting for a lock; a command was cancelled.
        (PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.TooManyConnections, _) => (FaultKind.Away, JournalUnavailable.Unreachable),
        (_, "57" or "08") => (FaultKind.Away, JournalUnavailable.Unreachable),
        _ => (FaultKind.Store, JournalUnavailable.StoreFailed),
    };
}
