// A participant without a browser: plays a tone, greets, answers "ping". node bot.mjs https://meet.example.org CODE [HERTZ] [SECONDS]
// npm install @conference/client @roamhq/wrtc ws
import wrtc from '@roamhq/wrtc';
import WebSocket from 'ws';
import { Meeting, ambientEnvironment } from '@conference/client';

const [origin, code, hertz = '440', seconds = '0'] = process.argv.slice(2);
if (!origin || !code) throw new Error('usage: node bot.mjs URL CODE [HERTZ] [SECONDS]');
// What a browser has and Node has not (Node 22 has WebSocket too).
globalThis.WebSocket ??= WebSocket;
const env = { ...ambientEnvironment(new URL(origin).origin), createPeerConnection: (configuration) => new wrtc.RTCPeerConnection(configuration) };

const meeting = await Meeting.join({ code, displayName: 'Bot', env });
const answered = new Set();
meeting.events.on('state', ({ phase, over, media, meeting: view, you }) => {
  if (phase === 'over') {
    console.log(`over: ${over}`);
    process.exit(over === 'Left' ? 0 : 1);
  }
  if (media === 'connected' && !answered.has('hello')) {
    answered.add('hello');
    console.log('connected');
    meeting.sendChat(`Hello, I play ${hertz} Hz`);
  }
  for (const { seq, from, text } of view?.chat ?? []) {
    if (text !== 'ping' || from === you || answered.has(seq)) continue;
    answered.add(seq);
    meeting.sendChat('pong');
  }
});

// 10 ms of 48 kHz, mono, 16 bits at a time.
const source = new wrtc.nonstandard.RTCAudioSource();
const step = (2 * Math.PI * Number(hertz)) / 48_000;
const begun = performance.now();
let sample = 0;
setInterval(() => {
  const due = ((performance.now() - begun) / 1000) * 48_000;
  for (; sample < due; ) {
    const samples = Int16Array.from({ length: 480 }, () => 10_000 * Math.sin(step * sample++));
    source.onData({ samples, sampleRate: 48_000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 });
  }
}, 5);
await meeting.publish('Microphone', source.createTrack());

const leave = () => void meeting.leave();
process.on('SIGINT', leave).on('SIGTERM', leave);
if (Number(seconds) > 0) setTimeout(leave, Number(seconds) * 1000);
