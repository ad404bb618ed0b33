import { afterEach, describe, expect, it, vi } from 'vitest';
import { toBase64Url, type Bytes } from '../src/e2ee/bytes.ts';
import { linkSecret, newLinkKey, parseLinkKey, ratchet, ratchetTo, senderKey, type Epoch } from '../src/e2ee/derive.ts';
import { ReplayGuard, clearLength, openFrame, sealFrame, sniffCodec } from '../src/e2ee/frames.ts';
import { KeyRing } from '../src/e2ee/ring.ts';
import { FrameTransform, type EncodedFrame, type TransformOptions } from '../src/e2ee/transform.ts';

/** X3 to X14 of docs/encryption.md. */

const epoch: Epoch = { generation: 0, step: 1, secret: new Uint8Array(32).fill(7) };
const vp8Key = Uint8Array.from([0xb0, 0x69, 0x00, 0x9d, 0x01, 0x2a, 0xaa, 0x01, 0xf0, 0x00, 1, 2, 3, 4, 5, 6, 7, 8]);
const vp8Delta = Uint8Array.from([0xd1, 0x02, 0x00, 9, 8, 7, 6, 5, 4, 3, 2]);
const vp9Frame = Uint8Array.from([0x82, 0x49, 0x83, 0x42, 1, 2, 3]);

function ringOf(participantId: string, at: Epoch | null = epoch): KeyRing {
  const ring = new KeyRing();
  ring.become(participantId);
  ring.use(at ?? undefined);
  return ring;
}

/** Two who hear each other. */
function pair(): [KeyRing, KeyRing] {
  const [ann, bob] = [ringOf('ann'), ringOf('bob')];
  ann.hear([{ participantId: 'bob', salt: bob.salt }]);
  bob.hear([{ participantId: 'ann', salt: ann.salt }]);
  return [ann, bob];
}

interface FakeFrame extends EncodedFrame {
  data: ArrayBuffer;
}

function frame(data: Uint8Array, type?: 'key' | 'delta', metadata: { mimeType?: string; synchronizationSource?: number } = {}): FakeFrame {
  return { data: data.slice().buffer, ...(type ? { type } : {}), getMetadata: () => metadata };
}

async function through(transform: FrameTransform, sent: FakeFrame): Promise<Uint8Array | undefined> {
  let out: Uint8Array | undefined;
  await transform.transform(sent, { enqueue: ({ data }) => (out = new Uint8Array(data)) });
  return out;
}

const sendVideo: TransformOptions = { direction: 'send', source: 'Camera', kind: 'video' };

afterEach(() => vi.restoreAllMocks());

