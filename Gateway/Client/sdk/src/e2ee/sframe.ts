import { bigEndian, concat, fromBigEndian, hkdf, utf8, type Bytes } from './bytes.ts';

/**
 * SFrame (RFC 9605): the header (section 4.3), the key derivation (section 4.4.2) and the five cipher suites (section 4.5). Nothing here knows of
 * meetings, media or browsers beyond WebCrypto.
 */

/** A cipher suite of RFC 9605, table 1. */
export interface CipherSuite {
  /** As registered. */
  readonly id: number;
  readonly hash: 'SHA-256' | 'SHA-512';
  /** Bytes of the AES key. */
  readonly aes: 16 | 32;
  /** AES-CTR with HMAC rather than AES-GCM. */
  readonly hmac: boolean;
  /** Bytes of the tag. */
  readonly tag: number;
}

export const cipherSuites: readonly CipherSuite[] = [
  { id: 1, hash: 'SHA-256', aes: 16, hmac: true, tag: 10 },
  { id: 2, hash: 'SHA-256', aes: 16, hmac: true, tag: 8 },
  { id: 3, hash: 'SHA-256', aes: 16, hmac: true, tag: 4 },
  { id: 4, hash: 'SHA-256', aes: 16, hmac: false, tag: 16 },
  { id: 5, hash: 'SHA-512', aes: 32, hmac: false, tag: 16 },
];

const nonceLength = 12;
const macKeyLength = 32;

/** What stands in front of a ciphertext. */
export interface SFrameHeader {
  readonly keyId: bigint;
  readonly counter: bigint;
  /** Bytes that it takes. */
  readonly length: number;
}

/** Section 4.3: a configuration byte, then the key id and the counter where they do not fit into it. */
export function encodeHeader(keyId: bigint, counter: bigint): Bytes {
  const [kid, ctr] = [minimal(keyId), minimal(counter)];
  const config = (kid ? 0x80 | ((kid.length - 1) << 4) : Number(keyId) << 4) | (ctr ? 0x08 | (ctr.length - 1) : Number(counter));
  return concat(Uint8Array.of(config), kid ?? new Uint8Array(), ctr ?? new Uint8Array());
}

/** Undefined where there is no whole header. */
export function decodeHeader(bytes: Uint8Array): SFrameHeader | undefined {
  const config = bytes[0];
  if (config === undefined) return undefined;
  const kidLength = config & 0x80 ? ((config >> 4) & 7) + 1 : 0;
  const ctrLength = config & 0x08 ? (config & 7) + 1 : 0;
  const length = 1 + kidLength + ctrLength;
  if (bytes.length < length) return undefined;
  return {
    keyId: kidLength ? fromBigEndian(bytes.subarray(1, 1 + kidLength)) : BigInt((config >> 4) & 7),
    counter: ctrLength ? fromBigEndian(bytes.subarray(1 + kidLength, length)) : BigInt(config & 7),
    length,
  };
}

/** Undefined for what fits into the configuration byte. */
function minimal(value: bigint): Bytes | undefined {
  if (value < 8n) return undefined;
  let length = 1;
  while (value >> BigInt(8 * length) > 0n) length++;
  return bigEndian(value, length);
}

/** A key that frames are protected with, derived from a base key for one key id. */
export class SFrameKey {
  readonly keyId: bigint;
  readonly #suite: CipherSuite;
  readonly #aes: CryptoKey;
  readonly #mac: CryptoKey | undefined;
  readonly #salt: Bytes;

  private constructor(keyId: bigint, suite: CipherSuite, aes: CryptoKey, mac: CryptoKey | undefined, salt: Bytes) {
    this.keyId = keyId;
    this.#suite = suite;
    this.#aes = aes;
    this.#mac = mac;
    this.#salt = salt;
  }

