import { describe, expect, it } from 'vitest';
import { gridCapacity, layoutFloating, layoutGrid, layoutStage, rulesFor, type Rect, type Size } from '../src/layout/grid.ts';
import { tileOrder } from '../src/layout/order.ts';

const desktop: Size = { width: 1396, height: 760 };
const phone: Size = { width: 374, height: 680 };
const landscapePhone: Size = { width: 820, height: 320 };
const areas: [string, Size][] = [['desktop', desktop], ['phone', phone], ['landscape phone', landscapePhone], ['square', { width: 800, height: 800 }]];

function inside(rect: Rect, area: Size): boolean {
  return rect.x >= -0.01 && rect.y >= -0.01 && rect.x + rect.width <= area.width + 0.01 && rect.y + rect.height <= area.height + 0.01;
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width - 0.01 && b.x < a.x + a.width - 0.01 && a.y < b.y + b.height - 0.01 && b.y < a.y + a.height - 0.01;
}

/** The best that any number of columns allows, found without the layout's own shortcuts. */
function bestArea(count: number, area: Size): number {
  const { gap, minAspect, maxAspect } = rulesFor(area);
  let best = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const width = (area.width - gap * (columns - 1)) / columns;
    const height = (area.height - gap * (rows - 1)) / rows;
    if (width <= 0 || height <= 0) continue;
    const aspect = Math.min(maxAspect, Math.max(minAspect, width / height));
    const w = Math.min(width, height * aspect);
    best = Math.max(best, w * (w / aspect));
  }
  return best;
}

describe.each(areas)('a grid on a %s', (_, area) => {
  it.each(Array.from({ length: 25 }, (_, i) => i + 1))('places %i tiles inside, apart, alike, and as large as can be', (count) => {
    const rects = layoutGrid(count, area);
    expect(rects).toHaveLength(count);
    const { minAspect, maxAspect } = rulesFor(area);
    for (const [index, rect] of rects.entries()) {
      expect(inside(rect, area)).toBe(true);
      expect(rect.width).toBeCloseTo(rects[0]?.width ?? 0);
      expect(rect.height).toBeCloseTo(rects[0]?.height ?? 0);
      expect(rect.width / rect.height).toBeGreaterThan(minAspect - 0.001);
      expect(rect.width / rect.height).toBeLessThan(maxAspect + 0.001);
      for (const other of rects.slice(index + 1)) expect(overlaps(rect, other)).toBe(false);
    }
    const first = rects[0] as Rect;
    expect(first.width * first.height).toBeGreaterThan(bestArea(count, area) * 0.999);
  });

  it('centres an incomplete last row', () => {
    const rects = layoutGrid(5, area);
    const left = Math.min(...rects.map((rect) => rect.x));
    const right = Math.max(...rects.map((rect) => rect.x + rect.width));
    expect(left + right).toBeCloseTo(area.width);
    const lastRow = rects.filter((rect) => rect.y === Math.max(...rects.map((other) => other.y)));
    expect((lastRow[0]?.x ?? 0) + (lastRow.at(-1)?.x ?? 0) + (lastRow[0]?.width ?? 0)).toBeCloseTo(area.width);
  });

  it('has a stage and a strip that do not touch', () => {
    for (const count of [1, 4, 30]) {
      const { stage, strip } = layoutStage(count, area);
      expect(strip.length).toBeGreaterThan(0);
      expect(strip.length).toBeLessThanOrEqual(count);
      for (const rect of [stage, ...strip]) expect(inside(rect, area)).toBe(true);
      for (const rect of strip) expect(overlaps(stage, rect)).toBe(false);
      expect(stage.width * stage.height).toBeGreaterThan(area.width * area.height * 0.4);
    }
  });
});

describe('a grid', () => {
  it('on a desktop is what one would draw', () => {
    const columns = (count: number): number => new Set(layoutGrid(count, desktop).map((rect) => Math.round(rect.x))).size;
    expect(columns(1)).toBe(1);
    expect(columns(2)).toBe(2);
    expect(columns(4)).toBe(2);
    expect(columns(9)).toBe(3);
    expect(columns(25)).toBe(5);
  });

  it('on a phone stands two above each other', () => {
    expect(layoutGrid(2, phone).map((rect) => rect.x)[0]).toBeCloseTo(layoutGrid(2, phone)[1]?.x ?? 0);
  });

  it('of nothing, or without room, is empty', () => {
    expect(layoutGrid(0, desktop)).toEqual([]);
    expect(layoutGrid(3, { width: 0, height: 0 })).toEqual([]);
  });

  it('holds 25 on a desktop, fewer on a phone, and never none', () => {
    expect(gridCapacity(desktop, 25)).toBe(25);
    expect(gridCapacity(phone, 25)).toBeGreaterThanOrEqual(8);
    expect(gridCapacity(phone, 25)).toBeLessThan(25);
    expect(gridCapacity({ width: 10, height: 10 }, 25)).toBe(1);
  });

  it('may float the own picture in a corner', () => {
    const { main, floating } = layoutFloating(phone);
    expect(inside(main, phone) && inside(floating, phone)).toBe(true);
    expect(floating.width * floating.height).toBeLessThan(main.width * main.height * 0.12);
  });
});

describe('the order of tiles', () => {
  const base = { previous: [], you: 'me', capacity: 3, lastSpoke: new Map<string, number>() };

  it('O1: you stand first, newcomers last, leavers go', () => {
    expect(tileOrder({ ...base, present: ['a', 'me', 'b'] })).toEqual(['me', 'a', 'b']);
    expect(tileOrder({ ...base, previous: ['me', 'a', 'b'], present: ['c', 'b', 'me', 'd'] })).toEqual(['me', 'b', 'c', 'd']);
  });

  it('O2: a speaker from a later page changes places with who was silent longest', () => {
    const previous = ['me', 'a', 'b', 'c', 'd'];
    expect(tileOrder({ ...base, previous, present: previous, lastSpoke: new Map([['b', 5], ['d', 9]]) })).toEqual(['me', 'd', 'b', 'c', 'a']);
  });

  it('O2: a speaker who is visible moves nobody', () => {
    const previous = ['me', 'a', 'b', 'c'];
    expect(tileOrder({ ...base, previous, present: previous, lastSpoke: new Map([['b', 5]]) })).toEqual(previous);
  });
});
