import { isHostRole, type MeetingModel } from './model.ts';
import type { EventMessage, PollView, PollVote, QuestionView } from './protocol.ts';

/** The model after something happened to a poll or a question. */
export function applyPollEvent(model: MeetingModel, { seq, at, event }: EventMessage): MeetingModel {
  switch (event.type) {
    case 'poll.opened': {
      const { question, options, multiple, anonymous, resultsToAll } = event;
      const isHost = isHostRole(model.participants.find((p) => p.id === model.you)?.role);
      const results = isHost || resultsToAll ? { counts: options.map(() => 0), voters: 0 } : {};
      const poll: PollView = { id: seq, question, options, multiple, anonymous, resultsToAll, closed: false, ...results, ...(isHost && !anonymous ? { named: [] } : {}) };
      return { ...model, polls: [...model.polls, poll] };
    }
    case 'poll.voted':
      return changePoll(model, event.poll, (poll) => {
        const { from, choices, displayName, counts, voters } = event;
        const mine = from === model.you && choices ? { mine: choices } : {};
        const vote: PollVote | undefined = from && choices && poll.named ? { participantId: from, displayName: displayName ?? '', choices } : undefined;
        const named = vote && poll.named ? { named: [...poll.named.filter(({ participantId }) => participantId !== from), vote] } : {};
        return { ...poll, ...mine, ...named, ...results(counts, voters) };
      });
    case 'poll.closed':
      return changePoll(model, event.poll, (poll) => ({
        ...poll, closed: true, resultsToAll: poll.resultsToAll || event.shared, ...results(event.counts, event.voters),
      }));
    case 'question.asked': {
      const name = event.displayName === undefined || event.anonymous ? {} : { displayName: event.displayName };
      const question: QuestionView = { id: seq, at, text: event.text, votes: 0, own: event.from === model.you, voted: false, answered: false, ...name };
      return { ...model, questions: [...model.questions, question] };
    }
    case 'question.voted':
      return changeQuestion(model, event.question, (question) => ({
        ...question, votes: event.votes ?? question.votes, voted: event.from === model.you ? event.up : question.voted,
      }));
    case 'question.answered':
      return changeQuestion(model, event.question, ({ answer: _, answeredBy: __, ...question }) => ({
        ...question, answered: true, ...(event.text === undefined ? {} : { answer: event.text }), ...(event.displayName === undefined ? {} : { answeredBy: event.displayName }),
      }));
    case 'question.dismissed':
      return { ...model, questions: model.questions.filter(({ id }) => id !== event.question) };
    default:
      return model;
  }
}

function results(counts: readonly number[] | undefined, voters: number | undefined): Pick<PollView, 'counts' | 'voters'> {
  return counts === undefined ? {} : { counts, voters: voters ?? 0 };
}

function changePoll(model: MeetingModel, id: number, map: (poll: PollView) => PollView): MeetingModel {
  return { ...model, polls: model.polls.map((poll) => (poll.id === id ? map(poll) : poll)) };
}

function changeQuestion(model: MeetingModel, id: number, map: (question: QuestionView) => QuestionView): MeetingModel {
  return { ...model, questions: model.questions.map((question) => (question.id === id ? map(question) : question)) };
}
