using System.Security.Cryptography;
using System.Text;

namespace Conference.Silo.Journal;

/// <summary>One step of the tables of a PostgreSQL database, forward only. Released ones are never changed.</summary>
/// <param name="Version">Its number, from 1 without a gap.</param>
/// <param name="Name">What it does, in a word or two.</param>
/// <param name="WorksWith">Programs that know this version or a later one go on working after the step, so they may be running while it is made.</param>
/// <param name="Script">What to execute.</param>
public sealed record Migration(int Version, string Name, int WorksWith, string Script)
{
    private const string Header = "-- works-with: ";

    /// <summary>SHA-256 of the script, lower-case hexadecimal: tells a changed script from the one that was applied.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));

    /// <summary>Reads a script whose name is <c>NNNN_name</c> and whose first line says which programs it works with.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static Migration Parse(string fileName, string script)
    {
        var first = script.AsSpan()[..Math.Max(0, script.IndexOf('\n'))].TrimEnd();
        if (fileName.IndexOf('_') is not 4 || !first.StartsWith(Header)) throw new FormatException($"{fileName} is no migration.");
        return new Migration(int.Parse(fileName[..4]), fileName[5..].Replace('_', ' '), int.Parse(first[Header.Length..]), script);
    }
}
