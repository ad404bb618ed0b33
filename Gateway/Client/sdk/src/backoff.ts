/** Waits between attempts: hardly any before the first, then doubling from half a second to a cap, each spread by jitter. */
export class Backoff {
  #attempt = 0;
  readonly #random: () => number;
  readonly #capMs: number;
  readonly #firstMs: number;

  /**
   * @param capMs The longest wait before jitter.
   * @param firstMs What first attempts are spread over: those of many who lost the same server should not come in the same millisecond.
   */
  constructor(random: () => number, capMs = 5_000, firstMs = 0) {
    this.#random = random;
    this.#capMs = capMs;
    this.#firstMs = firstMs;
  }

  /** Attempts since the last {@link reset}. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Milliseconds to wait before the next attempt; at least `floorMs` (from a server's Retry-After). */
  next(floorMs = 0): number {
    const n = this.#attempt++;
    if (n === 0) return floorMs + Math.round(this.#firstMs * this.#random());
    const base = Math.min(this.#capMs, 500 * 2 ** Math.min(n - 1, 20));
    return Math.max(floorMs, Math.round(base * (0.75 + 0.5 * this.#random())));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
