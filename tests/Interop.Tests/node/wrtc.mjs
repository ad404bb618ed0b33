// libwebrtc in Node: publishes by WHIP, plays by WHEP.
import wrtc from '@roamhq/wrtc';
import { endWhenTold, options, post, say } from './link.mjs';
import { pace, readPictures, readSound, watchPictures, watchSound } from './media.mjs';

const { RTCPeerConnection, MediaStream, nonstandard: { RTCAudioSink, RTCAudioSource, RTCVideoSink, RTCVideoSource } } = wrtc;
const given = options(), pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' }), sinks = [];
pc.onconnectionstatechange = () => say('state', { state: pc.connectionState });

if (given.mode === 'publish') publish();
else play();
await pc.setLocalDescription(await pc.createOffer());
const session = await post(given, pc.localDescription.sdp);
if (!session) process.exit(0);
endWhenTold(given, session.location, () => {
  for (const sink of sinks) sink.stop();
  pc.close();
  process.exit(0);
});
await pc.setRemoteDescription({ type: 'answer', sdp: session.sdp });

function publish() {
  const pictures = readPictures(given.video), sound = readSound(given.audio), stream = new MediaStream();
  const video = new RTCVideoSource(), audio = new RTCAudioSource();
  for (const track of [audio.createTrack(), video.createTrack()]) pc.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
  let frame = 0, at = 0;
  pace(pictures.perSecond, () => video.onFrame({ width: pictures.width, height: pictures.height, data: pictures.frames[frame++ % pictures.frames.length] }));
  pace(100, () => {
    audio.onData({ samples: sound.slice(at, at + 480), sampleRate: 48000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 });
    at = (at + 480) % sound.length;
  });
}

function play() {
  for (const kind of ['audio', 'video']) pc.addTransceiver(kind, { direction: 'recvonly' });
  pc.ontrack = ({ track }) => {
    if (track.kind === 'video') {
      const sink = new RTCVideoSink(track), watch = watchPictures();
      sink.onframe = ({ frame }) => watch(frame);
      sinks.push(sink);
    } else {
      const sink = new RTCAudioSink(track);
      sink.ondata = watchSound();
      sinks.push(sink);
    }
  };
}
