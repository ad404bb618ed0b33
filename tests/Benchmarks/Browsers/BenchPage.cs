namespace Conference.Benchmarks.Browsers;

/// <summary>
/// The page of browsers that are measured: one peer connection, which offers or answers as it is told, and samples of what is decoded. It is the same for every server, so it is not the meeting page.
/// </summary>
internal static class BenchPage
{
    /// <summary>Where the browser believes it to be; the scheme gives it camera and microphone.</summary>
    public const string Url = "https://bench.invalid/";

    public const string Html = "<!doctype html><title>bench</title><body></body>";

    /// <summary>How often a sample is taken, in milliseconds.</summary>
    public const int SampleMilliseconds = 200;

    public static readonly string Script = $$"""
        (() => {
          if (location.hostname !== 'bench.invalid') return;
          let pc, stream, shownAt = 0, frames = 0, samples = [], timer;
          const gathered = async (description) => { await pc.setLocalDescription(description); return pc.localDescription.sdp; };
          const show = (track) => {
            const element = document.createElement(track.kind);
            element.autoplay = true; element.playsInline = true; element.srcObject = new MediaStream([track]);
            document.body.append(element);
            if (track.kind !== 'video') return;
            const each = () => { shownAt = performance.now(); frames++; element.requestVideoFrameCallback(each); };
            element.requestVideoFrameCallback(each);
          };
          // As the product's own page does: what the answer agrees to is what the browser does.
          const repairing = (sdp) => sdp.replace(/^a=rtpmap:(\d+) opus\/48000\/2\r\n/gim, (line, type) => `${line}a=rtcp-fb:${type} nack\r\n`);
          const open = () => { pc = new RTCPeerConnection(); pc.ontrack = (e) => show(e.track); };
          const sample = async () => {
            const s = { at: performance.now(), shownAt, frames, concealed: 0, silent: 0, samples: 0, freezes: 0, frozenMs: 0, decoded: 0, dropped: 0, height: 0, pli: 0, nack: 0, lost: 0, bytes: 0, fec: 0, soundNack: 0, skew: null, soundHeldMs: 0, soundPlayed: 0, pictureHeldMs: 0, picturePlayed: 0, outgoing: 0, sendWaitMs: 0, packetsSent: 0, framesSent: 0, limited: '' };
            const playout = {};
            for (const r of (await pc.getStats()).values()) {
              if (r.type === 'candidate-pair') s.outgoing = Math.max(s.outgoing, r.availableOutgoingBitrate ?? 0);
              if (r.type === 'outbound-rtp' && r.kind === 'video') {
                s.sendWaitMs += 1000 * (r.totalPacketSendDelay ?? 0); s.packetsSent += r.packetsSent ?? 0; s.framesSent += r.framesSent ?? 0; s.limited = r.qualityLimitationReason ?? '';
              }
              if (r.type !== 'inbound-rtp') continue;
              if (r.estimatedPlayoutTimestamp) playout[r.kind] = r.estimatedPlayoutTimestamp;
              s.lost += r.packetsLost ?? 0; s.bytes += r.bytesReceived ?? 0;
              if (r.kind === 'audio') { s.concealed += r.concealedSamples ?? 0; s.silent += r.silentConcealedSamples ?? 0; s.samples += r.totalSamplesReceived ?? 0; s.fec += r.fecPacketsReceived ?? 0; s.soundNack += r.nackCount ?? 0; s.soundHeldMs += 1000 * (r.jitterBufferDelay ?? 0); s.soundPlayed += r.jitterBufferEmittedCount ?? 0; }
              else {
                s.freezes += r.freezeCount ?? 0; s.frozenMs += 1000 * (r.totalFreezesDuration ?? 0); s.decoded += r.framesDecoded ?? 0; s.dropped += r.framesDropped ?? 0;
                s.height = Math.max(s.height, r.frameHeight ?? 0); s.pli += r.pliCount ?? 0; s.nack += r.nackCount ?? 0;
                s.pictureHeldMs += 1000 * (r.jitterBufferDelay ?? 0); s.picturePlayed += r.jitterBufferEmittedCount ?? 0;
              }
            }
            if (playout.audio && playout.video) s.skew = playout.video - playout.audio;
            return s;
          };
          window.bench = {
            offerToReceive: async (red, nack) => {
              open();
              const sound = pc.addTransceiver('audio', { direction: 'recvonly' });
              if (!red) sound.setCodecPreferences(RTCRtpReceiver.getCapabilities('audio').codecs.filter((c) => c.mimeType !== 'audio/red'));
              pc.addTransceiver('video', { direction: 'recvonly' });
              const sdp = await gathered(await pc.createOffer());
              return nack ? repairing(sdp) : sdp;
            },
            offerToSend: async (height, nack) => {
              open();
              stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { height } });
              for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
              const video = pc.getTransceivers().find((t) => t.sender.track.kind === 'video');
              video.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter((c) => /VP8|rtx/i.test(c.mimeType)));
              const sdp = await gathered(await pc.createOffer());
              return nack ? repairing(sdp) : sdp;
            },
            answer: async (sdp) => { open(); await pc.setRemoteDescription({ type: 'offer', sdp }); return gathered(await pc.createAnswer()); },
            accept: async (sdp) => { await pc.setRemoteDescription({ type: 'answer', sdp }); return ''; },
            state: () => pc.connectionState,
            start: () => { samples = []; timer = setInterval(async () => samples.push(await sample()), {{SampleMilliseconds}}); return ''; },
            stop: () => { clearInterval(timer); return samples; },
            close: () => { clearInterval(timer); pc?.close(); stream?.getTracks().forEach((t) => t.stop()); document.body.replaceChildren(); shownAt = 0; frames = 0; return ''; },
          };
        })();
        """;
}
