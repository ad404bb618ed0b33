using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Meetings;

/// <summary>Who may write to whom, and change what was written (M40 to M43, M48, M49).</summary>
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
            if (sender.Room is { } room && !c.ToHosts) return InRoom(state, sender, c.Text, room);
            return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, c.Text, ToHosts: c.ToHosts));
        }
        if (c.ToHosts || to.IsDefault || to.Length is 0 or > MostReceivers) return Decision.Refuse(CommandRefusal.Malformed);
        if (to.Any(id => state.Find(id) is not { InLobby: false })) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        var audience = to.All(id => state.Find(id)!.IsHost) ? Audience.Hosts : Audience.Somebody;
        if (!MayWrite(state.Settings, sender, audience)) return Decision.Refuse(CommandRefusal.SwitchedOff);
        return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, c.Text, (ImmutableArray<ParticipantId>)[.. to.Distinct()]));
    }

    // To everybody is to everybody who is in the same breakout room.
    private static Decision InRoom(MeetingState state, Participant sender, string text, int room)
    {
        var here = state.Participants.Values.Where(p => p.Room == room).OrderBy(p => p.JoinedSeq).Select(p => p.Id);
        return Decision.Happens(new ChatSent(sender.Id, sender.DisplayName, text, (ImmutableArray<ParticipantId>)[.. here], Room: state.Breakouts!.Rooms[room]));
    }

    public static Decision Edit(MeetingState state, Participant sender, ChatEdit c, MessageLookup? lookup)
    {
        if (!VisibleText.IsChat(c.Text)) return Decision.Refuse(CommandRefusal.InvalidText);
        if (NeedsLookup(state, c.Message, lookup)) return Decision.Nothing with { NeedsMessage = c.Message };
        if (Find(state, sender, c.Message, lookup) is not { } message) return Decision.Refuse(CommandRefusal.UnknownMessage);
        if (message.From != sender.Id) return Decision.Refuse(CommandRefusal.NotAllowed);
        var audience = message.ToHosts ? Audience.Hosts : message.To is null || message.Room is not null ? Audience.Everybody : Audience.Somebody;
        if (!state.Settings.Chat || !MayWrite(state.Settings, sender, audience)) return Decision.Refuse(CommandRefusal.SwitchedOff);
        return message.Text == c.Text ? Decision.Nothing : Decision.Happens(new ChatEdited(c.Message, message.From, c.Text, message.To, message.ToHosts));
    }

    public static Decision Delete(MeetingState state, Participant sender, ChatDelete c, MessageLookup? lookup)
    {
        if (NeedsLookup(state, c.Message, lookup)) return Decision.Nothing with { NeedsMessage = c.Message };
        if (Find(state, sender, c.Message, lookup) is not { } message) return Decision.Refuse(CommandRefusal.UnknownMessage);
        if (message.From != sender.Id && !sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        return Decision.Happens(new ChatDeleted(c.Message, message.From, message.To, message.ToHosts));
    }

    /// <summary>The messages after one more event about them.</summary>
    public static ChatMessage After(ChatMessage message, MeetingEvent next) => next.Body switch
    {
        ChatEdited b when b.Message == message.Seq && !message.Deleted => message with { Text = b.Text, EditedAt = next.At },
        ChatDeleted b when b.Message == message.Seq => message with { Text = "", EditedAt = null, Deleted = true },
        _ => message,
    };

    // What a view begins with is in the state; everything before that is in the journal only.
    private static bool NeedsLookup(MeetingState state, long seq, MessageLookup? lookup) =>
        lookup is null && seq > 0 && !state.Chat.IsEmpty && seq < state.Chat.Peek().Seq;

    private static ChatMessage? Find(MeetingState state, Participant sender, long seq, MessageLookup? lookup)
    {
        var found = state.Chat.FirstOrDefault(m => m.Seq == seq) ?? (lookup?.Message?.Seq == seq ? lookup.Message : null);
        return found is { Deleted: false } && Sees(found, sender.Id, sender.IsHost) ? found : null;
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
