import { fromBigEndian, hkdf, prefixed, random, toBase64Url, fromBase64Url, utf8, type Bytes } from './bytes.ts';
import { SFrameKey, cipherSuites, type CipherSuite } from './sframe.ts';

/** AES_128_GCM_SHA256_128: the one that every browser does in hardware. */
export const mediaSuite = cipherSuites.find(({ id }) => id === 4) as CipherSuite;

export const secretLength = 32;
export const saltLength = 16;
const keyIdLength = 6;
const none = new Uint8Array();

/** A secret that a group shares at one time: the step goes on with every join, the generation with every fresh secret. */
export interface Epoch {
  readonly generation: number;
  readonly step: number;
  readonly secret: Bytes;
}

/** Whose frames, and in which life of their page. */
export interface SenderIdentity {
  readonly participantId: string;
  readonly source: string;
  /** Base64url. */
  readonly salt: string;
}

/** X3: a new key for the link of a meeting, base64url. */
export function newLinkKey(): string {
  return toBase64Url(random(secretLength));
}

/** The key of a link; undefined where it is none. */
export function parseLinkKey(text: string): Bytes | undefined {
  return fromBase64Url(text, secretLength);
}

/** X3: a generation's first secret as it follows from the link. */
export function linkSecret(linkKey: Bytes, code: string, generation: number): Promise<Bytes> {
  return hkdf('SHA-256', linkKey, utf8(code), prefixed('conference e2ee secret', String(generation)), secretLength);
}

/** X6: what holders of the link prove themselves with. */
export function proofKey(linkKey: Bytes, code: string): Promise<Bytes> {
  return hkdf('SHA-256', linkKey, utf8(code), prefixed('conference e2ee proof'), secretLength);
}

/** X5: one step on; nobody gets back. */
export async function ratchet({ generation, step, secret }: Epoch): Promise<Epoch> {
  return { generation, step: step + 1, secret: await hkdf('SHA-256', secret, none, prefixed('conference e2ee ratchet'), secretLength) };
}

/** Several steps on. */
export async function ratchetTo(epoch: Epoch, step: number): Promise<Epoch> {
  while (epoch.step < step) epoch = await ratchet(epoch);
  return epoch;
}

/** X4: base key and key id of one sender's one source in one epoch. */
export async function senderKey({ generation, step, secret }: Epoch, { participantId, source, salt }: SenderIdentity): Promise<{ readonly keyId: bigint; readonly baseKey: Bytes }> {
  const info = prefixed('conference e2ee sender', participantId, source, String(generation), String(step));
  const bytes = await hkdf('SHA-256', secret, fromBase64Url(salt) ?? none, info, 16 + keyIdLength);
  return { baseKey: bytes.slice(0, 16), keyId: fromBigEndian(bytes.subarray(16)) };
}

/** The SFrame key of that. */
export function frameKey(keyId: bigint, baseKey: Bytes): Promise<SFrameKey> {
  return SFrameKey.derive(mediaSuite, keyId, baseKey);
}