  /** Section 4.4.2. */
  static async derive(suite: CipherSuite, keyId: bigint, baseKey: Bytes): Promise<SFrameKey> {
    const label = (name: string): Bytes => concat(utf8(`SFrame 1.0 Secret ${name} `), bigEndian(keyId, 8), bigEndian(BigInt(suite.id), 2));
    const none = new Uint8Array();
    const [key, salt] = await Promise.all([
      hkdf(suite.hash, baseKey, none, label('key'), suite.aes + (suite.hmac ? macKeyLength : 0)),
      hkdf(suite.hash, baseKey, none, label('salt'), nonceLength),
    ]);
    return SFrameKey.of(suite, keyId, key, salt);
  }

  /** From key and salt as they are. */
  static async of(suite: CipherSuite, keyId: bigint, key: Bytes, salt: Bytes): Promise<SFrameKey> {
    const name = suite.hmac ? 'AES-CTR' : 'AES-GCM';
    const aes = await crypto.subtle.importKey('raw', key.slice(0, suite.aes), name, false, ['encrypt', 'decrypt']);
    const mac = suite.hmac ? await crypto.subtle.importKey('raw', key.slice(suite.aes), { name: 'HMAC', hash: suite.hash }, false, ['sign']) : undefined;
    return new SFrameKey(keyId, suite, aes, mac, salt);
  }

  /** Header, ciphertext and tag. Never call it twice with one counter. */
  async encrypt(counter: bigint, plaintext: Uint8Array, metadata: Uint8Array): Promise<Bytes> {
    const header = encodeHeader(this.keyId, counter);
    return concat(header, await this.seal(this.nonce(counter), concat(header, metadata), plaintext));
  }

  /** The plaintext behind a header that names this key; undefined where it is not authentic. */
  async decrypt(header: SFrameHeader, frame: Uint8Array, metadata: Uint8Array): Promise<Bytes | undefined> {
    return this.open(this.nonce(header.counter), concat(frame.subarray(0, header.length), metadata), frame.subarray(header.length));
  }

  /** Section 4.4.3: the salt with the counter laid over its end. */
  nonce(counter: bigint): Bytes {
    const nonce = bigEndian(counter, nonceLength);
    return nonce.map((byte, index) => byte ^ (this.#salt[index] ?? 0)) as Bytes;
  }

  /** Ciphertext and tag. */
  async seal(nonce: Bytes, aad: Bytes, plaintext: Uint8Array): Promise<Bytes> {
    const text = plaintext as Bytes;
    if (!this.#mac) return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad, tagLength: 8 * this.#suite.tag }, this.#aes, text));
    const ciphertext = new Uint8Array(await crypto.subtle.encrypt(this.#counterMode(nonce), this.#aes, text));
    return concat(ciphertext, await this.#tag(this.#mac, nonce, aad, ciphertext));
  }

  /** Undefined where the tag is not right. */
  async open(nonce: Bytes, aad: Bytes, sealed: Uint8Array): Promise<Bytes | undefined> {
    if (sealed.length < this.#suite.tag) return undefined;
    try {
      if (!this.#mac) return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad, tagLength: 8 * this.#suite.tag }, this.#aes, sealed as Bytes));
    } catch {
      return undefined;
    }
    const ciphertext = sealed.slice(0, sealed.length - this.#suite.tag) as Bytes;
    const tag = await this.#tag(this.#mac, nonce, aad, ciphertext);
    // Every byte is looked at, whichever differs.
    const difference = tag.reduce((sum, byte, index) => sum | (byte ^ (sealed[ciphertext.length + index] ?? 0)), 0);
    return difference === 0 ? new Uint8Array(await crypto.subtle.decrypt(this.#counterMode(nonce), this.#aes, ciphertext)) : undefined;
  }

  #counterMode(nonce: Bytes): AesCtrParams {
    return { name: 'AES-CTR', counter: concat(nonce, new Uint8Array(4)), length: 32 };
  }

  /** Section 4.5.1. */
  async #tag(mac: CryptoKey, nonce: Bytes, aad: Bytes, ciphertext: Bytes): Promise<Bytes> {
    const lengths = [aad.length, ciphertext.length, this.#suite.tag].map((length) => bigEndian(BigInt(length), 8));
    const data = concat(...lengths, nonce, aad, ciphertext);
    return new Uint8Array(await crypto.subtle.sign('HMAC', mac, data)).slice(0, this.#suite.tag);
  }
}
