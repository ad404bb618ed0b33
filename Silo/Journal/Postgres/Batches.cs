using Npgsql;

namespace Conference.Silo.Journal.Postgres;

/// <summary>Statements for a batch.</summary>
internal static class Batches
{
    /// <summary>Adds a statement with positional parameters.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    /// <summary>A positional parameter.</summary>
    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };
}
