import { describe, expect, it } from 'vitest';
import type { ParticipantView } from '@conference/client';
import { layoutStage } from '../src/layout/grid.ts';
import { placeTiles, wantedPictures, type PlacementInput, type Tile, type ViewOptions } from '../src/layout/placement.ts';

const everything: ViewOptions = { mode: 'grid', hideNonVideo: false, hideSelf: false, share: 0 };
const desktop = { width: 1400, height: 800 };

function camera(id: string, sends = true): Tile {
  const participant: ParticipantView = { id, displayName: id, role: 'Attendee', presence: 'Connected', sending: sends ? ['Camera'] : [], joinedAt: '' };
  return { key: `${id}:Camera`, participant, source: 'Camera' };
}

const screen = (id: string): Tile => ({ ...camera(id), key: `${id}:Screen`, source: 'Screen' });

function place(cameras: readonly Tile[], change: Partial<PlacementInput> = {}) {
  return placeTiles({ cameras, screens: [], you: 'me', size: desktop, view: everything, page: 0, pinned: undefined, spotlight: [], activeSpeaker: undefined, lastSpoke: new Map(), ...change });
}

const crowd = ['me', 'ada', 'ben', 'cleo'].map((id) => camera(id));
const large = (placed: ReturnType<typeof place>): readonly string[] => placed.tiles.filter((tile) => tile.prominent).map((tile) => tile.key);

describe('tiles', () => {
  it('V1 to V5: what is pinned, a screen, the spotlight, the speaker, and else nobody is large', () => {
    const all = { screens: [screen('ben')], spotlight: ['cleo'], activeSpeaker: 'ada', view: { ...everything, mode: 'speaker' as const } };
    expect(large(place(crowd, { ...all, pinned: 'me:Camera' }))).toEqual(['me:Camera']);
    expect(place(crowd, all)).toMatchObject({ layout: 'screen' });
    expect(large(place(crowd, all))).toEqual(['ben:Screen']);
    expect(large(place(crowd, { ...all, screens: [] }))).toEqual(['cleo:Camera']);
    expect(large(place(crowd, { ...all, screens: [], spotlight: ['cleo', 'ben'] }))).toEqual(['cleo:Camera', 'ben:Camera']);
    expect(large(place(crowd, { ...all, screens: [], spotlight: [] }))).toEqual(['ada:Camera']);
    expect(place(crowd)).toMatchObject({ layout: 'grid', pages: 1 });
  });

  it('V5: pages, and a page that is no longer there', () => {
    const many = Array.from({ length: 60 }, (_, index) => camera(`p${index}`));
    expect(place(many)).toMatchObject({ pages: 3, page: 0 });
    expect(place(many).tiles).toHaveLength(25);
    expect(place(many, { page: 2 }).tiles.map((tile) => tile.key)).toEqual(many.slice(50).map((tile) => tile.key));
    expect(place(many.slice(0, 30), { page: 2 })).toMatchObject({ pages: 2, page: 1 });
  });

  it('V6: two on a phone', () => {
    expect(place(crowd.slice(0, 2), { size: { width: 390, height: 700 } })).toMatchObject({ layout: 'floating', tiles: [{ key: 'ada:Camera' }, { key: 'me:Camera', floating: true }] });
  });

  it('V7: leaves out who sends no video, but never everybody', () => {
    const view = { ...everything, hideNonVideo: true };
    const some = [camera('me'), camera('ada', false), camera('ben'), camera('cleo', false)];
    expect(place(some, { view })).toMatchObject({ hidden: 2, tiles: [{ key: 'me:Camera' }, { key: 'ben:Camera' }] });
    expect(place(some, { view, pinned: 'cleo:Camera' }).tiles.map((tile) => tile.key)).toContain('cleo:Camera');
    const none = [camera('me', false), camera('ada', false), camera('ben', false)];
    expect(place(none, { view, activeSpeaker: 'ben' }).tiles.map((tile) => tile.key)).toEqual(['ben:Camera']);
    expect(place(crowd, { view: { ...everything, hideSelf: true } }).tiles.map((tile) => tile.key)).not.toContain('me:Camera');
    expect(place([camera('me')], { view: { ...everything, hideSelf: true } }).tiles).toHaveLength(1);
  });

  it('the edge moves between its limits, and nothing overlaps or falls out', () => {
    for (const size of [desktop, { width: 390, height: 760 }]) {
      for (const share of [0.01, 0.12, 0.3, 0.6, 0.99]) {
        const { stage, strip } = layoutStage(9, size, share);
        expect(strip.length).toBeGreaterThan(0);
        for (const rect of [stage, ...strip]) {
          expect(rect.x).toBeGreaterThanOrEqual(0);
          expect(rect.x + rect.width).toBeLessThanOrEqual(size.width + 0.01);
          expect(rect.y + rect.height).toBeLessThanOrEqual(size.height + 0.01);
        }
        for (const rect of strip) expect(rect.x >= stage.x + stage.width || rect.y >= stage.y + stage.height).toBe(true);
      }
    }
    const { edge } = place(crowd, { screens: [screen('ben')], view: { ...everything, share: 0.4 } });
    expect(edge?.share).toBeCloseTo(0.4, 1);
  });
});

describe('what is asked for', () => {
  const { tiles } = place(crowd, { pinned: 'ben:Camera' });
  const sight = { you: 'me', pinned: 'ben:Camera', unseen: new Set<string>(), pageHidden: false, windowOpen: false };

  it('V8: everybody else who can be seen, at the size of the tile', () => {
    const wanted = wantedPictures(tiles, sight);
    expect(wanted.map((picture) => picture.participantId).sort()).toEqual(['ada', 'ben', 'cleo']);
    expect(wanted.every((picture) => picture.height > 0)).toBe(true);
    expect(wanted.filter((picture) => picture.pinned).map((picture) => picture.participantId)).toEqual(['ben']);
    expect(wantedPictures(tiles, { ...sight, unseen: new Set(['ada:Camera']) }).find((picture) => picture.participantId === 'ada')?.height).toBe(0);
  });

  it('V8: nothing while the page is hidden, unless the small window is open', () => {
    expect(wantedPictures(tiles, { ...sight, pageHidden: true })).toEqual([]);
    expect(wantedPictures(tiles, { ...sight, pageHidden: true, windowOpen: true })).toEqual(wantedPictures(tiles, sight));
    expect(wantedPictures(tiles, { ...sight, windowOpen: true })).toEqual(wantedPictures(tiles, sight));
  });
});
