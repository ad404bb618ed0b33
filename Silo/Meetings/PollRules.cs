using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Meetings;

/// <summary>Polls (M70 to M73) and questions (M74 to M77).</summary>
internal static class PollRules
{
    private const int MostPolls = 50;
    private const int MostOptions = 10;
    private const int MostQuestions = 500;
    private const int MostOpenOfOne = 20;
    private const int LongestQuestion = 1000;

    public static Decision Open(MeetingState state, Participant sender, PollOpen c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.Options.IsDefault || c.Options.Length is < 2 or > MostOptions) return Decision.Refuse(CommandRefusal.Malformed);
        if (!VisibleText.TryTitle(c.Question, out var question)) return Decision.Refuse(CommandRefusal.InvalidText);
        var options = ImmutableArray.CreateBuilder<string>(c.Options.Length);
        foreach (var text in c.Options)
        {
            if (!VisibleText.TryTitle(text, out var option) || options.Contains(option)) return Decision.Refuse(CommandRefusal.InvalidText);
            options.Add(option);
        }
        if (state.Polls.Count >= MostPolls) return Decision.Refuse(CommandRefusal.TooMany);
        return Decision.Happens(new PollOpened(question, options.MoveToImmutable(), c.Multiple, c.Anonymous, c.ResultsToAll));
    }

    public static Decision Vote(MeetingState state, Participant sender, PollVoteCast c)
    {
        if (state.Polls.Find(p => p.Id == c.Poll) is not { } poll) return Decision.Refuse(CommandRefusal.UnknownPoll);
        if (poll.Closed) return Decision.Refuse(CommandRefusal.PollClosed);
        if (c.Choices.IsDefaultOrEmpty || c.Choices.Length > poll.Asked.Options.Length) return Decision.Refuse(CommandRefusal.Malformed);
        ImmutableArray<int> choices = [.. c.Choices.Distinct().Order()];
        if (choices[0] < 0 || choices[^1] >= poll.Asked.Options.Length || (choices.Length > 1 && !poll.Asked.Multiple)) return Decision.Refuse(CommandRefusal.Malformed);
        if (poll.Votes.TryGetValue(sender.Id, out var before) && before.Choices.SequenceEqual(choices)) return Decision.Nothing;
        return Decision.Happens(new PollVoted(poll.Id, poll.Asked.Anonymous, sender.Id, sender.DisplayName, choices));
    }

    public static Decision Close(MeetingState state, Participant sender, PollClose c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Polls.Find(p => p.Id == c.Poll) is not { } poll) return Decision.Refuse(CommandRefusal.UnknownPoll);
        return poll.Closed && (poll.Shared || !c.Share) ? Decision.Nothing : Decision.Happens(new PollClosed(poll.Id, c.Share || poll.Shared));
    }

    public static Decision Ask(MeetingState state, Participant sender, QuestionAsk c)
    {
        if (!state.Settings.Questions) return Decision.Refuse(CommandRefusal.SwitchedOff);
        if (!VisibleText.IsChat(c.Text) || c.Text.Length > LongestQuestion) return Decision.Refuse(CommandRefusal.InvalidText);
        if (state.Questions.Count >= MostQuestions || state.Questions.Count(q => q.From == sender.Id && q.Answer is null) >= MostOpenOfOne) return Decision.Refuse(CommandRefusal.TooMany);
        return Decision.Happens(new QuestionAsked(c.Text, c.Anonymous, sender.Id, sender.DisplayName));
    }

    public static Decision Upvote(MeetingState state, Participant sender, QuestionUpvote c)
    {
        if (state.Questions.Find(q => q.Id == c.Question) is not { } question) return Decision.Refuse(CommandRefusal.UnknownQuestion);
        if (question.From == sender.Id) return Decision.Refuse(CommandRefusal.NotAllowed);
        return question.Votes.Contains(sender.Id) == c.Up ? Decision.Nothing : Decision.Happens(new QuestionVoted(question.Id, c.Up, sender.Id));
    }

    public static Decision Answer(MeetingState state, Participant sender, QuestionAnswer c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Questions.Find(q => q.Id == c.Question) is null) return Decision.Refuse(CommandRefusal.UnknownQuestion);
        if (c.Text is not null && !VisibleText.IsChat(c.Text)) return Decision.Refuse(CommandRefusal.InvalidText);
        return Decision.Happens(new QuestionAnswered(c.Question, c.Text, sender.DisplayName));
    }

    public static Decision Dismiss(MeetingState state, Participant sender, QuestionDismiss c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        return state.Questions.Exists(q => q.Id == c.Question) ? Decision.Happens(new QuestionDismissed(c.Question)) : Decision.Refuse(CommandRefusal.UnknownQuestion);
    }
}
