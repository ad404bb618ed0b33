/** Waits between attempts: none before the first, then doubling from half a second to a cap, each spread by jitter. */
export class Backoff {
  #attempt = 0;
  readonly #random: () => number;
  readonly #capMs: number;

  /** @param capMs The longest wait before jitter. */
  constructor(random: () => number, capMs = 5_000) {
    this.#random = random;
    this.#capMs = capMs;
  }

  /** Attempts since the last {@link reset}. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Milliseconds to wait before the next attempt; at least `floorMs` (from a server's Retry-After). */
  next(floorMs = 0): number {
    const n = this.#attempt++;
    if (n === 0) return floorMs;
    const base = Math.min(this.#capMs, 500 * 2 ** Math.min(n - 1, 20));
    return Math.max(floorMs, Math.round(base * (0.75 + 0.5 * this.#random())));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
