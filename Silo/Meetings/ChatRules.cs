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
        if (!state.Settings.ChatForAll && !sender.IsHost) return Decision.Refuse(CommandRefusal.SwitchedOff);
        if (c.To is not { } to) return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, c.Text));
        if (to.IsDefault || to.Length is 0 or > MostReceivers) return Decision.Refuse(CommandRefusal.Malformed);
        if (to.Any(id => state.Find(id) is not { InLobby: false })) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, c.Text, (ImmutableArray<ParticipantId>)[.. to.Distinct()]));
    }
}
