import type { Environment } from './environment.ts';
import type { JoinTimesMessage } from './protocol.ts';

/** How long a meeting without a picture is waited for before the times are told without one. */
const noPictureMs = 10_000;

const steps = { signaling: 'signaling-open', answer: 'answer', ice: 'ice-connected', dtls: 'dtls-connected', firstFrame: 'first-frame' } as const;

/** Tells once how long a join took, from the click: with the first picture, or without one after 10 s. */
export class JoinTimes {
  readonly #env: Environment;
  readonly #tell: (message: JoinTimesMessage) => boolean;
  #cancel: (() => void) | undefined;
  #told = false;

  /** `tell` says whether the message could be sent. */
  constructor(env: Environment, tell: (message: JoinTimesMessage) => boolean) {
    this.#env = env;
    this.#tell = tell;
    this.#cancel = env.clock.after(noPictureMs, () => this.#report());
  }

  /** The first remote picture is on the page. */
  firstFrame(): void {
    if (this.#told) return;
    this.#env.mark('first-frame');
    this.#report();
  }

  stop(): void {
    this.#cancel?.();
    this.#told = true;
  }

  #report(): void {
    if (this.#told) return;
    const click = this.#env.marked('click') ?? 0;
    const since = (name: string): number | undefined => {
      const at = this.#env.marked(name);
      // What an earlier meeting of the same page left behind is not this one's.
      return at === undefined || at < click ? undefined : Math.round(at - click);
    };
    const reached = Object.fromEntries(Object.entries(steps).map(([step, mark]) => [step, since(mark)] as const).filter(([, ms]) => ms !== undefined));
    if (this.#tell({ type: 'join.times', joined: since('joined-response') ?? 0, ...reached })) this.stop();
  }
}
