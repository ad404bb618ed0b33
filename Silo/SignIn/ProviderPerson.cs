using System.Text.Json;
using Conference.Contracts.Api;
using Conference.Silo.Meetings;

namespace Conference.Silo.SignIn;

/// <summary>Somebody as the provider describes them: the claims of the identity token, and what the provider adds when it is asked. Pure.</summary>
/// <param name="token">The claims of the token.</param>
/// <param name="more">The provider's answer about the same subject; null: it was not asked.</param>
internal sealed class ProviderPerson(JsonElement token, JsonElement? more)
{
    private const int LongestEmail = 254;

    /// <summary>The address; null: none that can be shown.</summary>
    public string? Email => Text("email") is { Length: <= LongestEmail } email && email.IndexOf('@') > 0 && !email.Any(char.IsControl) ? email : null;

    /// <summary>The name to show.</summary>
    public string Name
    {
        get
        {
            foreach (var candidate in (string?[])[Text("name"), $"{Text("given_name")} {Text("family_name")}", Text("preferred_username"), Email])
                if (VisibleText.TryName(candidate, out var name)) return name;
            return "Host";
        }
    }

    /// <summary>Whether people like this one may sign in here.</summary>
    public SignInRefusal? RefusalBy(SignInOptions options)
    {
        if (!options.EmailDomains.IsEmpty && !(IsVerified && options.EmailDomains.Contains(Email?[(Email.LastIndexOf('@') + 1)..].ToLowerInvariant() ?? ""))) return SignInRefusal.NotAllowed;
        return options.Claim is { } claim && !Has(claim.Name, claim.Value) ? SignInRefusal.NotAllowed : null;
    }

    // An address that the provider has not looked at is what somebody typed.
    private bool IsVerified => Find("email_verified") is { } value && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

    private bool Has(string name, string value) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } one => one.GetString() == value,
        { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.GetString() == value),
        _ => false,
    };

    private string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private JsonElement? Find(string name)
    {
        if (token.TryGetProperty(name, out var value)) return value;
        return more is { } answer && answer.TryGetProperty(name, out var added) ? added : null;
    }
}
