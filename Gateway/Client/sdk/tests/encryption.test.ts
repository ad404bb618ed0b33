import { describe, expect, it } from 'vitest';
import { newLinkKey } from '../src/e2ee/derive.ts';
import { Encryption, type EncryptionStatus } from '../src/e2ee/encryption.ts';
import { Frames, type FrameWorker } from '../src/e2ee/transforms.ts';
import type { FromFrameWorker, ToFrameWorker } from '../src/e2ee/worker.ts';
import { applyEvent, modelOf, type MeetingModel } from '../src/model.ts';
import type { ClientCommandBody, EventMessage, MeetingEventBody, MeetingView, ParticipantView } from '../src/protocol.ts';
import { FakeWorld, participant, view } from './fakes.ts';

/** X6 and X15 to X18 of docs/encryption.md: several participants and a meeting between them that knows no secret. */

class FakeWorker implements FrameWorker {
  onmessage: ((event: { readonly data: FromFrameWorker }) => void) | null = null;
  readonly told: ToFrameWorker[] = [];
  ended = false;

  postMessage(message: ToFrameWorker): void {
    this.told.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  /** The epoch in use, as text; undefined: none. */
  get used(): string | undefined {
    const last = this.told.filter((message) => message.type === 'use').at(-1);
    return last?.epoch && `${last.epoch.generation}.${last.epoch.step} ${[...last.epoch.secret].join(',')}`;
  }

  get heard(): readonly string[] {
    return this.told.filter((message) => message.type === 'hear').at(-1)?.peers.map(({ participantId }) => participantId) ?? [];
  }
}

/** What the machine of the meeting does with encryption, without its refusals of roles. */
class FakeMeeting {
  readonly world = new FakeWorld();
  readonly people = new Map<string, Someone>();
  #view: MeetingView = view();
  #seq = 1;
  readonly sealed: EventMessage[] = [];
  /** A server that does not do its part. */
  drops: (body: ClientCommandBody, from: string) => boolean = () => false;

