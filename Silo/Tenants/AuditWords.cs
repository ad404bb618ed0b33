using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tenants;

/// <summary>What of the journal is of the audit (docs/tenants.md, A1 to A6), and how it is said there. Pure.</summary>
internal static class AuditWords
{
    /// <summary>The type tags of a meeting's events: acts of people and their ends, not what was said, seen or counted.</summary>
    public static IReadOnlyList<string> MeetingTags { get; } =
    [
        .. new[]
        {
            typeof(MeetingCreated), typeof(MeetingSettingsChanged), typeof(MeetingScheduled), typeof(MeetingLocked), typeof(MeetingEnded), typeof(MeetingErased), typeof(ParticipantJoined),
            typeof(ParticipantAdmitted), typeof(ParticipantLeft), typeof(ParticipantLetBack), typeof(ParticipantRenamed), typeof(ParticipantRoleChanged), typeof(ParticipantMediaChanged),
            typeof(ParticipantUnmuteAllowed), typeof(StreamKeyCreated), typeof(StreamKeyRevoked),
        }.Select(JournalWords.TagOf),
    ];

    /// <summary>The type tags of the tenant's own events: everything but counting.</summary>
    public static IReadOnlyList<string> TenantTags { get; } = [.. TenantWords.AllTags.Where(t => t != TenantWords.TagOf(typeof(MeetingHolds)) && t != TenantWords.TagOf(typeof(TenantCounted)))];

    /// <summary>The type tag of those who came, by whose names the others are called.</summary>
    public static string JoinTag { get; } = JournalWords.TagOf(typeof(ParticipantJoined));

    /// <summary>An entry; null: it is none, as when somebody mutes themselves.</summary>
    public static AuditEntry? Of(MeetingEvent e, Func<ParticipantId, string?> name)
    {
        var (target, detail) = e.Body switch
        {
            MeetingLocked b => (null, b.Locked ? "Locked" : "Unlocked"),
            MeetingEnded b => (null, b.Reason.ToString()),
            ParticipantJoined b => (b.ParticipantId, b.InLobby ? "Lobby" : b.Role.ToString()),
            ParticipantAdmitted b => (b.ParticipantId, null),
            ParticipantLeft b => (b.ParticipantId, b.Reason.ToString()),
            ParticipantLetBack b => (b.ParticipantId, null),
            ParticipantRenamed b => (b.ParticipantId, b.DisplayName),
            ParticipantRoleChanged b => (b.ParticipantId, b.Role.ToString()),
            ParticipantMediaChanged b => (b.ParticipantId, $"{b.Source}{(b.Muted ? "Muted" : "Unmuted")}"),
            ParticipantUnmuteAllowed b => (b.ParticipantId, b.Source.ToString()),
            StreamKeyCreated b => (null, b.KeyId),
            StreamKeyRevoked b => (null, b.KeyId),
            _ => (default(ParticipantId?), default(string)),
        };
        // A5: what people do with their own microphones is nobody's business.
        if (e.Body is ParticipantMediaChanged && (e.Actor is null || e.Actor == target)) return null;
        return new(e.At, JournalWords.TagOf(e.Body.GetType()), e.Seq, e.MeetingId, e.Actor, e.Actor is { } actor ? name(actor) : null, target, target is { } to ? name(to) : null, detail);
    }

    /// <summary>An entry of the tenant itself.</summary>
    public static AuditEntry Of(JournalEvent stored, TenantEvent e) => new(stored.At, stored.Type, stored.Sequence, Detail: e switch
    {
        TenantKeyCreated b => b.KeyId,
        TenantKeyEnds b => b.KeyId,
        TenantKeyRevoked b => b.KeyId,
        TokenKeyAdded b => b.KeyId,
        TokenKeyRemoved b => b.KeyId,
        WebhookAdded b => b.WebhookId,
        WebhookRemoved b => b.WebhookId,
        TenantJoiningSet b => b.TokensOnly ? "TokensOnly" : "Anybody",
        TenantRetentionSet { Days: { } days } => $"{days} days",
        _ => null,
    });
}
