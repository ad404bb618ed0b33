import type { ParticipantView, WantedPicture } from '@conference/client';
import { gridCapacity, layoutFloating, layoutGrid, layoutStage, type Rect, type Size } from './grid.ts';

/** Somebody's picture, before it has a place. */
export interface Tile {
  readonly key: string;
  readonly participant: ParticipantView;
  readonly source: 'Camera' | 'Screen';
}

export interface PlacedTile extends Tile {
  readonly rect: Rect;
  readonly prominent: boolean;
  readonly floating?: boolean;
}

/** How somebody wants to see the others. */
export interface ViewOptions {
  readonly mode: 'grid' | 'speaker';
  /** Who sends no camera has no tile. */
  readonly hideNonVideo: boolean;
  /** The own picture has no tile. */
  readonly hideSelf: boolean;
  /** What of the stage the strip beside a large picture takes, 0.12 to 0.6; 0: as much as looks right. */
  readonly share: number;
}

export interface PlacementInput {
  /** Everybody's cameras, in the order of the gallery. */
  readonly cameras: readonly Tile[];
  readonly screens: readonly Tile[];
  readonly you: string;
  readonly size: Size;
  readonly view: ViewOptions;
  readonly page: number;
  /** The tile that was put on the stage by hand. */
  readonly pinned: string | undefined;
  /** Whom hosts show to everybody, in their order. */
  readonly spotlight: readonly string[];
  readonly activeSpeaker: string | undefined;
  /** When each last was the active speaker; larger is later. */
  readonly lastSpoke: ReadonlyMap<string, number>;
}

export interface Placement {
  readonly layout: 'grid' | 'speaker' | 'screen' | 'spotlight' | 'floating';
  readonly tiles: readonly PlacedTile[];
  readonly page: number;
  readonly pages: number;
  /** How many have no tile because they send no video. */
  readonly hidden: number;
  /** Where the edge between the large picture and the strip is, and which way it moves. */
  readonly edge?: { readonly rect: Rect; readonly vertical: boolean; readonly share: number };
}

export const maxTiles = 25;
const handle = 12;

/**
 * Who stands where. V1: what was pinned by hand is large; V2: else the first shared screen; V3: else the spotlight; V4: else, in the speaker view, whoever
 * speaks; V5: else all are equal, in pages. V6: two people on a phone: one large, oneself in its corner. V7: who sends no video, or oneself, is left out
 * where that is wanted, unless V1 to V4 say otherwise, or nobody would be left.
 */
export function placeTiles(input: PlacementInput): Placement {
  const { screens, size, view, pinned } = input;
  const byId = new Map(input.cameras.map((tile) => [tile.participant.id, tile]));
  const lit = input.spotlight.flatMap((id) => byId.get(id) ?? []);
  const { cameras, hidden } = shown(input, lit);
  const byHand = [...screens, ...input.cameras].find((tile) => tile.key === pinned);
  const main = byHand ?? screens[0] ?? lit[0] ?? (view.mode === 'speaker' ? speakerOf(input, cameras) : undefined);
  if (lit.length > 1 && main === lit[0] && !byHand) return { ...placeSpotlight(input, lit, cameras.filter((tile) => !lit.includes(tile))), hidden };
  if (main) return { ...placeStage(input, main, [...screens, ...cameras].filter((tile) => tile !== main)), hidden };
  const isPhone = size.height > size.width && size.width < 520;
  const self = cameras.find((tile) => tile.participant.id === input.you);
  const other = cameras.find((tile) => tile !== self);
  if (cameras.length === 2 && self && other && isPhone) return { ...placeFloating(size, self, other), hidden };
  return { ...placeGrid(input, cameras), hidden };
}

function shown({ cameras, you, view, pinned, activeSpeaker }: PlacementInput, lit: readonly Tile[]): { cameras: readonly Tile[]; hidden: number } {
  const others = view.hideSelf && cameras.length > 1 ? cameras.filter((tile) => tile.participant.id !== you || tile.key === pinned || lit.includes(tile)) : cameras;
  if (!view.hideNonVideo) return { cameras: others, hidden: 0 };
  const seen = others.filter((tile) => tile.participant.sending.includes('Camera') || tile.key === pinned || lit.includes(tile));
  if (seen.some((tile) => tile.participant.id !== you)) return { cameras: seen, hidden: others.length - seen.length };
  // Nobody else sends a picture: whoever speaks is better than an empty stage.
  const speaker = others.find((tile) => tile.participant.id === activeSpeaker && tile.participant.id !== you) ?? others.find((tile) => tile.participant.id !== you);
  const kept = speaker ? others.filter((tile) => tile === speaker || seen.includes(tile)) : others;
  return { cameras: kept, hidden: others.length - kept.length };
}

function speakerOf({ activeSpeaker, you }: PlacementInput, cameras: readonly Tile[]): Tile | undefined {
  return cameras.find((tile) => tile.participant.id === activeSpeaker && tile.participant.id !== you)
    ?? cameras.find((tile) => tile.participant.id !== you) ?? cameras[0];
}