describe('keys', () => {
  it('X3: the first secret follows from the link and the code, each generation its own', async () => {
    const link = parseLinkKey(newLinkKey())!;
    const secrets = await Promise.all([linkSecret(link, 'a', 0), linkSecret(link, 'a', 1), linkSecret(link, 'b', 0), linkSecret(parseLinkKey(newLinkKey())!, 'a', 0)]);
    expect(new Set(secrets.map(toBase64Url)).size).toBe(4);
    expect(toBase64Url(await linkSecret(link, 'a', 0))).toBe(toBase64Url(secrets[0]!));
    for (const broken of ['', 'short', `${newLinkKey()}A`, '!'.repeat(43)]) expect(parseLinkKey(broken)).toBeUndefined();
  });

  it('X4: key and key id differ with secret, step, participant, source and salt', async () => {
    const base = { participantId: 'ann', source: 'Camera', salt: toBase64Url(new Uint8Array(16)) };
    const others = [
      senderKey(epoch, base), senderKey({ ...epoch, generation: 1 }, base), senderKey({ ...epoch, step: 2 }, base), senderKey({ ...epoch, secret: new Uint8Array(32) }, base),
      senderKey(epoch, { ...base, participantId: 'bob' }), senderKey(epoch, { ...base, source: 'Screen' }), senderKey(epoch, { ...base, salt: toBase64Url(new Uint8Array(16).fill(1)) }),
    ];
    const keys = await Promise.all(others);
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(keys.length);
    expect(new Set(keys.map(({ baseKey }) => toBase64Url(baseKey))).size).toBe(keys.length);
  });

  it('X5: a step leads on, the same way for everybody, and not back', async () => {
    const [one, other] = [await ratchetTo(epoch, 4), await ratchet(await ratchet(await ratchet(epoch)))];
    expect(one).toEqual(other);
    expect(one.secret).not.toEqual(epoch.secret);
    expect(await ratchetTo(one, 2)).toBe(one);
  });

  it('X8: no key and nonce come twice, over simulcast, reconnects, steps and reloads', async () => {
    const raw = new WeakMap<CryptoKey, string>();
    const used: string[] = [];
    const { subtle } = crypto;
    const [importKey, encrypt] = [subtle.importKey.bind(subtle), subtle.encrypt.bind(subtle)];
    vi.spyOn(subtle, 'importKey').mockImplementation((async (format: 'raw', data: Bytes, ...rest: [string, boolean, KeyUsage[]]) => {
      const key = await importKey(format, data, ...rest);
      raw.set(key, toBase64Url(data));
      return key;
    }) as typeof subtle.importKey);
    vi.spyOn(subtle, 'encrypt').mockImplementation((async (algorithm: AesGcmParams, key: CryptoKey, data: Bytes) => {
      used.push(`${raw.get(key)} ${toBase64Url(algorithm.iv as Bytes)}`);
      return encrypt(algorithm, key, data);
    }) as typeof subtle.encrypt);

    const legs = (ring: KeyRing): FrameTransform[] => (['Camera', 'Screen'] as const).map((source) => new FrameTransform(ring, { direction: 'send', source, kind: 'video' }));
    const burst = async (transforms: readonly FrameTransform[]): Promise<void> => {
      const sent: Promise<unknown>[] = [];
      // Three encodings of each camera, all through one transform, none waiting for another.
      for (let i = 0; i < 20; i++) for (const transform of transforms) for (const ssrc of [1, 2, 3]) sent.push(through(transform, frame(vp8Key, 'key', { synchronizationSource: ssrc })));
      await Promise.all(sent);
    };
    const ring = ringOf('ann');
    await burst(legs(ring));
    // Another connection while the first still sends: a pod that moves, a reconnect.
    const both = [...legs(ring), ...legs(ring)];
    await burst(both);
    ring.use(await ratchet(epoch));
    await burst(both);
    // Whatever the page is told, nothing begins again from the start.
    ring.use(epoch);
    await burst(both);
    ring.become('ann-again');
    await burst(both);
    ring.become('ann');
    await burst(both);
    // The page is loaded again: the same participant, the same secret.
    await burst(legs(ringOf('ann')));
    expect(used).toHaveLength(20 * 3 * (2 + 5 * 4 + 2));
    expect(new Set(used).size).toBe(used.length);
    expect(used.every((pair) => !pair.startsWith('undefined'))).toBe(true);
  });

  it('X7: a page that is loaded again has another salt', () => {
    expect(new KeyRing().salt).not.toBe(new KeyRing().salt);
  });
});

