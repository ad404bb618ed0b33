import type { ClientCommand, ClientCommandBody, CommandRefusal } from './protocol.ts';

/** The meeting did not take a command; `reason` is one of the protocol's, or why this client gave up on it. */
export class CommandRefused extends Error {
  readonly reason: CommandRefusal | 'Closed';

  constructor(reason: CommandRefusal | 'Closed') {
    super(`command refused: ${reason}`);
    this.name = 'CommandRefused';
    this.reason = reason;
  }
}

interface Entry {
  readonly command: ClientCommand;
  readonly resolve: (seq: number | undefined) => void;
  readonly reject: (error: CommandRefused) => void;
}

/**
 * Commands that are not acknowledged yet, in the order they were given. A command keeps its id for ever, so that sending it
 * again after a reconnect cannot apply it twice.
 */
export class Outbox {
  readonly #entries = new Map<string, Entry>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** The command with its id, and the promise of its acknowledgement (the sequence of its last event, where it changed something). */
  add(body: ClientCommandBody): { command: ClientCommand; done: Promise<number | undefined> } {
    const command: ClientCommand = { ...body, id: this.#newId() };
    const done = new Promise<number | undefined>((resolve, reject) => this.#entries.set(command.id, { command, resolve, reject }));
    // A caller that does not care about the outcome must not cause an unhandled rejection.
    done.catch(() => undefined);
    return { command, done };
  }

  get pending(): readonly ClientCommand[] {
    return [...this.#entries.values()].map((entry) => entry.command);
  }

  find(id: string): ClientCommand | undefined {
    return this.#entries.get(id)?.command;
  }

  acknowledge(id: string, seq: number | undefined): void {
    this.#take(id)?.resolve(seq);
  }

  refuse(id: string, reason: CommandRefusal): void {
    this.#take(id)?.reject(new CommandRefused(reason));
  }

  /** Gives up commands, all or those that match. */
  drop(matches: (command: ClientCommand) => boolean = () => true): void {
    for (const entry of [...this.#entries.values()]) {
      if (!matches(entry.command)) continue;
      this.#entries.delete(entry.command.id);
      entry.reject(new CommandRefused('Closed'));
    }
  }

  #take(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    return entry;
  }
}
