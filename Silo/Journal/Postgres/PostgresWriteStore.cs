using Conference.Hosting.Policies;
using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Conference.Silo.Journal.Postgres.Batches;

namespace Conference.Silo.Journal.Postgres;

/// <summary>
/// The writer's side of the database. The writer's connection holds the right to write: a session lock of the server, exclusive or shared, which ends with it. A
/// new connection has to get the lock again, and to find its row in <c>writers</c> not taken over.
/// </summary>
internal sealed class PostgresWriteStore(PostgresJournalOptions options, PostgresSettings settings, WriterMark mark, ServicePolicies policies, TimeProvider time, ILogger logger) : IWriteStore, IStoreEntrance
{
    /// <summary>"CnfJ": with the schema's name, the lock of this journal and of no other.</summary>
    private const int LockSpace = 0x436E664A;

    // A server that does not hear from this connection gives its lock up after about 5 s, whether it waits for a command (keepalives; an idle writer asks every 2 s) or for
    // what it has sent to be confirmed (user timeout); a transaction never stays open behind a lost one. What the server was set to promises of a commit is raised to what the journal promises, never lowered.
    private const string SetUp =
        """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
        SELECT set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', false), set_config('tcp_keepalives_count', '3', false),
               set_config('tcp_user_timeout', '5000', false),
               set_config('idle_in_transaction_session_timeout', '30s', false), set_config('lock_timeout', '5s', false), set_config('statement_timeout', '0', false);
        SELECT pg_is_in_recovery(), current_setting('fsync') = 'off'
        """;

    private const string EndEarlier = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()";
    private const string FenceOthers = "UPDATE writers SET fenced = true WHERE NOT fenced";
    // Again when the answer to the first was lost: whoever has the lock has not been taken over from.
    private const string Register = "INSERT INTO writers (writer, name, epoch, batch) VALUES ($1, $2, 1, 0) ON CONFLICT (writer) DO UPDATE SET fenced = false";
    private const string ForgetOld = "DELETE FROM writers WHERE seen < now() - interval '7 days'";
    private const string Return = "UPDATE writers SET epoch = epoch + 1 WHERE writer = $1 AND NOT fenced RETURNING epoch, batch";
    private const string LastBatch = "SELECT batch FROM writers WHERE writer = $1";

    /// <summary>
    /// After the database was away, whoever had it comes first: they notice within <see cref="PostgresJournalOptions.RestAfter"/> and dial again. To take over from a silo that is
    /// well would send everybody's sockets away for nothing.
    /// </summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(4);

    private NpgsqlConnection? _waiting;
    private long? _backSince;
    private bool _hasAsked;

    public TimeSpan? RestAfter => options.RestAfter;

    /// <inheritdoc/>
    public TimeSpan AskEvery => options.AskEvery;

    /// <inheritdoc/>
    public (IWriteSession? Session, JournalOpening.Refused? Refusal) TryEnter()
    {
        JournalOpening.Refused? refusal = null;
        var session = Connect(connection =>
        {
            if (_backSince is { } since && time.GetElapsedTime(since) < Courtesy || !TryLock(connection)) return false;
            // While it waited, a newer program may have brought the tables to a version that this one does not know.
            refusal = PostgresOpening.Inspect(connection, settings);
            if (refusal is not null) return false;
            using var batch = new NpgsqlBatch(connection);
            if (options.IsExclusive) batch.Add(FenceOthers);
            batch.Add(ForgetOld);
            batch.Add(Register, Value(mark.Writer), Value(settings.WriterName));
            batch.ExecuteNonQuery();
            mark.Begin(epoch: 1, durable: 0);
            return true;
        }, isWaiting: true);
        return (session, refusal);
    }

    /// <inheritdoc/>
    public IWriteSession Open() => policies.SiloToDatabase.Execute(() => Connect(ComeBack)) ?? throw new StoreFault(
        FaultKind.Away, JournalUnavailable.Unreachable, "the lock on the database is held by another session");

    public void Dispose()
    {
        _waiting?.Dispose();
        _waiting = null;
    }

    /// <param name="enter">Whether the connection may write.</param>
    /// <param name="isWaiting">A connection that may not write yet is kept, and asked again the next time.</param>
    private PostgresWriteSession? Connect(Func<NpgsqlConnection, bool> enter, bool isWaiting = false)
    {
        var connection = _waiting ?? new NpgsqlConnection(settings.Writes);
        _waiting = null;
        try
        {
            if (connection.State != System.Data.ConnectionState.Open)
            {
                connection.Open();
                SetUpSession(connection);
                if (_hasAsked) _backSince = time.GetTimestamp();
                _hasAsked = isWaiting;
            }
            if (enter(connection)) return new PostgresWriteSession(connection, mark, options, time);
            if (isWaiting) _waiting = connection;
            else connection.Dispose();
            return null;
        }
        catch (Exception error) when (PostgresFault.IsOne(error))
        {
            connection.Dispose();
            throw PostgresFault.Of(error) switch
            {
                { Kind: FaultKind.Fenced } fenced => fenced,
                // Whatever is wrong with the server now, a password that is being changed among it, may be right again soon.
                var fault => new StoreFault(FaultKind.Away, JournalUnavailable.Unreachable, fault.Message, error),
            };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The lock again, then the row: its epoch goes up when nothing of an earlier connection is under way any more, so what it says is final.</summary>
    private bool ComeBack(NpgsqlConnection connection)
    {
        using (var end = new NpgsqlCommand(EndEarlier, connection) { Parameters = { Value(settings.WriterName) } }) end.ExecuteNonQuery();
        var isLocked = TryLock(connection);
        var isInDoubt = !mark.IsLastDurable;
        using (var back = new NpgsqlCommand(Return, connection) { Parameters = { Value(mark.Writer) } })
        using (var reader = back.ExecuteReader())
        {
            if (reader.Read())
            {
                mark.Begin(reader.GetInt64(0), reader.GetInt64(1));
                if (isInDoubt) JournalLog.DoubtResolved(logger, mark.IsLastDurable ? "done" : "not done");
                return isLocked;
            }
        }
        // Taken over. The one thing left to do is to say truthfully whether the last batch was stored.
        using var last = new NpgsqlCommand(LastBatch, connection) { Parameters = { Value(mark.Writer) } };
        if (isInDoubt && last.ExecuteScalar() is long batch && batch == mark.LastAsked)
        {
            mark.Begin(mark.Epoch, batch);
            return true;
        }
        throw WriterMark.TakenOver();
    }

    private void SetUpSession(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(SetUp, connection);
        using var reader = command.ExecuteReader();
        reader.NextResult();
        reader.NextResult();
        reader.Read();
        if (reader.GetBoolean(0)) throw new StoreFault(FaultKind.Away, JournalUnavailable.Unreachable, "the server is a standby, which cannot be written to");
        if (reader.GetBoolean(1)) JournalLog.NoSync(logger);
    }

    private bool TryLock(NpgsqlConnection connection)
    {
        var kind = options.IsExclusive ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared";
        using var command = new NpgsqlCommand($"SELECT {kind}($1, hashtext(current_schema()))", connection) { Parameters = { Value(LockSpace) } };
        return (bool)command.ExecuteScalar()!;
    }
}
