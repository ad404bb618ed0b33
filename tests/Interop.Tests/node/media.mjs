// Painted pictures and tones: read from the files that the test wrote, fed at their own speed; and what was decoded, as the test wants to look at it.
import { readFileSync } from 'node:fs';
import { say } from './link.mjs';

export const squares = 8, bars = 16, window = 8192;

/** The frames of a y4m file (4:2:0), each as I420. */
export function readPictures(path) {
  const file = readFileSync(path), end = file.indexOf(10), header = file.toString('latin1', 0, end);
  const field = (letter) => Number(header.match(new RegExp(` ${letter}(\\d+)`))[1]);
  const width = field('W'), height = field('H'), size = width * height * 3 / 2, frames = [];
  for (let at = end + 1; at < file.length; at += 6 + size) frames.push(new Uint8ClampedArray(file.subarray(at + 6, at + 6 + size)));
  return { width, height, perSecond: field('F'), frames };
}

/** The samples of a wav file (48 kHz, mono, 16 bits). */
export function readSound(path) {
  const file = readFileSync(path);
  return new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
}

/** Calls `next` as often a second as it says, catching up after a pause of the process. */
export function pace(perSecond, next) {
  const begun = performance.now();
  let done = 0;
  return setInterval(() => {
    const due = (performance.now() - begun) / 1000 * perSecond;
    if (due - done > perSecond / 2) done = due; // longer pauses are not made up for
    for (; done < due; done++) next();
  }, 5);
}

/** Tells the test what every fifth decoded frame shows: the brightness of the middles of its squares and bars. */
export function watchPictures() {
  let frames = 0;
  return ({ width, height, data }) => {
    if (++frames % 5 !== 0) return;
    const row = (count, y) => Array.from({ length: count }, (_, i) => data[Math.floor(y * height) * width + Math.floor((i + .5) / count * width)]);
    say('picture', { frames, width, height, squares: row(squares, .25), bars: row(bars, .75) });
  };
}

/** Hands the test decoded sound, as mono windows. */
export function watchSound() {
  const pcm = new Int16Array(window);
  let filled = 0, samples = 0;
  return ({ samples: data, channelCount, sampleRate }) => {
    for (let i = 0; i < data.length; i += channelCount) {
      pcm[filled++] = data[i];
      samples++;
      if (filled < window) continue;
      say('sound', { samples, rate: sampleRate, pcm: Buffer.from(pcm.buffer).toString('base64') });
      filled = 0;
    }
  };
}
