import { concat, fromBase64Url, hkdf, prefixed, random, toBase64Url, type Bytes } from './bytes.ts';
import { secretLength, type Epoch } from './derive.ts';

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;
const publicLength = 65;
const nonceLength = 12;
const none = new Uint8Array();

/** A participant's pair of keys by which secrets are sealed to it. */
export interface AgreementKeys {
  /** Base64url. */
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

export async function newAgreementKeys(): Promise<AgreementKeys> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  return { publicKey: toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))), privateKey: pair.privateKey };
}

/** The pair as text, to be kept by the tab. */
export async function exportAgreementKeys({ publicKey, privateKey }: AgreementKeys): Promise<{ readonly publicKey: string; readonly privateKey: JsonWebKey }> {
  return { publicKey, privateKey: await crypto.subtle.exportKey('jwk', privateKey) };
}

export async function importAgreementKeys(stored: { readonly publicKey: string; readonly privateKey: JsonWebKey }): Promise<AgreementKeys> {
  return { publicKey: stored.publicKey, privateKey: await crypto.subtle.importKey('jwk', stored.privateKey, curve, true, ['deriveBits']) };
}

/** What a participant says of itself. */
export interface Announcement {
  readonly meetingId: string;
  readonly participantId: string;
  readonly publicKey: string;
  readonly salt: string;
}

/** X6: only who has the link makes it. */
export async function prove(key: Bytes, announcement: Announcement): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', await macKey(key), wordsOf(announcement))));
}

/** Whether whoever made the proof has the link. */
export async function isProven(key: Bytes, announcement: Announcement, proof: string): Promise<boolean> {
  const bytes = fromBase64Url(proof);
  return bytes !== undefined && crypto.subtle.verify('HMAC', await macKey(key), bytes, wordsOf(announcement));
}

/** From whom to whom a secret goes. */
export interface Passage {
  readonly meetingId: string;
  readonly from: string;
  readonly to: string;
}

/** X16: seals a secret so that only the other one can open it, and knows who sealed it. */
export async function sealSecret(own: AgreementKeys, otherPublicKey: string, passage: Passage, epoch: Epoch): Promise<string | undefined> {
  const key = await agreedKey(own, otherPublicKey, passage);
  if (!key) return undefined;
  const iv = random(nonceLength);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: labelOf(passage, epoch) }, key, epoch.secret);
  return toBase64Url(concat(iv, new Uint8Array(sealed)));
}

/** Undefined where the box is not from there, not for here, or of another epoch. */
export async function openSecret(own: AgreementKeys, otherPublicKey: string, passage: Passage, epoch: Omit<Epoch, 'secret'>, box: string): Promise<Bytes | undefined> {
  const bytes = fromBase64Url(box, nonceLength + secretLength + 16);
  const key = bytes && (await agreedKey(own, otherPublicKey, passage));
  if (!key) return undefined;
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, nonceLength), additionalData: labelOf(passage, epoch) }, key, bytes.slice(nonceLength)));
  } catch {
    return undefined;
  }
}

/** A key for one direction between two; undefined where the other's is no point of the curve. */
async function agreedKey(own: AgreementKeys, otherPublicKey: string, { from, to }: Passage): Promise<CryptoKey | undefined> {
  const point = fromBase64Url(otherPublicKey, publicLength);
  if (!point) return undefined;
  try {
    const other = await crypto.subtle.importKey('raw', point, curve, false, []);
    const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, own.privateKey, 256));
    const key = await hkdf('SHA-256', shared, none, prefixed('conference e2ee seal', from, to), 32);
    return await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
  } catch {
    return undefined;
  }
}

function macKey(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

function wordsOf({ meetingId, participantId, publicKey, salt }: Announcement): Bytes {
  return prefixed('conference e2ee announce', meetingId, participantId, publicKey, salt);
}

function labelOf({ meetingId, from, to }: Passage, { generation, step }: Omit<Epoch, 'secret'>): Bytes {
  return prefixed('conference e2ee seal', meetingId, from, to, String(generation), String(step));
}
