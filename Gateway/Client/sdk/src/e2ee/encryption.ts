import type { Environment } from '../environment.ts';
import { isHostRole, type MeetingModel } from '../model.ts';
import type { ClientCommandBody, EncryptionKeys, EncryptionView, EventMessage, ParticipantView } from '../protocol.ts';
import type { Epoch } from './derive.ts';
import { GroupSecrets, forgetGroup, safetyCode, type ProvenPeer } from './group.ts';
import type { Frames, FrameWorker } from './transforms.ts';
import type { ToFrameWorker } from './worker.ts';

/**
 * Where the encryption of a meeting stands for this participant. `missing`: the link had no key. `wrong`: the others have another one. `waiting`: the secret in use
 * has been asked for. `changing`: somebody was removed, and the fresh secret is on its way. Only `on` is a closed lock.
 */
export type EncryptionPhase = 'starting' | 'missing' | 'wrong' | 'waiting' | 'changing' | 'on';

export interface EncryptionStatus {
  readonly phase: EncryptionPhase;
  /** Participants who have not proven that they have the link: they neither hear nor are heard. */
  readonly unproven: readonly string[];
  /** To be compared by voice, in phase `on`. */
  readonly code?: string;
}

/** Why somebody does not get into an encrypted meeting. */
export type EncryptionReason = 'Unsupported' | 'NotEncrypted' | 'InvalidKey';

export class EncryptionProblem extends Error {
  readonly reason: EncryptionReason;

  constructor(reason: EncryptionReason) {
    super(`end-to-end encryption: ${reason}`);
    this.name = 'EncryptionProblem';
    this.reason = reason;
  }
}

export interface EncryptionOptions {
  readonly code: string;
  /** From the link's fragment. */
  readonly key?: string;
  command(body: ClientCommandBody): Promise<number | undefined>;
  changed(status: EncryptionStatus): void;
}

const boxesAtOnce = 50;
const askEveryMs = 2_000;
const nextHostAfterMs = 3_000;
const attemptsBeforeRotation = 3;

/** Follows a meeting and does a participant's part in its encryption (docs/encryption.md, X15 to X18). One thing after the other, in the meeting's order. */
export class Encryption {
  readonly #env: Environment;
  readonly #options: EncryptionOptions;
  readonly #worker: FrameWorker;
  readonly #group: Promise<GroupSecrets | undefined>;
  readonly #salt: Promise<string>;
  #work: Promise<unknown> = Promise.resolve();
  #model: MeetingModel | undefined;
  #peers: readonly ProvenPeer[] = [];
  #told = '';
  #heard = '';
  #used = '';
  #attempt = 0;
  readonly #answered = new Set<string>();
  #rotating = '';
  /** Cancels the timers, by what they are for. */
  readonly #timers = new Map<'ask' | 'rotate', () => void>();
  #closed = false;

  constructor(env: Environment, frames: Frames, options: EncryptionOptions) {
    this.#env = env;
    this.#options = options;
    this.#worker = frames.worker;
    this.#salt = frames.salt;
    this.#group = options.key === undefined ? Promise.resolve(undefined) : GroupSecrets.open(options.code, options.key, env.storage);
  }

  /** The meeting is as in `model`, after `message`. */
  update(model: MeetingModel, message?: EventMessage): void {
    this.#model = model;
    this.#do(() => this.#follow(model, message));
  }

  /** Resolves when everything up to now has been dealt with. */
  settled(): Promise<unknown> {
    return this.#work;
  }

  /** @param forget The tab does not come back: no secret of the meeting stays. */
  close(forget: boolean): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#worker.terminate();
    if (forget) forgetGroup(this.#env.storage, this.#options.code);
  }

