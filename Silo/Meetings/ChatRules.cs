using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Meetings;

/// <summary>Who may write to whom (M40 to M43).</summary>
internal static class ChatRules
{
    private const int MostReceivers = 50;

    public static Decision Send(MeetingState state, Participant sender, ChatSend c)
    {
        if (!VisibleText.IsChat(c.Text)) return Decision.Refuse(CommandRefusal.InvalidText);
        if (!state.Settings.Chat) return Decision.Refuse(CommandRefusal.SwitchedOff);
        if (c.To is not { } to)
        {
            if (!MayWrite(state.Settings, sender, c.ToHosts ? Audience.Hosts : Audience.Everybody)) return Decision.Refuse(CommandRefusal.SwitchedOff);
            return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, c.Text, ToHosts: c.ToHosts));
        }
        if (c.ToHosts || to.IsDefault || to.Length is 0 or > MostReceivers) return Decision.Refuse(CommandRefusal.Malformed);
        if (to.Any(id => state.Find(id) is not { InLobby: false })) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        var audience = to.All(id => state.Find(id)!.IsHost) ? Audience.Hosts : Audience.Somebody;
        if (!MayWrite(state.Settings, sender, audience)) return Decision.Refuse(CommandRefusal.SwitchedOff);
        return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, c.Text, (ImmutableArray<ParticipantId>)[.. to.Distinct()]));
    }

    /// <summary>Whether somebody may read a message.</summary>
    public static bool Sees(ChatMessage message, ParticipantId viewer, bool isHost) =>
        message.From == viewer || (message.ToHosts ? isHost : message.To is not { } to || to.Contains(viewer));

    private static bool MayWrite(MeetingSettings settings, Participant sender, Audience audience) => sender.IsHost || audience switch
    {
        Audience.Everybody => settings.ChatForAll,
        Audience.Hosts => settings.ChatForAll || settings.PrivateChat,
        _ => settings.ChatForAll && settings.PrivateChat,
    };

    private enum Audience
    {
        Everybody,
        Hosts,
        Somebody,
    }
}
