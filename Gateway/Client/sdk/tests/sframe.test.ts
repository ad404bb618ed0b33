import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../src/e2ee/bytes.ts';
import { SFrameKey, cipherSuites, decodeHeader, encodeHeader, type CipherSuite } from '../src/e2ee/sframe.ts';

/** X1 and X2 of docs/encryption.md, with the vectors of RFC 9605, appendix C. */
interface Vectors {
  readonly header: readonly { readonly kid: string; readonly ctr: string; readonly encoded: string }[];
  readonly aes_ctr_hmac: readonly { readonly cipher_suite: number; readonly key: string; readonly nonce: string; readonly aad: string; readonly pt: string; readonly ct: string }[];
  readonly sframe: readonly {
    readonly cipher_suite: number; readonly kid: string; readonly ctr: string; readonly base_key: string; readonly sframe_salt: string;
    readonly metadata: string; readonly nonce: string; readonly pt: string; readonly ct: string;
  }[];
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../tests/data/sframe/rfc9605.json'), 'utf8')) as Vectors;
const bytes = (hex: string): Bytes => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const hex = (value: Uint8Array | undefined): string => (value ? [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('') : 'refused');
const suite = (id: number): CipherSuite => cipherSuites.find((candidate) => candidate.id === id) ?? cipherSuites[0]!;

describe('SFrame', () => {
  it('X1: writes and reads the headers of RFC 9605, C.1', () => {
    expect(vectors.header).toHaveLength(289);
    for (const { kid, ctr, encoded } of vectors.header) {
      expect(hex(encodeHeader(BigInt(kid), BigInt(ctr)))).toBe(encoded);
      expect(decodeHeader(bytes(`${encoded}ff`))).toEqual({ keyId: BigInt(kid), counter: BigInt(ctr), length: encoded.length / 2 });
    }
  });

  it('X1: a header that is cut short is none', () => {
    for (const { encoded } of vectors.header) expect(decodeHeader(bytes(encoded).subarray(0, -1))).toBeUndefined();
  });

  it('X2: AES-CTR with HMAC is that of RFC 9605, C.2', async () => {
    expect(vectors.aes_ctr_hmac.map(({ cipher_suite }) => cipher_suite)).toEqual([1, 2, 3]);
    for (const { cipher_suite, key, nonce, aad, pt, ct } of vectors.aes_ctr_hmac) {
      const sframe = await SFrameKey.of(suite(cipher_suite), 0n, bytes(key), new Uint8Array(12));
      expect(hex(await sframe.seal(bytes(nonce), bytes(aad), bytes(pt)))).toBe(ct);
      expect(hex(await sframe.open(bytes(nonce), bytes(aad), bytes(ct)))).toBe(pt);
    }
  });

  it.each(vectors.sframe.map((vector) => [vector.cipher_suite, vector] as const))('X2: frames in suite %i are those of RFC 9605, C.3', async (id, vector) => {
    const key = await SFrameKey.derive(suite(id), BigInt(vector.kid), bytes(vector.base_key));
    expect(hex(key.nonce(BigInt(vector.ctr)))).toBe(vector.nonce);
    expect(hex(await key.encrypt(BigInt(vector.ctr), bytes(vector.pt), bytes(vector.metadata)))).toBe(vector.ct);
    const frame = bytes(vector.ct);
    const header = decodeHeader(frame)!;
    expect(header).toMatchObject({ keyId: BigInt(vector.kid), counter: BigInt(vector.ctr) });
    expect(hex(await key.decrypt(header, frame, bytes(vector.metadata)))).toBe(vector.pt);
  });

  it.each(cipherSuites.map(({ id }) => [id]))('X2: whatever is changed of a frame in suite %i, it is refused', async (id) => {
    const key = await SFrameKey.derive(suite(id), 7n, bytes('000102030405060708090a0b0c0d0e0f'));
    const metadata = bytes('0a0b0c');
    const frame = await key.encrypt(300n, bytes('00112233445566778899'), metadata);
    const header = decodeHeader(frame)!;
    for (let i = header.length; i < frame.length; i++) {
      expect(await key.decrypt(header, frame.map((byte, index) => (index === i ? byte ^ 1 : byte)), metadata)).toBeUndefined();
    }
    expect(await key.decrypt({ ...header, counter: 301n }, frame, metadata)).toBeUndefined();
    expect(await key.decrypt(header, frame, bytes('0a0b0d'))).toBeUndefined();
    expect(await key.decrypt(header, frame.subarray(0, header.length + 2), metadata)).toBeUndefined();
    expect(hex(await key.decrypt(header, frame, metadata))).toBe('00112233445566778899');
  });
});
