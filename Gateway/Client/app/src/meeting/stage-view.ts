import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { cssom } from '../styles/cssom.ts';
import { inMyRoom, type FilledSlot, type MeetingState } from '@conference/client';
import { icon } from '../icons.ts';
import { gridCapacity, shareLimits, type Size } from '../layout/grid.ts';
import { tileOrder } from '../layout/order.ts';
import { maxTiles, placeTiles, wantedPictures, type PlacedTile, type Placement, type Tile, type ViewOptions } from '../layout/placement.ts';
import { controls } from '../styles/shared.ts';
import './participant-tile.ts';
import type { ParticipantTile } from './participant-tile.ts';
import type { Quality } from './quality.ts';
import { SpeakerWindow } from './speaker-window.ts';
import { t } from '../i18n/language.ts';

/** 0 to 127: about -55 dBov, above a quiet room. */
const speakingLevel = 72;
const speakingHoldMs = 450;

/** Everybody's pictures: a grid, or one large with a strip beside it. Emits `pictures` with what is visible and how large, `share` (detail: what of it the strip takes), `show-all`, and `window` when picture in picture opens or closes. */
export class StageView extends LitElement {
  static override properties = {
    state: { attribute: false },
    mirrored: { type: Boolean },
    view: { attribute: false },
    qualities: { attribute: false },
    size: { state: true },
    page: { state: true },
    pinned: { state: true },
  };

  declare state: MeetingState;
  declare mirrored: boolean;
  declare view: ViewOptions;
  /** How well each is connected, by id. */
  declare qualities: ReadonlyMap<string, Quality>;
  declare size: Size;
  declare page: number;
  /** The key of the tile that was put on the stage by hand. */
  declare pinned: string | undefined;