describe('frames', () => {
  it.each([['VP8', vp8Key], ['VP8', vp8Delta], ['VP9', vp9Frame], ['Opus', vp9Frame], ['Opus', Uint8Array.of(0xf8)], ['VP8', vp8Delta.subarray(0, 2)], ['Opus', new Uint8Array()]] as const)(
    'X9: %s goes there and comes back', async (codec, data) => {
      const [ann, bob] = pair();
      const sealed = (await sealFrame(ann, 'Camera', codec, data))!;
      expect(await openFrame(bob, new ReplayGuard(), sealed)).toEqual(data);
      expect(sealed.length).toBeGreaterThan(data.length + 16);
    });

  it('X10: VP8 keeps 10 bytes of key frames and 3 of others in the clear, VP9 and Opus none', async () => {
    expect([clearLength('VP8', vp8Key), clearLength('VP8', vp8Delta), clearLength('VP9', vp9Frame), clearLength('Opus', vp8Key)]).toEqual([10, 3, 0, 0]);
    const [ann] = pair();
    const sealed = (await sealFrame(ann, 'Camera', 'VP8', vp8Key))!;
    expect(sealed.subarray(0, 10)).toEqual(vp8Key.subarray(0, 10));
    expect([...sealed].join(' ')).not.toContain([...vp8Key.subarray(10)].join(' '));
  });

  it('X10: what is clear is authenticated, and so is how much', async () => {
    const [ann, bob] = pair();
    for (const data of [vp8Key, vp8Delta]) {
      const sealed = (await sealFrame(ann, 'Camera', 'VP8', data))!;
      for (let i = 0; i < sealed.length; i++) {
        const changed = sealed.map((byte, index) => (index === i ? byte ^ 1 : byte));
        expect(await openFrame(bob, new ReplayGuard(), changed), `byte ${i}`).toBeUndefined();
      }
    }
  });

  it('X11: a frame comes once, and one that is too old not at all', async () => {
    const [ann, bob] = pair();
    const guard = new ReplayGuard();
    const frames: Uint8Array[] = [];
    for (let i = 0; i < 1030; i++) frames.push((await sealFrame(ann, 'Camera', 'VP9', vp9Frame))!);
    expect(await openFrame(bob, guard, frames[10]!)).toEqual(vp9Frame);
    expect(await openFrame(bob, guard, frames[10]!)).toBeUndefined();
    expect(await openFrame(bob, guard, frames[9]!)).toEqual(vp9Frame);
    expect(await openFrame(bob, guard, frames[1029]!)).toEqual(vp9Frame);
    expect(await openFrame(bob, guard, frames[5]!)).toBeUndefined();
    expect(await openFrame(bob, guard, frames[6]!)).toEqual(vp9Frame);
    // Another receiver, as while a session moves from pod to pod, has not seen any.
    expect(await openFrame(bob, new ReplayGuard(), frames[10]!)).toEqual(vp9Frame);
  });

  it('X4: who does not have the secret, or is not known, opens and is opened by nobody', async () => {
    const [ann, bob] = pair();
    const sealed = (await sealFrame(ann, 'Camera', 'VP9', vp9Frame))!;
    const stranger = ringOf('eve', { ...epoch, secret: new Uint8Array(32) });
    stranger.hear([{ participantId: 'ann', salt: ann.salt }]);
    expect(await openFrame(stranger, new ReplayGuard(), sealed)).toBeUndefined();
    bob.hear([]);
    expect(await openFrame(bob, new ReplayGuard(), sealed)).toBeUndefined();
    expect(await sealFrame(ringOf('eve', null), 'Camera', 'VP9', vp9Frame)).toBeUndefined();
    for (const rubbish of [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(255), new Uint8Array(40).fill(11)]) expect(await openFrame(bob, new ReplayGuard(), rubbish)).toBeUndefined();
  });

  it('X15: frames are opened across steps that one side has not heard of, and a fresh secret before it is used', async () => {
    const [ann, bob] = pair();
    ann.use(await ratchetTo(epoch, 3));
    const ahead = (await sealFrame(ann, 'Camera', 'VP9', vp9Frame))!;
    expect(await openFrame(bob, new ReplayGuard(), ahead)).toEqual(vp9Frame);
    bob.use(await ratchetTo(epoch, 3));
    const fresh = { generation: 1, step: 0, secret: new Uint8Array(32).fill(9) };
    ann.use(fresh);
    const rotated = (await sealFrame(ann, 'Camera', 'VP9', vp9Frame))!;
    expect(await openFrame(bob, new ReplayGuard(), rotated)).toBeUndefined();
    bob.expect(fresh);
    expect(await openFrame(bob, new ReplayGuard(), rotated)).toEqual(vp9Frame);
    bob.use(fresh);
    expect(await openFrame(bob, new ReplayGuard(), ahead)).toEqual(vp9Frame);
    bob.forgetPrevious();
    expect(await openFrame(bob, new ReplayGuard(), ahead)).toBeUndefined();
  });
});

