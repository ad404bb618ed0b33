/** Who stands where: the order changes as little as possible, and whoever speaks is on the first page. */
export interface OrderInput {
  /** The order so far. */
  readonly previous: readonly string[];
  /** Everybody who has a tile now, in order of joining. */
  readonly present: readonly string[];
  readonly you: string;
  /** Tiles on the first page. */
  readonly capacity: number;
  /** When each last was the active speaker; larger is later. */
  readonly lastSpoke: ReadonlyMap<string, number>;
}

/**
 * O1. Whoever has left goes; newcomers stand at the end; you stand first.
 * O2. The last active speaker, if beyond the first page, changes places with whoever on it has been silent for longest.
 */
export function tileOrder({ previous, present, you, capacity, lastSpoke }: OrderInput): string[] {
  const there = new Set(present);
  const kept = previous.filter((id) => there.has(id) && id !== you);
  const known = new Set(kept);
  const order = [...(there.has(you) ? [you] : []), ...kept, ...present.filter((id) => id !== you && !known.has(id))];
  const speaker = latest(order, lastSpoke);
  const from = speaker === undefined ? -1 : order.indexOf(speaker);
  if (speaker === undefined || from < capacity || capacity < 2) return order;
  let to = capacity - 1;
  for (let i = capacity - 1; i >= 1; i--) {
    if (spokeAt(order[i], lastSpoke) < spokeAt(order[to], lastSpoke)) to = i;
  }
  order[from] = order[to] as string;
  order[to] = speaker;
  return order;
}

function latest(order: readonly string[], lastSpoke: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  for (const id of order) if (lastSpoke.has(id) && (best === undefined || spokeAt(id, lastSpoke) > spokeAt(best, lastSpoke))) best = id;
  return best;
}

function spokeAt(id: string | undefined, lastSpoke: ReadonlyMap<string, number>): number {
  return (id === undefined ? undefined : lastSpoke.get(id)) ?? -1;
}
