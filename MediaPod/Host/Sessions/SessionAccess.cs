using Conference.Contracts;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>Who may open and change sessions of this pod.</summary>
/// <param name="verifier">Holds the installation's public keys.</param>
/// <param name="pod">This pod.</param>
internal sealed class SessionAccess(TicketVerifier verifier, PodId pod)
{
    /// <summary>The longest bearer that is looked at, in characters.</summary>
    public const int MaxBearer = 4096;

    /// <summary>Checks the ticket that opens a session.</summary>
    public ValueTask<TicketCheck<MediaTicketClaims>> CheckAsync(string? bearer) => verifier.CheckMediaAsync(bearer, pod);

    /// <summary>Whether the bearer may change <paramref name="session"/>: one of its own keys, or a valid ticket of the same participant.</summary>
    public async ValueTask<bool> AllowsAsync(PodSession session, string? bearer)
    {
        if (bearer is not { Length: > 0 and <= MaxBearer }) return false;
        if (session.Keys.Match(bearer)) return true;
        var check = await CheckAsync(bearer).ConfigureAwait(false);
        return check.IsValid && check.Claims.MeetingId == session.MeetingId && check.Claims.ParticipantId == session.ParticipantId;
    }
}