/** The strip is short: whoever spoke last stands in it, behind the own picture. */
function ranked({ you, spotlight, lastSpoke }: PlacementInput, tiles: readonly Tile[]): readonly Tile[] {
  const rank = (tile: Tile): number => {
    if (tile.source === 'Screen' || spotlight.includes(tile.participant.id)) return Infinity;
    return tile.participant.id === you ? Number.MAX_VALUE : lastSpoke.get(tile.participant.id) ?? 0;
  };
  const ranks = new Map(tiles.map((tile) => [tile, rank(tile)]));
  const of = (tile: Tile): number => ranks.get(tile) ?? 0;
  return [...tiles].sort((a, b) => (of(a) === of(b) ? 0 : of(b) - of(a)));
}

function placeStage(input: PlacementInput, main: Tile, others: readonly Tile[]): Omit<Placement, 'hidden'> {
  return { ...withStrip(input, others, (stage) => [{ ...main, rect: stage, prominent: true }]), layout: main.source === 'Screen' ? 'screen' : 'speaker' };
}

/** Several in the spotlight share the stage; everybody else stands in the strip. */
function placeSpotlight(input: PlacementInput, lit: readonly Tile[], others: readonly Tile[]): Omit<Placement, 'hidden'> {
  const large = (stage: Rect): PlacedTile[] => {
    const rects = layoutGrid(lit.length, stage);
    return lit.map((tile, index) => ({ ...tile, rect: moved(rects[index] ?? stage, stage), prominent: true }));
  };
  return { ...withStrip(input, others, large), layout: 'spotlight' };
}

function withStrip(input: PlacementInput, others: readonly Tile[], large: (stage: Rect) => PlacedTile[]): Omit<Placement, 'hidden' | 'layout'> {
  const { size, view } = input;
  const order = ranked(input, others);
  const { stage, strip } = layoutStage(order.length, size, view.share);
  const small = strip.flatMap((rect, index) => (order[index] ? [{ ...order[index], rect, prominent: false }] : []));
  const tiles = [...large(stage), ...small];
  if (small.length === 0) return { tiles, page: 0, pages: 1 };
  const vertical = size.width >= size.height;
  const rect = vertical
    ? { x: stage.x + stage.width, y: 0, width: handle, height: size.height }
    : { x: 0, y: stage.y + stage.height, width: size.width, height: handle };
  return { tiles, page: 0, pages: 1, edge: { rect, vertical, share: 1 - (vertical ? stage.width / size.width : stage.height / size.height) } };
}

function placeFloating(size: Size, self: Tile, other: Tile): Omit<Placement, 'hidden'> {
  const { main, floating } = layoutFloating(size);
  return { layout: 'floating', page: 0, pages: 1, tiles: [{ ...other, rect: main, prominent: true }, { ...self, rect: floating, prominent: false, floating: true }] };
}

function placeGrid({ size, page, activeSpeaker }: PlacementInput, cameras: readonly Tile[]): Omit<Placement, 'hidden'> {
  const capacity = gridCapacity(size, maxTiles);
  const pages = Math.max(1, Math.ceil(cameras.length / capacity));
  const present = Math.min(Math.max(page, 0), pages - 1);
  const onPage = cameras.slice(present * capacity, (present + 1) * capacity);
  const tiles = layoutGrid(onPage.length, size).flatMap((rect, index) => {
    const tile = onPage[index];
    return tile ? [{ ...tile, rect, prominent: tile.participant.id === activeSpeaker }] : [];
  });
  return { layout: 'grid', tiles, page: present, pages };
}

function moved(rect: Rect, by: Rect): Rect {
  return { ...rect, x: rect.x + by.x, y: rect.y + by.y };
}

/** What hides pictures that have a place. */
export interface Sight {
  readonly you: string;
  readonly pinned: string | undefined;
  /** The keys of tiles that are scrolled out of view. */
  readonly unseen: ReadonlySet<string>;
  /** The page is not on the screen: its tab is behind another, or its window is minimised. */
  readonly pageHidden: boolean;
  /** Whoever speaks is shown in a small window above all others, which goes on whatever becomes of the page. */
  readonly windowOpen: boolean;
}

/** What to ask for. V8: nothing that nobody can see, so nothing at all while the page is hidden, unless the small window is open. Sound goes on. */
export function wantedPictures(tiles: readonly PlacedTile[], { you, pinned, unseen, pageHidden, windowOpen }: Sight): WantedPicture[] {
  if (pageHidden && !windowOpen) return [];
  return tiles
    .filter((tile) => tile.participant.id !== you)
    .map((tile) => ({ participantId: tile.participant.id, source: tile.source, height: unseen.has(tile.key) ? 0 : tile.rect.height, prominent: tile.prominent, pinned: tile.key === pinned }));
}
