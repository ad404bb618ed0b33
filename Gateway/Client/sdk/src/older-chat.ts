import type { Api } from './api.ts';
import { applyChatChange, type MeetingModel } from './model.ts';
import type { ChatMessage, EventMessage } from './protocol.ts';

/** What a search has found so far. */
export interface FoundChat {
  /** Oldest first. */
  readonly messages: readonly ChatMessage[];
  /** Pass it on to find older ones; undefined: there are none. */
  readonly before?: number;
}

const newest = Number.MAX_SAFE_INTEGER;
const keptChanges = 500;

/** Chat from before a view begins: read page by page, and brought together with what happens meanwhile. */
export class OlderChat {
  readonly #api: Api;
  readonly #token: () => string | undefined;
  #changes: EventMessage[] = [];
  #loading: Promise<readonly ChatMessage[] | undefined> | undefined;

  constructor(api: Api, token: () => string | undefined) {
    this.#api = api;
    this.#token = token;
  }

  /** A change of a message that is not shown yet: the page with it may be on its way with the old text. */
  note(message: EventMessage): void {
    this.#changes = [...this.#changes.slice(1 - keptChanges), message];
  }

  /** The page before what `model` has; undefined where there is none, or one is under way. */
  async before(model: MeetingModel): Promise<((now: MeetingModel) => MeetingModel) | undefined> {
    const token = this.#token();
    const first = model.chat[0]?.seq;
    if (token === undefined || this.#loading || !model.chatTruncated) return undefined;
    const request = this.#api.chatBefore(model.id, first ?? newest, token);
    this.#loading = request.then((page) => page.messages);
    try {
      const page = await request;
      return (now) => {
        if (now.id !== model.id || now.chat[0]?.seq !== first) return now;
        const merged: MeetingModel = { ...now, chat: [...page.messages, ...now.chat], chatTruncated: page.previous !== undefined };
        return this.#changes.reduce<MeetingModel>((state, change) => applyChatChange(state, change), merged);
      };
    } finally {
      this.#loading = undefined;
    }
  }

  async search(meetingId: string, text: string, before = newest): Promise<FoundChat> {
    const token = this.#token();
    if (token === undefined || text.trim() === '') return { messages: [] };
    const page = await this.#api.chatBefore(meetingId, before, token, text.trim());
    return { messages: page.messages, ...(page.previous === undefined ? {} : { before: page.previous }) };
  }
}
