using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>What participants do about themselves (M44 to M47).</summary>
internal static class MediaRules
{
    private const int LongestReaction = 16;

    public static Decision SetMuted(MeetingState state, Participant sender, MediaSetMuted c)
    {
        if (sender.Sending.Has(c.Source) == !c.Muted) return Decision.Nothing;
        if (!c.Muted && !(sender.MayPublish(state.Settings).Has(c.Source) && sender.MayStart(c.Source, state.Settings))) return Decision.Refuse(CommandRefusal.SwitchedOff);
        return Decision.Happens(new ParticipantMediaChanged(sender.Id, c.Source, c.Muted));
    }

    public static Decision RaiseHand(Participant sender, HandRaise c) =>
        sender.HandRaisedSeq is not null == c.Raised ? Decision.Nothing : Decision.Happens(new ParticipantHandChanged(sender.Id, c.Raised));

    public static Decision React(MeetingState state, ParticipantId? sender, ShowReaction c)
    {
        if (state.Ended is not null) return Decision.Refuse(CommandRefusal.Ended);
        if (sender is not { } id || state.Find(id) is not { } p) return Decision.Refuse(CommandRefusal.NotInMeeting);
        if (p.InLobby) return Decision.Refuse(CommandRefusal.InLobby);
        if (c.Emoji.Length is 0 or > LongestReaction || !VisibleText.TryName(c.Emoji, out var emoji)) return Decision.Refuse(CommandRefusal.InvalidText);
        return Decision.Nothing with { Shown = [new Ephemeral(new ReactionShown(id, emoji))] };
    }

    /// <summary>Ends one source of a participant; a shared screen with its sound.</summary>
    public static IEnumerable<MeetingEventBody> Stop(Participant p, MediaSource source)
    {
        if (p.Sending.Has(source)) yield return new ParticipantMediaChanged(p.Id, source, Muted: true);
        if (source == MediaSource.Screen && p.Sending.Has(MediaSource.ScreenAudio)) yield return new ParticipantMediaChanged(p.Id, MediaSource.ScreenAudio, Muted: true);
    }

    /// <summary>Ends what a participant sends and may not send any more.</summary>
    public static IEnumerable<MeetingEventBody> StopForbidden(Participant p, MeetingSettings settings) =>
        p.Sending.Except(p.MayPublish(settings)).ToArray().Select(source => new ParticipantMediaChanged(p.Id, source, Muted: true));
}
