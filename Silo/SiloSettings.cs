using System.Globalization;
using System.Net;
using Conference.Hosting.Http;

namespace Conference.Silo;

/// <summary>The environment variables of the silo program, each with the prefix <c>CONFERENCE_</c> (docs/api.md).</summary>
internal sealed class SiloSettings(Func<string, string?> read)
{
    public string? Optional(string name) => read("CONFERENCE_" + name) is { Length: > 0 } value ? value : null;

    public string Text(string name, string otherwise) => Optional(name) ?? otherwise;

    public string Required(string name) => Optional(name) ?? throw new SettingException($"CONFERENCE_{name} is not set");

    public bool Flag(string name) => Optional(name) is "1" or "true";

    public int Number(string name, int otherwise)
    {
        if (Optional(name) is not { } text) return otherwise;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new SettingException($"CONFERENCE_{name} is not a number");
    }

    public IReadOnlyList<IPNetwork> Networks(string name) => [.. Text(name, "127.0.0.0/8 ::1/128").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(text =>
        ForwardedTrust.TryParse(text, out var network) ? network : throw new SettingException($"CONFERENCE_{name}: {text} is not a network"))];
}

/// <summary>A setting is missing or wrong.</summary>
internal sealed class SettingException(string message) : Exception(message);
