using System.Collections.Concurrent;
using Conference.Contracts.Meetings;
using Conference.Hosting.Http;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary>
/// Stands before the API where tenant keys and the admin token are shown: an address that has shown too many wrong ones waits, before anything is looked up for it. Who has shown
/// a right one before goes on, whatever others behind the same address try.
/// </summary>
internal sealed class CredentialGate(AttemptLimiter attempts, ApiProblems problems)
{
    private const int MostKnown = 10_000;
    private const string Nobody = ""; // no meeting's id
    private static readonly object Verdict = new();
    private readonly ConcurrentDictionary<string, bool> _known = new();

    /// <summary>Lets a request on, or refuses it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (BearerToken.Of(context.Request) is not { } bearer || !IsOurs(context.Request.Path, bearer))
        {
            await next(context);
            return;
        }
        var (shown, address) = (Secrets.Hash(bearer), context.Connection.RemoteIpAddress);
        if (!_known.ContainsKey(shown) && attempts.WaitFor(Nobody, address, GuessedSecret.Credential) is { } wait)
        {
            await problems.Later(context, JoinRefusal.TooManyAttempts, wait).ExecuteAsync(context);
            return;
        }
        await next(context);
        if (context.Items.TryGetValue(Verdict, out var found) && found is true) Remember(shown);
        else if (found is false || context.Response.StatusCode == StatusCodes.Status401Unauthorized) attempts.Failed(Nobody, address, GuessedSecret.Credential);
    }

    /// <summary>The request's credential was looked at.</summary>
    public static void Judge(HttpContext context, bool isRight) => context.Items[Verdict] = isRight;

    // Host keys and resume tokens have no dots: whoever is in a meeting does not wait for those who guess here.
    private static bool IsOurs(PathString path, string bearer) => bearer.Contains('.') || path.StartsWithSegments("/api/tenants") || path.StartsWithSegments("/api/admin");

    private void Remember(string shown)
    {
        if (_known.Count >= MostKnown) _known.Clear();
        _known.TryAdd(shown, true);
    }
}