  #do(action: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#closed ? undefined : action()));
    this.#work.catch(() => undefined);
  }

  async #follow(model: MeetingModel, message: EventMessage | undefined): Promise<void> {
    const { encryption: view, you } = model;
    const me = model.participants.find(({ id }) => id === you);
    if (!view || !me || me.presence === 'Lobby') return;
    const group = await this.#group;
    if (!group) return this.#options.changed({ phase: 'missing', unproven: [] });
    const others = model.participants.filter((other) => other.id !== you && other.presence !== 'Lobby' && !other.stream);
    this.#peers = await group.proven(model.id, others);
    this.#hear(you);
    if (message?.event.type === 'encryption.sealed') await this.#open(group, model, view, message.event);
    const has = await group.follow(view, message?.event.type === 'encryption.rotated' ? message.actor : undefined);
    this.#use(has ? group.epoch : undefined);
    // What is to be done is decided by what is so now.
    if (model !== this.#model) return;
    await this.#announce(group, model, me, has);
    if (has) await this.#answer(group, model, view);
    await this.#rotateIfDue(group, model, view, me, has);
    await this.#tell(group, others, view, has);
  }

  #hear(you: string): void {
    const peers = this.#peers.map(({ participantId, salt }) => ({ participantId, salt }));
    const heard = JSON.stringify([you, peers]);
    if (heard === this.#heard) return;
    this.#heard = heard;
    this.#post({ type: 'become', participantId: you });
    this.#post({ type: 'hear', peers });
  }

  #use(epoch: Epoch | undefined): void {
    const used = epoch ? `${epoch.generation} ${epoch.step}` : '';
    if (used === this.#used) return;
    // What was sent under keys that somebody who was removed knows is not listened to for long.
    const forget = epoch !== undefined && this.#used !== '' && !this.#used.startsWith(`${epoch.generation} `);
    this.#used = used;
    this.#post({ type: 'use', forget, ...(epoch ? { epoch } : {}) });
  }

  async #open(group: GroupSecrets, model: MeetingModel, view: EncryptionView, event: { readonly from: string; readonly generation: number; readonly step: number; readonly boxes: readonly { readonly participantId: string; readonly box: string }[] }): Promise<void> {
    const from = this.#peers.find(({ participantId }) => participantId === event.from);
    const own = event.boxes.find(({ participantId }) => participantId === model.you);
    if (!from || !own) return;
    const kind = await group.open(from, { meetingId: model.id, from: event.from, to: model.you }, event.generation, event.step, own.box, view);
    const coming = kind === 'coming' ? group.coming(event.from) : undefined;
    if (coming) this.#post({ type: 'expect', epoch: coming });
  }

  /** X6: says who we are, and asks for the secret where we have not got it. */
  async #announce(group: GroupSecrets, model: MeetingModel, me: ParticipantView, has: boolean): Promise<void> {
    if (has) this.#attempt = 0;
    const keys: EncryptionKeys = {
      ...(await group.announcement(model.id, me.id, await this.#salt)), needsSecret: !has, attempt: has ? 0 : this.#attempt,
    };
    const told = JSON.stringify([me.id, keys]);
    if (told !== this.#told) {
      this.#told = told;
      void this.#options.command({ type: 'encryption.announce', keys }).catch(() => (this.#told = ''));
    }
    if (has) this.#stop('ask');
    else {
      this.#after('ask', askEveryMs, () => {
        this.#attempt++;
        return this.#again();
      });
    }
  }

  /** X17: whoever is responsible hands the secret to those who ask. */
  async #answer(group: GroupSecrets, model: MeetingModel, view: EncryptionView): Promise<void> {
    const { epoch } = group;
    if (!epoch) return;
    for (const peer of this.#peers.filter(({ needsSecret }) => needsSecret)) {
      const attempt = model.participants.find(({ id }) => id === peer.participantId)?.keys?.attempt ?? 0;
      const name = `${peer.participantId} ${peer.salt} ${view.generation} ${attempt}`;
      const able = this.#inOrder(model).filter(({ id }) => id === model.you || this.#peers.some((other) => other.participantId === id && !other.needsSecret));
      if (this.#answered.has(name) || able[attempt % able.length]?.id !== model.you) continue;
      this.#answered.add(name);
      const box = await group.seal(peer, { meetingId: model.id, from: model.you, to: peer.participantId }, epoch);
      if (box === undefined) continue;
      void this.#options.command({ type: 'encryption.seal', generation: epoch.generation, step: epoch.step, boxes: [{ participantId: peer.participantId, box }], removals: view.removals, rotate: false })
        .catch(() => this.#answered.delete(name));
    }
  }

  /** X16: the first host makes a fresh secret; the next one, where the first does not. */
  async #rotateIfDue(group: GroupSecrets, model: MeetingModel, view: EncryptionView, me: ParticipantView, has: boolean): Promise<void> {
    const isLost = !has && (this.#attempt >= attemptsBeforeRotation || this.#peers.every(({ needsSecret }) => needsSecret));
    if (!isHostRole(me.role) || !(view.rotationDue || isLost)) return this.#stop('rotate');
    const place = this.#inOrder(model).filter(({ role }) => isHostRole(role)).findIndex(({ id }) => id === model.you);
    if (place > 0 && !isLost) return this.#after('rotate', place * nextHostAfterMs, () => this.#rotate(group));
    await this.#rotate(group);
  }

  async #rotate(group: GroupSecrets): Promise<void> {
    const model = this.#model;
    const view = model?.encryption;
    if (!model || !view) return;
    const generation = view.generation + 1;
    const name = `${generation} ${view.removals}`;
    if (this.#rotating === name) return;
    this.#rotating = name;
    const epoch = group.begin(generation, model.you);
    this.#post({ type: 'expect', epoch });
    const sealed = await Promise.all(this.#peers.map(async (peer) => ({
      participantId: peer.participantId, box: await group.seal(peer, { meetingId: model.id, from: model.you, to: peer.participantId }, epoch),
    })));
    const boxes = sealed.flatMap(({ participantId, box }) => (box === undefined ? [] : [{ participantId, box }]));
    const sent: Promise<unknown>[] = [];
    do {
      const some = boxes.splice(0, boxesAtOnce);
      sent.push(this.#options.command({ type: 'encryption.seal', generation, step: 0, boxes: some, removals: view.removals, rotate: boxes.length === 0 }));
    } while (boxes.length > 0);
    Promise.all(sent).catch(() => {
      // Somebody was removed meanwhile, or another host was first: look again.
      this.#rotating = '';
      this.#after('rotate', nextHostAfterMs / 10, () => this.#again());
    });
  }

  async #tell(group: GroupSecrets, others: readonly ParticipantView[], view: EncryptionView, has: boolean): Promise<void> {
    const proven = new Set(this.#peers.map(({ participantId }) => participantId));
    const unproven = others.filter(({ id }) => !proven.has(id)).map(({ id }) => id);
    const isWrong = proven.size === 0 && others.some(({ keys }) => keys);
    const phase = isWrong ? 'wrong' : !has ? 'waiting' : view.rotationDue ? 'changing' : 'on';
    const code = phase === 'on' && group.epoch ? { code: await safetyCode(group.epoch, [group.publicKey, ...this.#peers.map(({ publicKey }) => publicKey)]) } : {};
    this.#options.changed({ phase, unproven, ...code });
  }

  /** Connected participants with pages, hosts first, then by when they came. */
  #inOrder({ participants }: MeetingModel): readonly ParticipantView[] {
    const present = participants.filter(({ presence, stream }) => presence === 'Connected' && !stream);
    return [...present.filter(({ role }) => isHostRole(role)), ...present.filter(({ role }) => !isHostRole(role))];
  }

  #again(): Promise<void> {
    return this.#model ? this.#follow(this.#model, undefined) : Promise.resolve();
  }

  #after(name: 'ask' | 'rotate', ms: number, action: () => Promise<void>): void {
    if (this.#timers.has(name) || this.#closed) return;
    this.#timers.set(name, this.#env.clock.after(ms, () => {
      this.#timers.delete(name);
      this.#do(action);
    }));
  }

  #stop(name: 'ask' | 'rotate'): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #post(message: ToFrameWorker): void {
    this.#worker.postMessage(message);
  }
}
