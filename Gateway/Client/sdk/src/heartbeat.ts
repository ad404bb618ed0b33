import type { Clock } from './environment.ts';

/** Pings every `everyMs`, and reports a connection on which nothing came for `deadMs`. */
export class Heartbeat {
  #cancel: (() => void) | undefined;
  #heardAt = 0;
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #dead: () => void;
  readonly #everyMs: number;
  readonly #deadMs: number;

  constructor(clock: Clock, ping: () => void, dead: () => void, everyMs = 5_000, deadMs = 15_000) {
    this.#clock = clock;
    this.#ping = ping;
    this.#dead = dead;
    this.#everyMs = everyMs;
    this.#deadMs = deadMs;
  }

  start(): void {
    this.stop();
    this.heard();
    this.#schedule();
  }

  /** Something came. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(this.#everyMs, () => {
      if (this.#clock.now() - this.#heardAt >= this.#deadMs) {
        this.stop();
        this.#dead();
        return;
      }
      this.#ping();
      this.#schedule();
    });
  }
}
