using System.Security.Cryptography;
using Conference.Hosting.Http;

namespace Conference.Standalone;

/// <summary>What opens the admin page: set from outside, or made at the first start and kept in the data folder (mode 0600).</summary>
/// <param name="Secret">The token.</param>
/// <param name="IsNew">It was made now, and has to be told to somebody.</param>
internal sealed record AdminToken(SharedSecret Secret, bool IsNew)
{
    private const string Variable = "CONFERENCE_ADMIN_TOKEN";

    /// <summary>Finds or makes it. Throws <see cref="StartFailure"/>.</summary>
    public static AdminToken Open(string file)
    {
        try
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return new(new SharedSecret(given), false);
            if (Read(file) is { } known) return new(known, false);
            var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
            Write(file, made);
            return new(new SharedSecret(made), true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartFailure(StartRefusal.DataUnusable, $"the admin token cannot be used ({Variable}, {file}): {e.Message}", e);
        }
    }

    /// <summary>The token of an earlier start; null: there was none.</summary>
    public static SharedSecret? Read(string file) => File.Exists(file) ? new SharedSecret(File.ReadAllText(file).Trim()) : null;

    private static void Write(string file, string token)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.WriteLine(token);
    }
}
