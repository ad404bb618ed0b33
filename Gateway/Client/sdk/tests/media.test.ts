import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { codecParameters, trimCodecs } from '../src/media/codecs.ts';
import { computeDemand, sameDemand, slotsToAdd } from '../src/media/demand.ts';
import { cameraLayers } from '../src/media/encodings.ts';
import { markSlides, offerSoundRepair, restartAnswer, restartFragment } from '../src/media/sdp.ts';
import { nothingLocal, reconcile, type LocalSource } from '../src/local.ts';

describe('demand', () => {
  it('D1: asks for nothing that is not visible', () => {
    expect(computeDemand([{ participantId: 'a', source: 'Camera', height: 0 }], 1)).toEqual([]);
  });

  it('D2: screens first, then prominent cameras, then the order of the page', () => {
    const demand = computeDemand([
      { participantId: 'a', source: 'Camera', height: 100 },
      { participantId: 'b', source: 'Camera', height: 100, prominent: true },
      { participantId: 'c', source: 'Screen', height: 700 },
      { participantId: 'd', source: 'Camera', height: 100 },
    ], 1);
    expect(demand.map((item) => item.participantId)).toEqual(['c', 'b', 'a', 'd']);
    expect(demand.map((item) => item.priority)).toEqual([...demand.map((item) => item.priority)].sort((x, y) => x - y));
  });

  it('D3: asks for physical pixels, in steps', () => {
    const heights = (height: number, ratio: number): number | undefined => computeDemand([{ participantId: 'a', source: 'Camera', height }], ratio)[0]?.maxHeight;
    expect(heights(170, 1)).toBe(180);
    expect(heights(170, 2)).toBe(360);
    expect(heights(181, 1)).toBe(270);
    expect(heights(5000, 3)).toBe(2160);
  });

  it('D4: at most 64 items with priorities of 0 to 100', () => {
    const demand = computeDemand(Array.from({ length: 90 }, (_, i) => ({ participantId: `p${i}`, source: 'Camera' as const, height: 90 })), 1);
    expect(demand).toHaveLength(64);
    expect(demand.every((item) => item.priority >= 0 && item.priority <= 100)).toBe(true);
  });

  it('D5: says what is pinned', () => {
    const [plain, pinned] = [false, true].map((value) => computeDemand([{ participantId: 'a', source: 'Camera', height: 100, pinned: value }], 1));
    expect(plain).toEqual([{ participantId: 'a', source: 'Camera', maxHeight: 180, priority: 20 }]);
    expect(pinned).toMatchObject([{ pinned: true }]);
    expect(sameDemand(plain ?? [], pinned ?? [])).toBe(false);
  });

  it('is compared by content', () => {
    const a = computeDemand([{ participantId: 'a', source: 'Camera', height: 100 }], 1);
    const b = computeDemand([{ participantId: 'a', source: 'Camera', height: 120 }], 1);
    const c = computeDemand([{ participantId: 'a', source: 'Camera', height: 400 }], 1);
    expect(sameDemand(a, b)).toBe(true);
    expect(sameDemand(a, c)).toBe(false);
  });

  it('a grid larger than the slots grows them in steps', () => {
    const cameras = (n: number) => computeDemand(Array.from({ length: n }, (_, i) => ({ participantId: `p${i}`, source: 'Camera' as const, height: 90 })), 1);
    expect(slotsToAdd(cameras(9), 9)).toBe(0);
    expect(slotsToAdd(cameras(10), 9)).toBe(7);
    expect(slotsToAdd(cameras(16), 16)).toBe(0);
    expect(slotsToAdd(cameras(24), 16)).toBe(9);
  });
});

describe('encodings', () => {
  it('E1 to E3: fewer layers for smaller cameras, and f is always the whole picture', () => {
    const active = (height: number): string[] => cameraLayers(height).filter((layer) => layer.active).map((layer) => layer.rid);
    expect(active(1080)).toEqual(['q', 'h', 'f']);
    expect(active(540)).toEqual(['q', 'h', 'f']);
    expect(active(539)).toEqual(['h', 'f']);
    expect(active(360)).toEqual(['h', 'f']);
    expect(active(180)).toEqual(['f']);
    expect(cameraLayers(720).map((layer) => layer.scaleResolutionDownBy)).toEqual([4, 2, 1]);
  });

  it('larger layers get more bits', () => {
    for (const height of [180, 360, 720, 1080]) {
      const bits = cameraLayers(height).map((layer) => layer.maxBitrate);
      expect(bits).toEqual([...bits].sort((a, b) => a - b));
    }
  });
});

