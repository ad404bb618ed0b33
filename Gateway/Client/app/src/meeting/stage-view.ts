import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { cssom } from '../styles/cssom.ts';
import { inMyRoom, type FilledSlot, type MeetingState, type ParticipantView, type WantedPicture } from '@conference/client';
import { icon } from '../icons.ts';
import { gridCapacity, layoutFloating, layoutGrid, layoutStage, type Rect, type Size } from '../layout/grid.ts';
import { tileOrder } from '../layout/order.ts';
import { controls } from '../styles/shared.ts';
import './participant-tile.ts';
import type { ParticipantTile } from './participant-tile.ts';
import { t } from '../i18n/language.ts';

interface PlacedTile {
  readonly key: string;
  readonly participant: ParticipantView;
  readonly source: 'Camera' | 'Screen';
  readonly rect: Rect;
  readonly prominent: boolean;
  readonly floating?: boolean;
}

const maxTiles = 25;
/** 0 to 127: about -55 dBov, above a quiet room. */
const speakingLevel = 72;
const speakingHoldMs = 450;

/** Everybody's pictures: a grid, or one large with a strip beside it. Emits `pictures` with what is visible and how large. */
export class StageView extends LitElement {
  static override properties = {
    state: { attribute: false },
    mirrored: { type: Boolean },
    mode: { type: String },
    size: { state: true },
    page: { state: true },
    pinned: { state: true },
  };

  declare state: MeetingState;
  declare mirrored: boolean;
  declare mode: 'grid' | 'speaker';
  declare size: Size;
  declare page: number;
  /** The key of the tile that was put on the stage by hand. */
  declare pinned: string | undefined;

