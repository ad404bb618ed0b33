using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>What programs bring into a meeting: messages of theirs, captions (M80 to M82).</summary>
internal static partial class AppRules
{
    private const int LongestData = 8192;
    private const int MostReceivers = 50;
    private const int LongestCaption = 500;

    public static Decision Send(MeetingState state, Participant sender, AppDataSend c)
    {
        if (!Topic().IsMatch(c.Topic)) return Decision.Refuse(CommandRefusal.Malformed);
        if (c.Data.Length > LongestData) return Decision.Refuse(CommandRefusal.TooLarge);
        if (c.To is not { } to) return Decision.Happens(new AppDataSent(sender.Id, c.Topic, c.Data));
        if (to.IsDefault || to.Length is 0 or > MostReceivers) return Decision.Refuse(CommandRefusal.Malformed);
        if (to.Any(id => state.Find(id) is not { InLobby: false })) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        return Decision.Happens(new AppDataSent(sender.Id, c.Topic, c.Data, (ImmutableArray<ParticipantId>)[.. to.Distinct()]));
    }

    public static Decision Caption(MeetingState state, ShowCaption c)
    {
        if (LifecycleRules.Closed(state) is { } closed) return Decision.Refuse(closed);
        if (state.Settings.Encrypted) return Decision.Refuse(MeetingRefusal.Encrypted);
        var caption = c.Caption;
        if (!VisibleText.IsChat(caption.Text) || caption.Text.Length > LongestCaption || caption.Language is { } language && !Language().IsMatch(language)) return Decision.Refuse(MeetingRefusal.InvalidCaption);
        var speaker = caption.Speaker is { } id ? state.Find(id) : null;
        if (caption.Speaker is not null && speaker is not { InLobby: false }) return Decision.Refuse(MeetingRefusal.InvalidCaption);
        return Decision.Nothing with { Shown = [new Ephemeral(new CaptionShown(caption.Text, caption.Final, speaker?.Id, speaker?.DisplayName, caption.Language))] };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Topic();

    [GeneratedRegex(@"\A[A-Za-z0-9-]{2,35}\z")]
    private static partial Regex Language();
}