  get model(): MeetingModel {
    return modelOf(this.#view, this.#seq);
  }

  async join(id: string, key: string | undefined, role: ParticipantView['role'] = 'Attendee', salt = `${'s'.repeat(21)}${this.people.size}`): Promise<Someone> {
    await this.happens({ version: 1, type: 'participant.joined', participantId: id, displayName: id, role, inLobby: false });
    await this.happens({ version: 1, type: 'participant.connected', participantId: id });
    const someone = new Someone(this, id, key, salt);
    this.people.set(id, someone);
    someone.begin(this.model);
    await this.settle();
    return someone;
  }

  async remove(id: string): Promise<void> {
    this.people.get(id)?.encryption.close(true);
    this.people.delete(id);
    await this.happens({ version: 1, type: 'participant.left', participantId: id, reason: 'Removed' });
    await this.settle();
  }

  async happens(event: MeetingEventBody, actor?: string, to?: readonly string[]): Promise<void> {
    const message: EventMessage = { type: 'event', seq: ++this.#seq, at: '2030-01-02T03:04:05+00:00', event, ...(actor ? { actor } : {}) };
    this.#view = applyEvent(modelOf(this.#view, this.#seq - 1), message);
    if (event.type === 'encryption.sealed') this.sealed.push(message);
    for (const [id, someone] of this.people) if (!to || to.includes(id)) someone.hears(message);
  }

  async command(from: string, body: ClientCommandBody): Promise<number | undefined> {
    const now = this.#view.encryption!;
    if (this.drops(body, from)) return undefined;
    if (body.type === 'encryption.announce') await this.happens({ version: 1, type: 'encryption.announced', participantId: from, keys: body.keys }, from);
    if (body.type === 'encryption.seal') {
      const isFresh = body.generation === now.generation + 1;
      if (isFresh ? body.removals !== now.removals : body.generation !== now.generation || body.rotate) throw new Error('Outdated');
      await this.happens({ version: 1, type: 'encryption.sealed', from, generation: body.generation, step: body.step, boxes: body.boxes }, from, [from, ...body.boxes.map((box) => box.participantId)]);
      if (body.rotate) await this.happens({ version: 1, type: 'encryption.rotated', generation: body.generation }, from);
    }
    return this.#seq;
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 12; i++) {
      await Promise.all([...this.people.values()].map((someone) => someone.encryption.settled()));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  async pass(ms: number): Promise<void> {
    await this.world.clock.advance(ms);
    await this.settle();
  }
}

class Someone {
  readonly worker = new FakeWorker();
  readonly encryption: Encryption;
  readonly id: string;
  status: EncryptionStatus | undefined;
  #model: MeetingModel | undefined;

  constructor(meeting: FakeMeeting, id: string, key: string | undefined, salt: string, store = new Map<string, string>()) {
    this.id = id;
    const env = Object.assign(Object.create(meeting.world) as FakeWorld, {
      clock: meeting.world.clock,
      storage: { get: (name: string) => store.get(name), set: (name: string, value: string) => void store.set(name, value), remove: (name: string) => void store.delete(name) },
    });
    this.store = store;
    this.encryption = new Encryption(env, new Frames(this.worker), {
      code: 'abcd-efgh', ...(key === undefined ? {} : { key }), command: (body) => meeting.command(id, body), changed: (status) => (this.status = status),
    });
    this.worker.onmessage?.({ data: { type: 'ready', salt } });
  }

  readonly store: Map<string, string>;

  begin(model: MeetingModel): void {
    this.#model = { ...model, you: this.id };
    this.encryption.update(this.#model);
  }

  hears(message: EventMessage): void {
    if (!this.#model) return;
    this.#model = applyEvent(this.#model, message);
    this.encryption.update(this.#model, message);
  }
}

describe('the group', () => {
  it('X3 and X5: with the link everybody has the same secret, which goes on with every join', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    const first = ann.worker.used;
    const bob = await meeting.join('bob', key);
    expect(first).toMatch(/^0\.1 /);
    expect(bob.worker.used).toMatch(/^0\.2 /);
    expect(ann.worker.used).toBe(bob.worker.used);
    expect([ann.status?.phase, bob.status?.phase]).toEqual(['on', 'on']);
    expect([ann.worker.heard, bob.worker.heard]).toEqual([['bob'], ['ann']]);
    expect(ann.status?.code).toMatch(/^\d{5}( \d{5}){5}$/);
    expect(ann.status?.code).toBe(bob.status?.code);
  });

  it('X19: who comes without the key, or with another one, is told so, hears nobody and is heard by nobody', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    const bob = await meeting.join('bob', key);
    const eve = await meeting.join('eve', undefined);
    const mallory = await meeting.join('mallory', newLinkKey());
    expect([eve.status?.phase, mallory.status?.phase, ann.status?.phase]).toEqual(['missing', 'wrong', 'on']);
    expect(eve.worker.used).toBeUndefined();
    expect(mallory.worker.used).not.toBe(ann.worker.used);
    expect([ann.worker.heard, mallory.worker.heard]).toEqual([['bob'], []]);
    expect(ann.status?.unproven).toEqual(['eve', 'mallory']);
    expect(bob.worker.used).toBe(ann.worker.used);
  });

  it('X16: a removal makes a fresh secret that the removed one cannot have', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    const bob = await meeting.join('bob', key);
    const eve = await meeting.join('eve', key);
    const before = ann.worker.used;
    expect(eve.worker.used).toBe(before);
    await meeting.remove('eve');
    expect(ann.worker.used).toMatch(/^1\.0 /);
    expect(bob.worker.used).toBe(ann.worker.used);
    expect([ann.status?.phase, bob.status?.phase]).toEqual(['on', 'on']);
    expect(meeting.sealed.flatMap(({ event }) => (event.type === 'encryption.sealed' ? event.boxes.map((box) => box.participantId) : []))).toEqual(['bob']);
    // Not the link, not the old secret: it was never anywhere but in the box.
    expect(eve.worker.told.some((message) => message.type === 'use' && message.epoch?.generation === 1)).toBe(false);
  });

  it('X17: who comes after that proves the link and is handed the secret as it is after the step', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    await meeting.join('eve', key);
    await meeting.remove('eve');
    const before = ann.worker.used;
    const bob = await meeting.join('bob', key);
    expect(ann.worker.used).toMatch(/^1\.1 /);
    expect(bob.worker.used).toBe(ann.worker.used);
    expect(bob.worker.told.some((message) => message.type === 'use' && message.epoch && `${message.epoch.generation}.${message.epoch.step}` === '1.0')).toBe(false);
    expect(before).not.toBe(ann.worker.used);
    const stranger = await meeting.join('stranger', newLinkKey());
    await meeting.pass(10_000);
    expect(stranger.worker.used).toBeUndefined();
  });

  it('X17: where one does not answer, the next is asked', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    await meeting.join('ann', key, 'Host');
    const bob = await meeting.join('bob', key);
    await meeting.join('eve', key);
    await meeting.remove('eve');
    meeting.drops = (body, from) => from === 'ann' && body.type === 'encryption.seal';
    const cat = await meeting.join('cat', key);
    expect(cat.status?.phase).toBe('waiting');
    expect(cat.worker.used).toBeUndefined();
    await meeting.pass(2_000);
    expect(cat.worker.used).toBe(bob.worker.used);
    expect(cat.status?.phase).toBe('on');
  });

  it('X16: where the first host does nothing, the next one makes the fresh secret; till then the lock is open', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    const bob = await meeting.join('bob', key, 'CoHost');
    await meeting.join('eve', key);
    meeting.drops = (body, from) => from === 'ann' && body.type === 'encryption.seal';
    await meeting.remove('eve');
    expect([ann.status?.phase, bob.status?.phase]).toEqual(['changing', 'changing']);
    expect(bob.status?.code).toBeUndefined();
    await meeting.pass(3_000);
    expect(bob.worker.used).toMatch(/^1\.0 /);
    expect(ann.worker.used).toBe(bob.worker.used);
  });

  it('X6: a key that a server puts in the place of somebody\'s is not believed', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    await meeting.join('bob', key);
    const keys = meeting.model.participants.find(({ id }) => id === 'bob')!.keys!;
    const other = meeting.model.participants.find(({ id }) => id === 'ann')!.keys!;
    await meeting.happens({ version: 1, type: 'encryption.announced', participantId: 'bob', keys: { ...keys, publicKey: other.publicKey } });
    await meeting.settle();
    expect(ann.worker.heard).toEqual([]);
    expect(ann.status?.unproven).toEqual(['bob']);
    // Somebody's proof is no proof for somebody else.
    await meeting.happens({ version: 1, type: 'encryption.announced', participantId: 'bob', keys: other });
    await meeting.settle();
    expect(ann.worker.heard).toEqual([]);
  });