  #order: readonly string[] = [];
  #lit: ReadonlySet<string> = new Set();
  readonly #lastSpoke = new Map<string, number>();
  readonly #heardAt = new Map<string, number>();
  #tiles: readonly PlacedTile[] = [];
  #pages = 1;
  #silence: ReturnType<typeof setTimeout> | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    if (entry) this.size = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) };
  });

  /** The keys of tiles that are not in view: nothing is asked for them. */
  readonly #unseen = new Set<string>();
  readonly #views = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const key = `${(target as ParticipantTile).dataset['participant']}:${(target as ParticipantTile).source}`;
      if (isIntersecting) this.#unseen.delete(key);
      else this.#unseen.add(key);
    }
    this.#tellPictures();
  });

  constructor() {
    super();
    this.mirrored = true;
    this.mode = 'grid';
    this.size = { width: 0, height: 0 };
    this.page = 0;
  }

  static override styles = [controls, css`
    :host { display: block; position: relative; min-width: 0; min-height: 0; }
    .area { position: absolute; inset: 0; }
    participant-tile { left: 0; top: 0; transition: transform var(--smooth) var(--ease), width var(--smooth) var(--ease), height var(--smooth) var(--ease); animation: appear var(--smooth) var(--ease); }
    participant-tile.floating { z-index: 2; box-shadow: var(--shadow-lg); }
    @keyframes appear { from { opacity: 0; } }
    .pager { position: absolute; z-index: 5; top: 50%; translate: 0 -50%; width: 40px; height: 56px; display: grid; place-items: center; border: 0; border-radius: 12px; background: rgb(10 13 17 / 62%); color: #fff; cursor: pointer; }
    .pager.previous { left: 4px; } .pager.next { right: 4px; }
    .pages { position: absolute; z-index: 5; bottom: 6px; left: 50%; translate: -50% 0; padding: 2px 10px; border-radius: 99px; background: rgb(10 13 17 / 62%); color: #fff; font-size: var(--text-xs); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer.disconnect();
    this.#views.disconnect();
    this.#viewed.clear();
    clearTimeout(this.#silence);
    super.disconnectedCallback();
  }

  /** Marks who is heard; called many times a second, so it does not render. */
  setLevels(levels: ReadonlyMap<string, number>): void {
    clearTimeout(this.#silence);
    // When nothing is told any more, nobody is heard.
    if (levels.size > 0) this.#silence = setTimeout(() => this.setLevels(new Map()), speakingHoldMs + 50);
    const now = performance.now();
    for (const [id, level] of levels) if (level >= speakingLevel) this.#heardAt.set(id, now);
    for (const tile of this.renderRoot.querySelectorAll<ParticipantTile>('participant-tile[source="Camera"]')) {
      tile.speaking = now - (this.#heardAt.get(tile.participant.id) ?? -speakingHoldMs) < speakingHoldMs;
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const speaker = this.state.activeSpeaker;
    if (speaker !== undefined && changed.has('state') && changed.get('state')?.activeSpeaker !== speaker) this.#lastSpoke.set(speaker, performance.now());
    this.#place();
  }

  readonly #viewed = new Set<Element>();

  protected override updated(): void {
    const present = new Set<Element>(this.renderRoot.querySelectorAll('participant-tile'));
    for (const tile of this.#viewed) if (!present.has(tile)) this.#forget(tile as ParticipantTile);
    for (const tile of present) {
      if (this.#viewed.has(tile)) continue;
      this.#viewed.add(tile);
      this.#views.observe(tile);
    }
    this.#tellPictures();
  }

  #forget(tile: ParticipantTile): void {
    this.#viewed.delete(tile);
    this.#views.unobserve(tile);
    this.#unseen.delete(`${tile.dataset['participant']}:${tile.source}`);
  }

  #tellPictures(): void {
    const pictures: WantedPicture[] = this.#tiles
      .filter((tile) => tile.participant.id !== this.state.you)
      .map((tile) => ({ participantId: tile.participant.id, source: tile.source, height: this.#unseen.has(tile.key) ? 0 : tile.rect.height, prominent: tile.prominent, pinned: tile.key === this.pinned }));
    this.dispatchEvent(new CustomEvent('pictures', { detail: pictures }));
  }

  override render() {
    return html`
      <div class="area" data-testid="stage" data-layout=${this.#layoutName}>
        ${repeat(this.#tiles, (tile) => tile.key, (tile) => this.#tile(tile))}
      </div>
      ${this.#pages > 1 ? html`
        <button class="pager previous" ?hidden=${this.page === 0} aria-label=${t('stage.previous')} @click=${() => (this.page = this.page - 1)}>${icon('left')}</button>
        <button class="pager next" ?hidden=${this.page >= this.#pages - 1} aria-label=${t('stage.next')} @click=${() => (this.page = this.page + 1)}>${icon('right')}</button>
        <div class="pages" aria-live="polite">${this.page + 1} / ${this.#pages}</div>` : nothing}
    `;
  }

  #layoutName = 'grid';

  #tile({ key, participant, source, rect, floating }: PlacedTile) {
    const own = participant.id === this.state.you;
    const slot = own ? undefined : this.#slotOf(participant.id, source);
    const local = this.state.local[source];
    const sends = participant.sending.includes(source);
    const track = own ? (local.on ? local.track ?? undefined : undefined) : sends && slot && slot.state !== 'CodecNotSupported' ? slot.track : undefined;
    return html`<participant-tile
      class=${floating ? 'floating' : ''} data-testid="tile" data-participant=${participant.id} data-source=${source} data-self=${own}
      source=${source} .participant=${participant} .track=${track} .slotState=${sends ? slot?.state : undefined} .own=${own}
      .mirrored=${own && this.mirrored && source === 'Camera'} .pinned=${this.pinned === key}
      style=${cssom({ width: `${rect.width}px`, height: `${rect.height}px`, transform: `translate(${rect.x}px, ${rect.y}px)` })}
      @pin=${() => (this.pinned = this.pinned === key ? undefined : key)} @dblclick=${() => (this.pinned = this.pinned === key ? undefined : key)}
    ></participant-tile>`;
  }

  #slotOf(participantId: string, source: 'Camera' | 'Screen'): FilledSlot | undefined {
    return this.state.slots.find((slot) => slot.participantId === participantId && slot.source === source);
  }

  #place(): void {
    const people = (this.state.meeting ? inMyRoom(this.state.meeting) : []).filter((participant) => participant.presence !== 'Lobby' && participant.stream !== 'Play' && participant.role !== 'Viewer');
    const byId = new Map(people.map((participant) => [participant.id, participant]));
    const capacity = gridCapacity(this.size, maxTiles);
    this.#order = tileOrder({ previous: this.#order, present: [...byId.keys()], you: this.state.you, capacity, lastSpoke: this.#lastSpoke });
    const cameras = this.#order.flatMap((id) => {
      const participant = byId.get(id);
      return participant ? [{ key: `${id}:Camera`, participant, source: 'Camera' as const }] : [];
    });
    const screens = people
      .filter((participant) => participant.id !== this.state.you && participant.sending.includes('Screen'))
      .map((participant) => ({ key: `${participant.id}:Screen`, participant, source: 'Screen' as const }));
    const all = [...screens, ...cameras];
    if (this.pinned !== undefined && !all.some((tile) => tile.key === this.pinned)) this.pinned = undefined;
    const lit = (this.state.meeting?.spotlight ?? []).flatMap((id) => cameras.find((tile) => tile.participant.id === id) ?? []);
    this.#lit = new Set(lit.map((tile) => tile.participant.id));
    const pinned = all.find((tile) => tile.key === this.pinned);
    const main = pinned ?? screens[0] ?? lit[0] ?? (this.mode === 'speaker' ? this.#speaker(cameras) : undefined);
    this.#pages = 1;
    if (lit.length > 1 && main === lit[0] && !pinned) this.#placeSpotlight(lit, cameras.filter((tile) => !lit.includes(tile)));
    else if (main) this.#placeStage(main, all.filter((tile) => tile !== main));
    else if (cameras.length === 2 && this.size.height > this.size.width && this.size.width < 520) this.#placeFloating(cameras);
    else this.#placeGrid(cameras, capacity);
  }

  #speaker(cameras: readonly Omit<PlacedTile, 'rect' | 'prominent'>[]): Omit<PlacedTile, 'rect' | 'prominent'> | undefined {
    return cameras.find((tile) => tile.participant.id === this.state.activeSpeaker && tile.participant.id !== this.state.you)
      ?? cameras.find((tile) => tile.participant.id !== this.state.you) ?? cameras[0];
  }

  #placeStage(main: Omit<PlacedTile, 'rect' | 'prominent'>, others: readonly Omit<PlacedTile, 'rect' | 'prominent'>[]): void {
    this.#layoutName = main.source === 'Screen' ? 'screen' : 'speaker';
    // The strip is short: whoever spoke last stands in it, behind the own picture.
    const ranked = [...others].sort((a, b) => this.#rank(b) - this.#rank(a));
    const { stage, strip } = layoutStage(ranked.length, this.size);
    this.#tiles = [
      { ...main, rect: stage, prominent: true },
      ...strip.map((rect, index) => ({ ...(ranked[index] as Omit<PlacedTile, 'rect' | 'prominent'>), rect, prominent: false })),
    ];
  }

  /** Several in the spotlight share the stage; everybody else stands in the strip. */
  #placeSpotlight(lit: readonly Omit<PlacedTile, 'rect' | 'prominent'>[], others: readonly Omit<PlacedTile, 'rect' | 'prominent'>[]): void {
    this.#layoutName = 'spotlight';
    const ranked = [...others].sort((a, b) => this.#rank(b) - this.#rank(a));
    const { stage, strip } = layoutStage(ranked.length, this.size);
    const rects = layoutGrid(lit.length, stage).map((rect) => ({ ...rect, x: rect.x + stage.x, y: rect.y + stage.y }));
    this.#tiles = [
      ...lit.map((tile, index) => ({ ...tile, rect: rects[index] ?? stage, prominent: true })),
      ...strip.map((rect, index) => ({ ...(ranked[index] as Omit<PlacedTile, 'rect' | 'prominent'>), rect, prominent: false })),
    ];
  }

  #rank(tile: { readonly participant: ParticipantView; readonly source: string }): number {
    if (tile.source === 'Screen') return Infinity;
    if (this.#lit.has(tile.participant.id)) return Infinity;
    if (tile.participant.id === this.state.you) return Number.MAX_VALUE;
    return this.#lastSpoke.get(tile.participant.id) ?? 0;
  }

  #placeFloating(cameras: readonly Omit<PlacedTile, 'rect' | 'prominent'>[]): void {
    this.#layoutName = 'floating';
    const { main, floating } = layoutFloating(this.size);
    this.#tiles = cameras.map((tile) => (tile.participant.id === this.state.you
      ? { ...tile, rect: floating, prominent: false, floating: true }
      : { ...tile, rect: main, prominent: true }));
  }

  #placeGrid(cameras: readonly Omit<PlacedTile, 'rect' | 'prominent'>[], capacity: number): void {
    this.#layoutName = 'grid';
    this.#pages = Math.max(1, Math.ceil(cameras.length / capacity));
    if (this.page >= this.#pages) this.page = this.#pages - 1;
    const shown = cameras.slice(this.page * capacity, (this.page + 1) * capacity);
    const rects = layoutGrid(shown.length, this.size);
    this.#tiles = rects.map((rect, index) => {
      const tile = shown[index] as Omit<PlacedTile, 'rect' | 'prominent'>;
      return { ...tile, rect, prominent: tile.participant.id === this.state.activeSpeaker };
    });
  }
}

customElements.define('stage-view', StageView);