  #order: readonly string[] = [];
  readonly #lastSpoke = new Map<string, number>();
  readonly #heardAt = new Map<string, number>();
  #placed: Placement = { layout: 'grid', tiles: [], page: 0, pages: 1, hidden: 0 };
  readonly #window = new SpeakerWindow(() => {
    this.dispatchEvent(new Event('window'));
    this.#tellPictures();
  });
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
    this.view = { mode: 'grid', hideNonVideo: false, hideSelf: false, share: 0 };
    this.qualities = new Map();
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
    .pages, .hidden { position: absolute; z-index: 5; bottom: 6px; left: 50%; translate: -50% 0; padding: 2px 10px; border-radius: 99px; background: rgb(10 13 17 / 78%); color: #fff; font-size: var(--text-xs); white-space: nowrap; }
    /* Names stand at the bottom of tiles. */
    .pages { top: 6px; bottom: auto; }
    .hidden { left: 6px; translate: none; display: flex; gap: 8px; align-items: center; padding: 2px 4px 2px 12px; }
    .hidden button { border: 0; border-radius: 99px; min-height: 26px; padding: 0 10px; background: rgb(255 255 255 / 18%); color: #fff; font-weight: 600; cursor: pointer; }
    .edge { position: absolute; z-index: 5; display: grid; place-items: center; cursor: col-resize; touch-action: none; border-radius: 6px; }
    .edge.across { cursor: row-resize; }
    .edge::after { content: ''; width: 4px; height: 44px; border-radius: 99px; background: var(--line-strong); transition: background var(--quick); }
    .edge.across::after { width: 44px; height: 4px; }
    .edge:hover::after, .edge:focus-visible::after, .edge.moving::after { background: var(--accent); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  override disconnectedCallback(): void {
    this.#window.close();
    document.removeEventListener('visibilitychange', this.#onVisibility);
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
    this.#window.follow(this.#prominentTrack());
  }

  #forget(tile: ParticipantTile): void {
    this.#viewed.delete(tile);
    this.#views.unobserve(tile);
    this.#unseen.delete(`${tile.dataset['participant']}:${tile.source}`);
  }

  #tellPictures(): void {
    const sight = { you: this.state.you, pinned: this.pinned, unseen: this.#unseen, pageHidden: document.hidden, windowOpen: this.#window.isOpen };
    this.dispatchEvent(new CustomEvent('pictures', { detail: wantedPictures(this.#placed.tiles, sight) }));
  }

  readonly #onVisibility = (): void => this.#tellPictures();

  override render() {
    const { tiles, layout, page, pages, hidden } = this.#placed;
    return html`
      <div class="area" data-testid="stage" data-layout=${layout}>
        ${repeat(tiles, (tile) => tile.key, (tile) => this.#tile(tile))}
      </div>
      ${this.#edge()}
      ${pages > 1 ? html`
        <button class="pager previous" data-testid="previous-page" ?hidden=${page === 0} aria-label=${t('stage.previous')} @click=${() => this.turn(-1)}>${icon('left')}</button>
        <button class="pager next" data-testid="next-page" ?hidden=${page >= pages - 1} aria-label=${t('stage.next')} @click=${() => this.turn(1)}>${icon('right')}</button>
        <div class="pages" data-testid="pages" role="status"><span class="visually-hidden">${t('stage.pages', { page: page + 1, pages })}</span><span aria-hidden="true">${page + 1} / ${pages}</span></div>` : nothing}
      ${hidden > 0 ? html`<div class="hidden" data-testid="hidden-people">${t('stage.hidden', { count: hidden })}<button @click=${() => this.dispatchEvent(new Event('show-all'))}>${t('stage.showAll')}</button></div>` : nothing}
    `;
  }

  /** Goes to another page of the gallery. */
  turn(by: number): void {
    this.page = Math.min(this.#placed.pages - 1, Math.max(0, this.#placed.page + by));
  }

  get isWindowOpen(): boolean {
    return this.#window.isOpen;
  }

  /** Opens the small window of whoever speaks, or closes it. False: there is no picture, or the browser refused. */
  async toggleWindow(): Promise<boolean> {
    if (this.#window.isOpen) {
      this.#window.close();
      return true;
    }
    const track = this.#prominentTrack();
    return track !== undefined && this.#window.open(track);
  }

  /** The picture that matters most: what is large, else who speaks, else anybody. */
  #prominentTrack(): MediaStreamTrack | undefined {
    const seen = this.#placed.tiles.flatMap((tile) => {
      const track = this.#trackOf(tile);
      return track ? [{ tile, track }] : [];
    });
    const others = seen.filter(({ tile }) => tile.participant.id !== this.state.you);
    return (others.find(({ tile }) => tile.prominent) ?? others.find(({ tile }) => tile.participant.id === this.state.activeSpeaker) ?? others[0] ?? seen[0])?.track;
  }

  #trackOf({ participant, source }: Tile): MediaStreamTrack | undefined {
    if (participant.id === this.state.you) return this.state.local[source].on ? this.state.local[source].track ?? undefined : undefined;
    const slot = this.#slotOf(participant.id, source);
    return participant.sending.includes(source) && slot && slot.state !== 'CodecNotSupported' ? slot.track : undefined;
  }

  /** What is dragged, or moved by the arrow keys, to give the strip more or less room. */
  #edge() {
    const { edge } = this.#placed;
    if (!edge) return nothing;
    const { rect, vertical, share } = edge;
    return html`<div class=${vertical ? 'edge' : 'edge across'} data-testid="stage-edge" role="separator" tabindex="0" aria-label=${t('stage.strip')} aria-orientation=${vertical ? 'vertical' : 'horizontal'}
      aria-valuemin=${shareLimits.least * 100} aria-valuemax=${shareLimits.most * 100} aria-valuenow=${Math.round(share * 100)}
      style=${cssom({ left: `${rect.x}px`, top: `${rect.y}px`, width: `${rect.width}px`, height: `${rect.height}px` })}
      @pointerdown=${this.#grab} @pointermove=${this.#drag} @pointerup=${this.#letGo} @pointercancel=${this.#letGo} @dblclick=${() => this.#resize(0)} @keydown=${this.#onEdgeKey}></div>`;
  }

  #grab(event: PointerEvent): void {
    const edge = event.currentTarget as HTMLElement;
    edge.setPointerCapture(event.pointerId);
    edge.classList.add('moving');
  }

  #drag(event: PointerEvent): void {
    const edge = event.currentTarget as HTMLElement;
    if (!edge.hasPointerCapture(event.pointerId)) return;
    const box = this.getBoundingClientRect();
    this.#resize(this.#placed.edge?.vertical ? (box.right - event.clientX) / box.width : (box.bottom - event.clientY) / box.height);
  }

  #letGo(event: PointerEvent): void {
    (event.currentTarget as HTMLElement).classList.remove('moving');
  }

  #onEdgeKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: 0.02, ArrowUp: 0.02, ArrowRight: -0.02, ArrowDown: -0.02 }[event.key];
    if (step === undefined && event.key !== 'Home') return;
    event.preventDefault();
    event.stopPropagation();
    this.#resize(step === undefined ? 0 : (this.#placed.edge?.share ?? 0.2) + step);
  }

  #resize(share: number): void {
    const detail = share === 0 ? 0 : Math.min(shareLimits.most, Math.max(shareLimits.least, share));
    this.dispatchEvent(new CustomEvent('share', { detail }));
  }

  #tile(tile: PlacedTile) {
    const { key, participant, source, rect, floating } = tile;
    const own = participant.id === this.state.you;
    const slot = own ? undefined : this.#slotOf(participant.id, source);
    const sends = participant.sending.includes(source);
    const toggle = (): void => void (this.pinned = this.pinned === key ? undefined : key);
    return html`<participant-tile
      class=${floating ? 'floating' : ''} data-testid="tile" data-participant=${participant.id} data-source=${source} data-self=${own}
      source=${source} .participant=${participant} .track=${this.#trackOf(tile)} .slotState=${sends ? slot?.state : undefined} .own=${own} .quality=${source === 'Camera' ? this.qualities.get(participant.id) : undefined}
      .mirrored=${own && this.mirrored && source === 'Camera'} .pinned=${this.pinned === key}
      style=${cssom({ width: `${rect.width}px`, height: `${rect.height}px`, transform: `translate(${rect.x}px, ${rect.y}px)` })}
      @pin=${toggle} @dblclick=${toggle}
    ></participant-tile>`;
  }

  #slotOf(participantId: string, source: 'Camera' | 'Screen'): FilledSlot | undefined {
    return this.state.slots.find((slot) => slot.participantId === participantId && slot.source === source);
  }

  #place(): void {
    const people = (this.state.meeting ? inMyRoom(this.state.meeting) : []).filter((participant) => participant.presence !== 'Lobby' && participant.stream !== 'Play' && participant.role !== 'Viewer');
    const byId = new Map(people.map((participant) => [participant.id, participant]));
    const { you, activeSpeaker } = this.state;
    this.#order = tileOrder({ previous: this.#order, present: [...byId.keys()], you, capacity: gridCapacity(this.size, maxTiles), lastSpoke: this.#lastSpoke });
    const cameras = this.#order.flatMap((id) => {
      const participant = byId.get(id);
      return participant ? [{ key: `${id}:Camera`, participant, source: 'Camera' as const }] : [];
    });
    const screens = people
      .filter((participant) => participant.id !== you && participant.sending.includes('Screen'))
      .map((participant) => ({ key: `${participant.id}:Screen`, participant, source: 'Screen' as const }));
    if (this.pinned !== undefined && ![...screens, ...cameras].some((tile) => tile.key === this.pinned)) this.pinned = undefined;
    this.#placed = placeTiles({
      cameras, screens, you, size: this.size, view: this.view, page: this.page, pinned: this.pinned, spotlight: this.state.meeting?.spotlight ?? [], activeSpeaker, lastSpoke: this.#lastSpoke,
    });
    this.page = this.#placed.page;
  }
}

customElements.define('stage-view', StageView);
