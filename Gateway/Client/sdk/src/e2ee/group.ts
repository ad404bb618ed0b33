import { fromBase64Url, prefixed, random, toBase64Url, type Bytes } from './bytes.ts';
import {
  exportAgreementKeys, importAgreementKeys, isProven, newAgreementKeys, openSecret, prove, sealSecret, type AgreementKeys, type Passage,
} from './agreement.ts';
import { linkSecret, parseLinkKey, proofKey, ratchetTo, secretLength, type Epoch } from './derive.ts';
import type { KeyValueStore } from '../environment.ts';
import type { EncryptionKeys, EncryptionView, ParticipantView } from '../protocol.ts';

interface Stored {
  readonly link: string;
  readonly keys: { readonly publicKey: string; readonly privateKey: JsonWebKey };
  readonly epoch?: { readonly generation: number; readonly step: number; readonly secret: string };
}

/** Somebody whose announcement is proven. */
export interface ProvenPeer {
  readonly participantId: string;
  readonly publicKey: string;
  readonly salt: string;
  readonly needsSecret: boolean;
}

/**
 * The secrets of one participant in one meeting: what the link says, what was sealed to it, and who the others are. Holds and computes, decides nothing; kept over
 * a reload by the tab's storage, like the participant's token.
 */
export class GroupSecrets {
  readonly #code: string;
  readonly #store: KeyValueStore;
  readonly #link: string;
  readonly #linkKey: Bytes;
  readonly #proofKey: Bytes;
  readonly #keys: AgreementKeys;
  #epoch: Epoch | undefined;
  /** Fresh secrets that were sealed to us, by whom; not in use yet. */
  readonly #coming = new Map<string, Epoch>();
  /** The first key of each participant: whoever comes with another is not believed (X6). */
  readonly #pinned = new Map<string, string>();
  readonly #proven = new Map<string, boolean>();

  private constructor(code: string, store: KeyValueStore, link: string, linkKey: Bytes, proof: Bytes, keys: AgreementKeys, epoch: Epoch | undefined) {
    this.#code = code;
    this.#store = store;
    this.#link = link;
    this.#linkKey = linkKey;
    this.#proofKey = proof;
    this.#keys = keys;
    this.#epoch = epoch;
  }

  /** Undefined where the link has no valid key. */
  static async open(code: string, link: string, store: KeyValueStore): Promise<GroupSecrets | undefined> {
    const linkKey = parseLinkKey(link);
    if (!linkKey) return undefined;
    const proof = await proofKey(linkKey, code);
    const stored = read(store, code);
    if (stored?.link === link) {
      try {
        const { epoch } = stored;
        const secret = epoch && fromBase64Url(epoch.secret, secretLength);
        return new GroupSecrets(code, store, link, linkKey, proof, await importAgreementKeys(stored.keys), secret && { ...epoch, secret });
      } catch {
        // What another version kept is made anew.
      }
    }
    const group = new GroupSecrets(code, store, link, linkKey, proof, await newAgreementKeys(), undefined);
    await group.#save();
    return group;
  }

  /** The latest secret; undefined before the first. */
  get epoch(): Epoch | undefined {
    return this.#epoch;
  }

  get publicKey(): string {
    return this.#keys.publicKey;
  }

