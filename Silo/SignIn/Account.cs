using System.Security.Claims;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.SignIn;

/// <summary>Who is signed in.</summary>
/// <param name="Owner">Names them in meetings: the hash of provider and subject. An address or a name may change hands, these do not.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Email">Their address; null: none was told.</param>
internal sealed record Account(string Owner, string Name, string? Email)
{
    public const string IssuerClaim = "iss";
    public const string SubjectClaim = "sub";
    public const string NameClaim = "name";
    public const string EmailClaim = "email";
    public const string IdToken = "id_token";

    /// <summary>Whoever sent this request; null: nobody is signed in.</summary>
    public static Account? Of(HttpContext context)
    {
        var user = context.User;
        if (user.Identity is not { IsAuthenticated: true } || user.FindFirstValue(IssuerClaim) is not { } issuer || user.FindFirstValue(SubjectClaim) is not { } subject) return null;
        return new Account(Secrets.Hash($"{issuer}\n{subject}"), user.FindFirstValue(NameClaim) ?? "", user.FindFirstValue(EmailClaim));
    }
}