describe('transforms', () => {
  it('X12: what is neither VP8 nor VP9 is not sent at all', async () => {
    const [ann] = pair();
    const transform = new FrameTransform(ann, sendVideo);
    expect(await through(transform, frame(vp8Key, 'key', { mimeType: 'video/H264' }))).toBeUndefined();
    expect(await through(transform, frame(vp8Key, 'key', { mimeType: 'video/AV1' }))).toBeUndefined();
    expect(await through(transform, frame(Uint8Array.of(0x12, 0, 10, 10, 0, 0, 0, 1), 'key'))).toBeUndefined();
    expect(await through(transform, frame(vp8Delta, 'delta'))).toBeUndefined();
    expect((await through(transform, frame(vp8Delta, 'delta', { mimeType: 'video/VP8' })))?.at(-1)).toBe(3);
    expect((await through(transform, frame(vp9Frame, 'delta', { mimeType: 'video/VP9' })))?.at(-1)).toBe(0);
  });

  it('X12: the codec is known by its key frames where the browser does not say it, each encoding by itself', async () => {
    expect([sniffCodec(vp8Key), sniffCodec(vp9Frame), sniffCodec(vp8Delta), sniffCodec(new Uint8Array())]).toEqual(['VP8', 'VP9', undefined, undefined]);
    const [ann] = pair();
    const transform = new FrameTransform(ann, sendVideo);
    expect((await through(transform, frame(vp8Key, 'key', { synchronizationSource: 1 })))?.at(-1)).toBe(10);
    expect((await through(transform, frame(vp8Delta, 'delta', { synchronizationSource: 1 })))?.at(-1)).toBe(3);
    expect(await through(transform, frame(vp8Delta, 'delta', { synchronizationSource: 2 }))).toBeUndefined();
  });

  it('X11: after a picture that could not be opened, the next key frame is waited and asked for', async () => {
    const [ann, bob] = pair();
    const send = new FrameTransform(ann, sendVideo);
    let [asked, now] = [0, 0];
    const receive = new FrameTransform(bob, { direction: 'receive', kind: 'video' }, () => asked++, () => now);
    const key = async (): Promise<FakeFrame> => frame((await through(send, frame(vp8Key, 'key')))!, 'key');
    const delta = async (): Promise<FakeFrame> => frame((await through(send, frame(vp8Delta, 'delta')))!, 'delta');
    expect(await through(receive, await key())).toEqual(vp8Key);
    expect(await through(receive, frame(new Uint8Array(30), 'delta'))).toBeUndefined();
    expect(await through(receive, await delta())).toBeUndefined();
    expect(asked).toBe(1);
    now = 1_100;
    expect(await through(receive, await delta())).toBeUndefined();
    expect(asked).toBe(2);
    expect(await through(receive, await key())).toEqual(vp8Key);
    expect(await through(receive, await delta())).toEqual(vp8Delta);
  });

  it('X19: who has no key asks nobody for key frames', async () => {
    const [ann] = pair();
    const send = new FrameTransform(ann, sendVideo);
    let asked = 0;
    for (const ring of [ringOf('bob', null), ringOf('bob')]) {
      const receive = new FrameTransform(ring, { direction: 'receive', kind: 'video' }, () => asked++, () => 0);
      expect(await through(receive, frame((await through(send, frame(vp8Key, 'key')))!, 'key'))).toBeUndefined();
    }
    expect(asked).toBe(0);
  });

  it('X9: without a secret nothing goes out and nothing comes in', async () => {
    const [ann] = pair();
    const none = ringOf('bob', null);
    none.hear([{ participantId: 'ann', salt: ann.salt }]);
    const audio = await through(new FrameTransform(ann, { direction: 'send', source: 'Microphone', kind: 'audio' }), frame(Uint8Array.of(0xf8, 1, 2)));
    expect(audio).toBeDefined();
    expect(await through(new FrameTransform(none, { direction: 'receive', kind: 'audio' }), frame(audio!))).toBeUndefined();
    expect(await through(new FrameTransform(none, { direction: 'send', source: 'Microphone', kind: 'audio' }), frame(Uint8Array.of(0xf8, 1, 2)))).toBeUndefined();
  });
});
