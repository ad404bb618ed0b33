using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>
/// What the meeting knows of its encryption from end to end (docs/encryption.md, X20 to X29): which secret is in use, and what participants announce and seal to each
/// other. It reads none of that.
/// </summary>
internal static partial class EncryptionRules
{
    /// <summary>Sealing a fresh secret costs its maker one agreement for each.</summary>
    public const int MostParticipants = 200;

    private const int MostBoxes = 50;
    private const int MostAttempts = 10_000;

    /// <summary>The settings as an encrypted meeting has them (X20).</summary>
    public static MeetingSettings Bounded(MeetingSettings settings) =>
        settings.Encrypted ? settings with { MaxParticipants = Math.Min(settings.MaxParticipants, MostParticipants) } : settings;

    /// <summary>Whether the settings go together (X20).</summary>
    public static bool AreValid(MeetingSettings settings) => settings is not { Encrypted: true, Webinar: true } and not { Encrypted: true, OpenPublish: true } and not { Encrypted: true, OpenPlay: true };

    public static Decision Announce(MeetingState state, Participant sender, EncryptionAnnounce c)
    {
        if (state.Encryption is null) return Decision.Refuse(CommandRefusal.SwitchedOff);
        var keys = c.Keys;
        if (!Key().IsMatch(keys.PublicKey) || !Salt().IsMatch(keys.Salt) || !Proof().IsMatch(keys.Proof) || keys.Attempt is < 0 or > MostAttempts) return Decision.Refuse(CommandRefusal.Malformed);
        // X23: whoever has another key is somebody else.
        if (sender.Keys is { } before && before.PublicKey != keys.PublicKey) return Decision.Refuse(CommandRefusal.NotAllowed);
        return sender.Keys == keys ? Decision.Nothing : Decision.Happens(new EncryptionAnnounced(sender.Id, keys));
    }

    public static Decision Seal(MeetingState state, Participant sender, EncryptionSeal c)
    {
        if (state.Encryption is not { } now) return Decision.Refuse(CommandRefusal.SwitchedOff);
        if (c.Boxes.IsDefault || c.Boxes.Length > MostBoxes || c.Step < 0 || c.Boxes.Any(b => !Box().IsMatch(b.Box))) return Decision.Refuse(CommandRefusal.Malformed);
        var isFresh = c.Generation == now.Generation + 1;
        if (c.Rotate ? !isFresh : !isFresh && c.Generation != now.Generation) return Decision.Refuse(CommandRefusal.Outdated);
        // X25: a fresh secret is a host's.
        if (isFresh && !sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        // X26: somebody who was removed meanwhile may have been handed it.
        if (isFresh && c.Removals != now.Removals) return Decision.Refuse(CommandRefusal.Outdated);
        if (c.Step > (isFresh ? 0 : now.Step)) return Decision.Refuse(CommandRefusal.Outdated);
        ImmutableArray<SealedSecret> boxes = [.. c.Boxes.Where(b => state.Find(b.ParticipantId) is { InLobby: false, Stream: null })];
        var events = ImmutableArray.CreateBuilder<MeetingEventBody>();
        if (!boxes.IsEmpty) events.Add(new EncryptionSealed(sender.Id, c.Generation, c.Step, boxes));
        if (c.Rotate) events.Add(new EncryptionRotated(c.Generation));
        return new Decision { Events = events.ToImmutable() };
    }

    /// <summary>Which secret is in use after an event (X21, X22, X24).</summary>
    public static MeetingState After(MeetingState before, MeetingState after, MeetingEventBody body)
    {
        if (body is MeetingCreated { Settings.Encrypted: true }) return after with { Encryption = new(0, 0, FromLink: true) };
        if (before.Encryption is not { } now) return after;
        var next = body switch
        {
            EncryptionRotated b => new EncryptionView(b.Generation, 0, FromLink: false, now.Removals),
            ParticipantJoined { InLobby: false } or ParticipantAdmitted => now with { Step = now.Step + 1 },
            ParticipantLeft { Reason: LeaveReason.Removed } b when before.Find(b.ParticipantId) is { InLobby: false } => now with { RotationDue = true, Removals = now.Removals + 1 },
            _ => now,
        };
        // X24: with the last of them the secret is gone.
        if (before.Places > 0 && after.Places == 0) next = new(next.Generation + 1, 0, FromLink: true, next.Removals);
        return next == now ? after : after with { Encryption = next };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{87}\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{22}\z")]
    private static partial Regex Salt();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Proof();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{80}\z")]
    private static partial Regex Box();
}