  /** X15: brings the secret to where the meeting is; false: it has to be asked for. */
  async follow({ generation, step, fromLink }: EncryptionView, rotatedBy: string | undefined): Promise<boolean> {
    const at = this.#epoch;
    // A server cannot lead back to a secret that somebody who was removed knows.
    if (at && at.generation > generation) return false;
    let next = at?.generation === generation ? at : undefined;
    const sealed = rotatedBy === undefined ? undefined : this.#coming.get(rotatedBy);
    if (!next && sealed?.generation === generation) next = sealed;
    if (!next && fromLink) next = { generation, step: 0, secret: await linkSecret(this.#linkKey, this.#code, generation) };
    if (!next) return false;
    await this.#take(await ratchetTo(next, step));
    return true;
  }

  /** A box came: of the present generation, where it was missing, or of the next, to be used when the meeting says so. */
  async open(from: ProvenPeer, passage: Passage, generation: number, step: number, box: string, present: EncryptionView): Promise<'present' | 'coming' | undefined> {
    const secret = await openSecret(this.#keys, from.publicKey, passage, { generation, step }, box);
    if (!secret) return undefined;
    if (generation === present.generation + 1) {
      this.#coming.set(passage.from, { generation, step, secret });
      return 'coming';
    }
    if (generation !== present.generation || (this.#epoch && this.#epoch.generation >= generation)) return undefined;
    await this.#take({ generation, step, secret });
    return 'present';
  }

  /** What was sealed to us by somebody and is not in use yet. */
  coming(from: string): Epoch | undefined {
    return this.#coming.get(from);
  }

  /** Makes a fresh secret; it is used when the meeting says that our rotation counts. */
  begin(generation: number, you: string): Epoch {
    const epoch = { generation, step: 0, secret: random(secretLength) };
    this.#coming.set(you, epoch);
    return epoch;
  }

  seal(to: ProvenPeer, passage: Passage, epoch: Epoch): Promise<string | undefined> {
    return sealSecret(this.#keys, to.publicKey, passage, epoch);
  }

  async announcement(meetingId: string, participantId: string, salt: string): Promise<EncryptionKeys> {
    const { publicKey } = this.#keys;
    return { publicKey, salt, proof: await prove(this.#proofKey, { meetingId, participantId, publicKey, salt }) };
  }

  /** The others whose announcements are proven to come from holders of the link. */
  async proven(meetingId: string, others: readonly ParticipantView[]): Promise<ProvenPeer[]> {
    const peers: ProvenPeer[] = [];
    for (const { id, keys } of others) {
      if (!keys || !(await this.#isProven(meetingId, id, keys))) continue;
      peers.push({ participantId: id, publicKey: keys.publicKey, salt: keys.salt, needsSecret: keys.needsSecret === true });
    }
    return peers;
  }

  async #isProven(meetingId: string, participantId: string, { publicKey, salt, proof }: EncryptionKeys): Promise<boolean> {
    const name = `${participantId} ${publicKey} ${salt} ${proof}`;
    const known = this.#proven.get(name);
    if (known !== undefined) return known;
    const isRight = (this.#pinned.get(participantId) ?? publicKey) === publicKey && (await isProven(this.#proofKey, { meetingId, participantId, publicKey, salt }, proof));
    if (isRight) this.#pinned.set(participantId, publicKey);
    this.#proven.set(name, isRight);
    return isRight;
  }

  async #take(epoch: Epoch): Promise<void> {
    const before = this.#epoch;
    if (before?.generation === epoch.generation && before.step === epoch.step) return;
    this.#epoch = epoch;
    for (const [from, { generation }] of this.#coming) if (generation <= epoch.generation) this.#coming.delete(from);
    await this.#save();
  }

  async #save(): Promise<void> {
    const epoch = this.#epoch;
    const stored: Stored = {
      link: this.#link, keys: await exportAgreementKeys(this.#keys),
      ...(epoch ? { epoch: { generation: epoch.generation, step: epoch.step, secret: toBase64Url(epoch.secret) } } : {}),
    };
    this.#store.set(keyOf(this.#code), JSON.stringify(stored));
  }
}

/** X18: a number that two people can compare by voice: the same where they have the same secret and see the same keys. */
export async function safetyCode(epoch: Epoch, publicKeys: readonly string[]): Promise<string> {
  const words = prefixed('conference e2ee code', String(epoch.generation), ...[...publicKeys].sort());
  const key = await crypto.subtle.importKey('raw', epoch.secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const digest = new DataView(await crypto.subtle.sign('HMAC', key, words));
  return [0, 4, 8, 12, 16, 20].map((at) => String(digest.getUint32(at) % 100_000).padStart(5, '0')).join(' ');
}

/** The tab left the meeting: nothing of it stays. */
export function forgetGroup(store: KeyValueStore, code: string): void {
  store.remove(keyOf(code));
}

function read(store: KeyValueStore, code: string): Stored | undefined {
  try {
    return (JSON.parse(store.get(keyOf(code)) ?? 'null') as Stored | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function keyOf(code: string): string {
  return `conference:e2ee:${code}`;
}
