using System.Diagnostics.CodeAnalysis;
using Conference.Contracts.Media;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>A session with the body to answer, or the reason why there is none.</summary>
internal readonly struct SessionOutcome
{
    /// <summary>It worked.</summary>
    public SessionOutcome(PodSession session, string body) => (Session, Body) = (session, body);

    /// <summary>It did not.</summary>
    public SessionOutcome(SessionEndReason refusal, string? detail = null) => (Refusal, Detail) = (refusal, detail);

    /// <summary>The session.</summary>
    public PodSession? Session { get; }

    /// <summary>The answer or fragment.</summary>
    public string? Body { get; }

    /// <summary>Why not.</summary>
    public SessionEndReason? Refusal { get; }

    /// <summary>More of it; nothing of the input.</summary>
    public string? Detail { get; }

    /// <summary>Whether it worked.</summary>
    [MemberNotNullWhen(true, nameof(Session), nameof(Body))]
    public bool IsGood => Session is not null;
}
