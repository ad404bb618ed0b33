namespace Conference.Silo.Journal.Sqlite;

/// <summary>The tables, and how a database of an older version becomes one of this version.</summary>
internal static class Schema
{
    /// <summary>"CnfJ": tells our databases from others.</summary>
    private const long ApplicationId = 0x436E664A;

    /// <summary>Events of one meeting are neighbours: the id's upper half is the meeting's number, its lower 32 bits the sequence.</summary>
    public const int SequenceBits = 32;

    /// <summary>Script n brings version n to version n + 1. Scripts that have been released are never changed.</summary>
    private static readonly string[] Scripts =
    [
        """
        CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
        INSERT INTO schema_version VALUES (0);
        CREATE TABLE meetings (
            number  INTEGER PRIMARY KEY,
            id      TEXT NOT NULL UNIQUE,
            tenant  TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            code    TEXT,
            state   TEXT,
            summary BLOB
        ) STRICT;
        CREATE INDEX meetings_by_tenant ON meetings (tenant, number);
        CREATE INDEX meetings_by_state ON meetings (state, number);
        CREATE TABLE codes (code TEXT PRIMARY KEY, meeting INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE events (
            id       INTEGER PRIMARY KEY,
            type     TEXT NOT NULL,
            at       INTEGER NOT NULL,
            actor    TEXT,
            command  TEXT,
            payload  BLOB NOT NULL,
            meeting  INTEGER GENERATED ALWAYS AS (id >> 32) VIRTUAL,
            sequence INTEGER GENERATED ALWAYS AS (id & 4294967295) VIRTUAL
        ) STRICT;
        CREATE TABLE snapshots (meeting INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
        CREATE TABLE records (
            bucket  TEXT NOT NULL,
            key     TEXT NOT NULL,
            version INTEGER NOT NULL,
            value   BLOB NOT NULL,
            PRIMARY KEY (bucket, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE record_version (last INTEGER NOT NULL) STRICT;
        INSERT INTO record_version VALUES (0);
        """,
        """
        ALTER TABLE meetings ADD COLUMN owner TEXT;
        CREATE INDEX meetings_by_owner ON meetings (owner, number) WHERE owner IS NOT NULL;
        """,
    ];

    /// <summary>The version this program writes.</summary>
    public static int Version => Scripts.Length;

    /// <summary>docs/journal.md J12: whether this database is ours to write. Null, or why not. Changes nothing.</summary>
    public static (JournalOpenRefusal Reason, string Message)? Inspect(Connection connection)
    {
        if (IsEmpty(connection)) return null;
        if (connection.Number("PRAGMA application_id") != ApplicationId)
            return (JournalOpenRefusal.NotAJournal, "is a SQLite database, but not a journal of Conference");
        var version = VersionOf(connection);
        if (version <= Version) return null;
        return (JournalOpenRefusal.SchemaNewer, $"has schema version {version}; this program knows versions up to {Version}: start the newer program, or restore a backup");
    }

    /// <summary>Creates or upgrades the tables, one version per transaction.</summary>
    public static void Upgrade(Connection connection)
    {
        for (var version = IsEmpty(connection) ? 0 : VersionOf(connection); version < Version; version++)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(Scripts[version]);
            connection.Execute($"UPDATE schema_version SET version = {version + 1}");
            connection.Execute($"PRAGMA application_id = {ApplicationId}");
            connection.Execute("COMMIT");
        }
    }

    private static bool IsEmpty(Connection connection) => connection.Number("SELECT count(*) FROM sqlite_schema") == 0;

    private static int VersionOf(Connection connection) => (int)(connection.Number("SELECT version FROM schema_version") ?? 0);
}