describe('codecs', () => {
  it('keep simulcast encodings apart: one spatial layer each, and three temporal ones for pods to leave out', () => {
    const [vp8, vp9, av1] = [{ mimeType: 'video/VP8' }, { mimeType: 'video/VP9' }, { mimeType: 'video/AV1' }];
    expect(codecParameters(vp8)).toEqual({ codec: vp8, scalabilityMode: 'L1T3' });
    expect(codecParameters(vp9)).toEqual({ codec: vp9, scalabilityMode: 'L1T3' });
    expect(codecParameters(av1)).toEqual({ codec: av1, scalabilityMode: 'L1T3' });
    expect(codecParameters({ mimeType: 'video/H264' })).toEqual({ codec: { mimeType: 'video/H264' } });
  });

  it('offers what pods forward, in our order, and nothing else', () => {
    const codecs = [
      { mimeType: 'video/AV1', sdpFmtpLine: 'level-idx=5;profile=0;tier=0' }, { mimeType: 'video/rtx' }, { mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=2' },
      { mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' }, { mimeType: 'video/ulpfec' }, { mimeType: 'video/VP8' }, { mimeType: 'video/red' },
      { mimeType: 'video/H264', sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f' },
      { mimeType: 'video/H264', sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f' },
    ];
    expect(trimCodecs('video', codecs).map((codec) => codec.mimeType)).toEqual(['video/VP8', 'video/VP9', 'video/H264', 'video/AV1', 'video/rtx']);
    expect(trimCodecs('audio', [{ mimeType: 'audio/PCMU' }, { mimeType: 'audio/red' }, { mimeType: 'audio/opus' }]).map((codec) => codec.mimeType))
      .toEqual(['audio/opus', 'audio/red']);
  });
});

describe('session descriptions', () => {
  const offer = readFileSync(new URL('../../../../tests/data/sdp/offer-sendonly-with-screenshare.txt', import.meta.url), 'utf8').replace(/\r?\n/g, '\r\n');

  it('marks exactly the screen’s m-lines, and changes nothing else', () => {
    const mids = [...offer.matchAll(/^a=mid:(.*)\r$/gm)].map((match) => match[1] ?? '');
    const marked = markSlides(offer, new Set([mids.at(-1) ?? '']));
    expect(marked.match(/a=content:slides\r\n/g)).toHaveLength(1);
    expect(marked.indexOf('a=content:slides')).toBeGreaterThan(marked.lastIndexOf('m='));
    expect(marked.replace('a=content:slides\r\n', '')).toBe(offer);
  });

  it('offers the repair of lost sound once in each section with sound, and changes nothing else', () => {
    const offered = offerSoundRepair(offer);
    const audio = offer.match(/^m=audio/gm) ?? [];
    const type = /^a=rtpmap:(\d+) opus/m.exec(offer)?.[1];
    expect(audio.length).toBeGreaterThan(0);
    expect(offered.split(`a=rtcp-fb:${type} nack\r\n`)).toHaveLength(audio.length + 1);
    expect(offered.replaceAll(`a=rtcp-fb:${type} nack\r\n`, '')).toBe(offer);
    expect(offerSoundRepair(offered)).toBe(offered);
    expect(offerSoundRepair('v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n')).not.toContain('nack');
  });

  it('asks for an ICE restart with the offer’s credentials', () => {
    const fragment = restartFragment(offer);
    expect(fragment).toContain(`a=ice-ufrag:${/a=ice-ufrag:(.*)\r/.exec(offer)?.[1]}\r\n`);
    expect(fragment).toContain(`a=ice-pwd:${/a=ice-pwd:(.*)\r/.exec(offer)?.[1]}\r\n`);
    expect(fragment.match(/^m=/gm)).toHaveLength(1);
    expect(fragment).toMatch(/^a=group:BUNDLE/m);
  });

  it('answers an ICE restart with the pod’s new credentials and candidates everywhere', () => {
    const answer = ['v=0', 's=-', 'a=group:BUNDLE 0 1', 'm=audio 9 X 111', 'a=mid:0', 'a=ice-ufrag:old', 'a=ice-pwd:oldpwd', 'a=candidate:1 1 udp 1 10.0.0.1 1 typ host', 'a=end-of-candidates',
      'm=video 9 X 96', 'a=mid:1', 'a=ice-ufrag:old', 'a=ice-pwd:oldpwd', ''].join('\r\n');
    const restarted = restartAnswer(answer, 'a=ice-lite\r\na=ice-ufrag:new\r\na=ice-pwd:newpwd\r\na=candidate:2 1 udp 1 10.0.0.2 2 typ host\r\n');
    expect(restarted).not.toContain('old');
    expect(restarted.match(/a=ice-ufrag:new\r\n/g)).toHaveLength(2);
    expect(restarted).not.toContain('10.0.0.1');
    expect(restarted.indexOf('10.0.0.2')).toBeLessThan(restarted.indexOf('m=video'));
  });

  it('refuses an answer to a restart that has no credentials', () => {
    expect(() => restartAnswer('v=0\r\n', 'a=ice-lite\r\n')).toThrow();
  });
});

describe('what the meeting has on record', () => {
  const on: LocalSource = { track: null, on: true };

  it('L1: a command under way decides', () => {
    expect(reconcile({ ...nothingLocal, Microphone: on }, [], new Set(['Microphone']), false)).toEqual({ muteHere: [], tell: [] });
  });

  it('L2: muted by a host while away, for the same participant', () => {
    expect(reconcile({ ...nothingLocal, Microphone: on }, [], new Set(), false)).toEqual({ muteHere: ['Microphone'], tell: [] });
  });

  it('L2: a new participant tells what it sends', () => {
    expect(reconcile({ ...nothingLocal, Camera: on }, [], new Set(), true)).toEqual({ muteHere: [], tell: [{ source: 'Camera', muted: false }] });
  });

  it('L3: what is not sent is taken back', () => {
    expect(reconcile(nothingLocal, ['Camera'], new Set(), false)).toEqual({ muteHere: [], tell: [{ source: 'Camera', muted: true }] });
  });
});