  it('X15: nobody is led back to a secret before', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    const bob = await meeting.join('bob', key);
    await meeting.join('eve', key);
    await meeting.remove('eve');
    meeting.drops = () => true;
    bob.begin({ ...meeting.model, encryption: { generation: 0, step: 3, fromLink: true, removals: 0, rotationDue: false } });
    await meeting.settle();
    expect(bob.worker.used).toBeUndefined();
    expect(bob.status?.phase).toBe('waiting');
    expect(ann.worker.used).toMatch(/^1\.0 /);
  });

  it('X7: a page that is loaded again goes on with its secret and its key, and with another salt', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    const ann = await meeting.join('ann', key, 'Host');
    const bob = await meeting.join('bob', key);
    await meeting.join('eve', key);
    await meeting.remove('eve');
    bob.encryption.close(false);
    const again = new Someone(meeting, 'bob', key, 't'.repeat(22), bob.store);
    meeting.people.set('bob', again);
    again.begin(meeting.model);
    await meeting.settle();
    expect(again.worker.used).toBe(ann.worker.used);
    expect(meeting.model.participants.find(({ id }) => id === 'bob')?.keys?.salt).toBe('t'.repeat(22));
    expect(ann.worker.told.filter((message) => message.type === 'hear').at(-1)?.peers).toEqual([{ participantId: 'bob', salt: 't'.repeat(22) }]);
    again.encryption.close(true);
    expect(bob.store.size).toBe(0);
    expect(again.worker.ended).toBe(true);
  });

  it('X24: when the secret is lost with everybody who had it, a host makes a fresh one', async () => {
    const [meeting, key] = [new FakeMeeting(), newLinkKey()];
    await meeting.join('ann', key, 'Host');
    await meeting.join('eve', key);
    await meeting.remove('eve');
    await meeting.happens({ version: 1, type: 'participant.left', participantId: 'ann', reason: 'ConnectionLost' });
    meeting.people.delete('ann');
    const bob = await meeting.join('bob', key);
    expect(bob.status?.phase).toBe('waiting');
    const cat = await meeting.join('cat', key, 'Host');
    await meeting.pass(8_000);
    expect(cat.worker.used).toMatch(/^2\.0 /);
    expect(bob.worker.used).toBe(cat.worker.used);
    expect([bob.status?.phase, cat.status?.phase]).toEqual(['on', 'on']);
  });
});

describe('the count of steps and removals', () => {
  it('X22 and X25: is the meeting\'s, whatever a participant is shown of joins', () => {
    const at = (model: MeetingModel, event: MeetingEventBody): MeetingModel => applyEvent(model, { type: 'event', seq: model.seq + 1, at: '', event });
    let model = modelOf({ ...view(participant('ann')), encryption: { generation: 3, step: 1, fromLink: false, removals: 2, rotationDue: false } }, 1, 'ann');
    model = at(model, { version: 1, type: 'participant.joined', participantId: 'bob', displayName: 'Bob', role: 'Attendee', inLobby: true });
    expect(model.encryption?.step).toBe(1);
    model = at(model, { version: 1, type: 'participant.admitted', participantId: 'bob' });
    expect(model.encryption?.step).toBe(2);
    model = at(model, { version: 1, type: 'participant.joined', participantId: 'eve', displayName: 'Eve', role: 'Attendee', inLobby: true });
    model = at(model, { version: 1, type: 'participant.left', participantId: 'eve', reason: 'Removed' });
    expect(model.encryption).toMatchObject({ step: 2, removals: 2, rotationDue: false });
    model = at(model, { version: 1, type: 'participant.left', participantId: 'bob', reason: 'Removed' });
    expect(model.encryption).toMatchObject({ removals: 3, rotationDue: true });
    model = at(model, { version: 1, type: 'encryption.rotated', generation: 4 });
    expect(model.encryption).toEqual({ generation: 4, step: 0, fromLink: false, removals: 3, rotationDue: false });
  });
});
