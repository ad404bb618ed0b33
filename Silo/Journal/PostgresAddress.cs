using Npgsql;

namespace Conference.Silo.Journal;

/// <summary>Where a PostgreSQL database is, as people write it: a URL, or a connection string of Npgsql.</summary>
public static class PostgresAddress
{
    private const string Gss = "GSS Encryption Mode";

    /// <summary>
    /// The connection string of <c>postgres://user:password@host:port/database?sslmode=require</c> (or <c>postgresql://</c>; user, password and names percent-encoded
    /// where they have to be), or of a connection string. Null when it is neither. What is after the question mark are keywords of Npgsql or of libpq.
    /// </summary>
    /// <param name="text">What was written.</param>
    /// <param name="password">Takes the place of the password in it, unless null.</param>
    public static string? Parse(string text, string? password = null)
    {
        try
        {
            var builder = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? OfUrl(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text);
            if (password is not null) builder.Password = password;
            // Kerberos' library is loaded, and complained about where it is missing, only for those who ask for it.
            if (!builder.ShouldSerialize(Gss)) builder.GssEncryptionMode = GssEncryptionMode.Disable;
            return string.IsNullOrEmpty(builder.Host) ? null : builder.ConnectionString;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static NpgsqlConnectionStringBuilder OfUrl(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = url.IdnHost, Port = url.Port > 0 ? url.Port : 5432 };
        if (url.AbsolutePath.Trim('/') is { Length: > 0 } database) builder.Database = Uri.UnescapeDataString(database);
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var k, var v] ? (k, Uri.UnescapeDataString(v)) : throw new FormatException();
            builder[Keyword(key)] = value.Replace("-", "", StringComparison.Ordinal) is var plain && key == "sslmode" ? plain : value;
        }
        return builder;
    }

    private static string Keyword(string libpq) => libpq switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "options" => "Options",
        "gssencmode" => Gss,
        _ => Uri.UnescapeDataString(libpq).Replace('_', ' '),
    };
}
