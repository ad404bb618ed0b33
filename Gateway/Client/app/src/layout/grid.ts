/** A place on the stage, in CSS pixels from its top left corner. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface GridRules {
  readonly gap: number;
  /** Width through height: a tile is never narrower, and never wider, than this. */
  readonly minAspect: number;
  readonly maxAspect: number;
}

/** Cameras are 16:9; on a landscape stage they may be cropped to 4:3, on a portrait one to 3:4, before a tile gets smaller. */
export function rulesFor(area: Size): GridRules {
  const isPortrait = area.height > area.width;
  const isSmall = Math.min(area.width, area.height) < 520;
  return { gap: isSmall ? 8 : 12, minAspect: isPortrait ? 0.75 : 4 / 3, maxAspect: 16 / 9 };
}

/** Places `count` tiles of equal size so that each is as large as it can be; rows are centred, so is the whole. */
export function layoutGrid(count: number, area: Size, rules = rulesFor(area)): Rect[] {
  if (count <= 0 || area.width <= 0 || area.height <= 0) return [];
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = fit(
      (area.width - rules.gap * (columns - 1)) / columns,
      (area.height - rules.gap * (rows - 1)) / rows,
      rules,
    );
    // The small bonus prefers fewer empty places among arrangements of the same tile size.
    if (tile.width * tile.height > best.width * best.height * 1.0001) best = { columns, ...tile };
  }
  return place(count, best.columns, best, area, rules.gap);
}

/** The most tiles, up to `max`, that are still large enough to recognise somebody. */
export function gridCapacity(area: Size, max: number, smallest: Size = { width: 108, height: 80 }): number {
  for (let count = max; count > 1; count--) {
    const tile = layoutGrid(count, area)[0];
    if (tile && tile.width >= smallest.width && tile.height >= smallest.height) return count;
  }
  return 1;
}

/** Below a stage, more than this many are too small to matter. */
const maxBelow = 6;
/** Beside a moved edge there is room for more. */
const maxShared = 16;

export interface StageLayout {
  readonly stage: Rect;
  /** The small places; fewer than asked for when not all fit. */
  readonly strip: readonly Rect[];
}

export const shareLimits = { least: 0.12, most: 0.6 } as const;

/**
 * One large place, and up to `count` small ones: a strip on a landscape area, a grid below the stage on a portrait one.
 * @param share What of the area the small ones take together ({@link shareLimits}); 0: as much as looks right.
 */
export function layoutStage(count: number, area: Size, share = 0): StageLayout {
  const { gap } = rulesFor(area);
  if (count <= 0) return { stage: { x: 0, y: 0, width: area.width, height: area.height }, strip: [] };
  if (share > 0) return layoutShared(count, area, Math.min(shareLimits.most, Math.max(shareLimits.least, share)), gap);
  if (area.width >= area.height) {
    const width = Math.round(Math.min(264, Math.max(140, area.width * 0.19)));
    const height = Math.round((width * 9) / 16);
    const shown = Math.min(count, Math.max(1, Math.floor((area.height + gap) / (height + gap))));
    const top = (area.height - shown * height - (shown - 1) * gap) / 2;
    const x = area.width - width;
    return {
      stage: { x: 0, y: 0, width: Math.max(0, x - gap), height: area.height },
      strip: Array.from({ length: shown }, (_, i) => ({ x, y: top + i * (height + gap), width, height })),
    };
  }
  const stageHeight = Math.round(Math.min(area.height * 0.6, Math.max(area.height * 0.42, area.width * 0.75)));
  return below(count, area, stageHeight, gap, maxBelow);
}

/** Somebody moved the edge: what is beside it is a small gallery. */
function layoutShared(count: number, area: Size, share: number, gap: number): StageLayout {
  if (area.width < area.height) return below(count, area, Math.round(area.height * (1 - share)) - gap, gap, maxShared);
  const width = Math.round(area.width * share);
  const x = area.width - width;
  const rest = { width, height: area.height };
  const shown = gridCapacity(rest, Math.min(count, maxShared));
  return { stage: { x: 0, y: 0, width: Math.max(0, x - gap), height: area.height }, strip: layoutGrid(shown, rest).map((rect) => ({ ...rect, x: rect.x + x })) };
}

function below(count: number, area: Size, stageHeight: number, gap: number, most: number): StageLayout {
  const rest = { width: area.width, height: area.height - stageHeight - gap };
  const shown = gridCapacity(rest, Math.min(count, most));
  return {
    stage: { x: 0, y: 0, width: area.width, height: stageHeight },
    strip: layoutGrid(shown, rest).map((rect) => ({ ...rect, y: rect.y + stageHeight + gap })),
  };
}

/** The corner where the own picture floats over somebody else's, on a small screen. */
export function layoutFloating(area: Size): { readonly main: Rect; readonly floating: Rect } {
  const width = Math.round(Math.min(120, area.width * 0.3));
  const height = Math.round((width * 4) / 3);
  return {
    main: { x: 0, y: 0, width: area.width, height: area.height },
    floating: { x: area.width - width - 12, y: area.height - height - 12, width, height },
  };
}

function fit(width: number, height: number, rules: GridRules): Size {
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  const aspect = width / height;
  if (aspect > rules.maxAspect) return { width: height * rules.maxAspect, height };
  if (aspect < rules.minAspect) return { width, height: width / rules.minAspect };
  return { width, height };
}

function place(count: number, columns: number, tile: Size, area: Size, gap: number): Rect[] {
  const rows = Math.ceil(count / columns);
  const top = (area.height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (area.width - inRow * tile.width - (inRow - 1) * gap) / 2;
    return { x: left + (index % columns) * (tile.width + gap), y: top + row * (tile.height + gap), width: tile.width, height: tile.height };
  });
}
