import { LitElement, css, html, nothing } from 'lit';
import { isHostRole, type BreakoutsView, type ClientCommandBody, type MeetingState, type ParticipantView } from '@conference/client';
import { controls } from '../styles/shared.ts';
import './modal-dialog.ts';
import { t } from '../i18n/language.ts';

const countdownSeconds = 60;
const mostRooms = 20;

/** Breakout rooms: hosts open, watch and close them, others choose one where they may. Emits `command` (detail: a command of the protocol) and `close`. */
export class BreakoutDialog extends LitElement {
  static override properties = { state: { attribute: false }, count: { state: true }, assignment: { state: true }, places: { state: true } };

  declare state: MeetingState;
  declare count: number;
  declare assignment: 'Automatic' | 'Manual' | 'SelfChosen';
  /** By hand: the room of each, by id. */
  declare places: ReadonlyMap<string, number>;

  constructor() {
    super();
    this.count = 2;
    this.assignment = 'Automatic';
    this.places = new Map();
  }

  static override styles = [controls, css`
    .all { display: grid; gap: var(--space-4); }
    p, small { color: var(--text-soft); }
    section { display: grid; gap: 6px; border: 1px solid var(--line); border-radius: var(--radius-md); padding: 12px 14px; }
    section header { display: flex; align-items: center; gap: 8px; font-weight: 650; }
    section header span { flex: 1; overflow-wrap: anywhere; }
    .line { display: flex; gap: 8px; align-items: center; }
    .line > span { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .line .input { min-height: 40px; }
    .line select.input { width: 150px; flex: none; }
    .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; }
  `];

  override render() {
    const breakouts = this.state.meeting?.breakouts;
    return html`<modal-dialog heading=${t('rooms')} data-testid="breakout-dialog" @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="all">${breakouts ? this.#open(breakouts) : this.#form()}</div></modal-dialog>`;
  }

  get #me(): ParticipantView | undefined {
    return this.state.meeting?.participants.find((participant) => participant.id === this.state.you);
  }

  /** Who can be sent into a room. */
  get #people(): readonly ParticipantView[] {
    return this.state.meeting?.participants.filter((p) => p.presence !== 'Lobby' && p.stream === undefined && p.role !== 'Viewer') ?? [];
  }

  #form() {
    const rooms = this.#names();
    return html`
      <label class="field"><span>${t('rooms.count')}</span><input class="input" type="number" min="1" max=${mostRooms} data-testid="breakout-count" .value=${String(this.count)} @change=${this.#setCount} /></label>
      <label class="field"><span>${t('rooms.assignment')}</span><select class="input" data-testid="breakout-assignment" @change=${(event: Event) => (this.assignment = (event.target as HTMLSelectElement).value as typeof this.assignment)}>
        <option value="Automatic">${t('rooms.automatic')}</option><option value="SelfChosen">${t('rooms.selfChosen')}</option><option value="Manual">${t('rooms.manual')}</option></select></label>
      ${this.assignment === 'Manual' ? this.#people.filter((p) => p.id !== this.state.you).map((p) => html`<label class="line"><span>${p.displayName}</span>
        <select class="input" data-testid="breakout-place" data-participant=${p.id} @change=${(event: Event) => this.#place(p.id, (event.target as HTMLSelectElement).value)}>
          <option value="">${t('rooms.main')}</option>${rooms.map((name, index) => html`<option value=${index} ?selected=${this.places.get(p.id) === index}>${name}</option>`)}</select></label>`) : nothing}
      <div class="actions"><button class="button primary" data-testid="breakout-start" @click=${this.#start}>${t('rooms.open')}</button></div>`;
  }

  #open(breakouts: BreakoutsView) {
    const isHost = isHostRole(this.#me?.role);
    const mayChoose = isHost || breakouts.selfChosen;
    const here = this.#me?.room;
    return html`
      ${breakouts.rooms.map((name, index) => {
        const people = this.#people.filter((p) => p.room === index);
        return html`<section data-testid="breakout-room" data-room=${index}><header><span>${name}</span>
          ${here === index ? html`<small>${t('rooms.here')}</small>` : mayChoose ? html`<button class="button small" data-testid="breakout-join" @click=${() => this.#go(index)}>${t('rooms.goIn')}</button>` : nothing}</header>
          <small>${people.length === 0 ? t('rooms.nobody') : people.map((p) => p.displayName).join(', ')}</small></section>`;
      })}
      ${isHost ? html`<form class="line" @submit=${this.#broadcast}><input class="input" name="text" required maxlength="1000" autocomplete="off" data-testid="breakout-text" placeholder=${t('rooms.say')} aria-label=${t('rooms.message')} /><button class="button small">${t('send')}</button></form>` : nothing}
      <div class="actions">
        ${here === undefined ? nothing : html`<button class="button" data-testid="breakout-back" @click=${() => this.#go(null)}>${t('rooms.toMain')}</button>`}
        ${isHost ? html`<button class="button danger" data-testid="breakout-close" ?disabled=${breakouts.closesAt !== undefined} @click=${() => this.#command({ type: 'breakouts.close', seconds: countdownSeconds })}>${t('rooms.callBack', { seconds: countdownSeconds })}</button>
          <button class="button ghost" data-testid="breakout-close-now" @click=${() => this.#command({ type: 'breakouts.close', seconds: 0 })}>${t('rooms.now')}</button>` : nothing}
      </div>`;
  }

  #names(): readonly string[] {
    return Array.from({ length: this.count }, (_, index) => t('rooms.name', { number: index + 1 }));
  }

  #setCount(event: Event): void {
    this.count = Math.min(mostRooms, Math.max(1, Math.round(Number((event.target as HTMLInputElement).value)) || 1));
    this.places = new Map([...this.places].filter(([, room]) => room < this.count));
  }

  #place(id: string, value: string): void {
    const places = new Map(this.places);
    if (value === '') places.delete(id);
    else places.set(id, Number(value));
    this.places = places;
  }

  #start(): void {
    const present = new Set(this.#people.map(({ id }) => id));
    const places = [...this.places].filter(([id]) => present.has(id)).map(([participantId, room]) => ({ participantId, room }));
    this.#command({ type: 'breakouts.open', rooms: this.#names(), assignment: this.assignment, ...(this.assignment === 'Manual' ? { places } : {}) });
  }

  #go(room: number | null): void {
    this.#command({ type: 'breakouts.move', room });
    this.dispatchEvent(new Event('close'));
  }

  #broadcast(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (text !== '') this.#command({ type: 'breakouts.broadcast', text: text.normalize('NFC') });
    form.reset();
  }

  #command(command: ClientCommandBody): void {
    this.dispatchEvent(new CustomEvent('command', { detail: command }));
  }
}

customElements.define('breakout-dialog', BreakoutDialog);
