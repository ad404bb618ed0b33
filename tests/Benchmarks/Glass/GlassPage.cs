namespace Conference.Benchmarks.Glass;

/// <summary>The page of <c>bench glass</c>: paints the time into a canvas that is sent as a camera would be, and reads the time in what it receives.</summary>
internal static class GlassPage
{
    public static readonly string Script = """
        (() => {
          if (location.hostname !== 'bench.invalid') return;
          const bits = 16, columns = 8, width = 320, height = 180;
          const connections = new Map();
          let canvas, track;
          const now = () => Math.round(performance.timeOrigin + performance.now());
          // 16 bits of the milliseconds in two rows, and the same inverted below, which tells a torn frame.
          const paint = () => {
            const g = canvas.getContext('2d', { alpha: false }), value = now() % 65536;
            for (let i = 0; i < 2 * bits; i++) {
              const on = (value >> (i % bits) & 1) === (i < bits ? 1 : 0);
              g.fillStyle = on ? '#e0e0e0' : '#202020';
              g.fillRect(i % columns * width / columns, Math.floor(i / columns) * height / 4, width / columns, height / 4);
            }
          };
          const camera = () => {
            if (track) return track;
            canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height; document.body.append(canvas);
            paint(); setInterval(paint, 1000 / 30);
            return (track = canvas.captureStream(30).getVideoTracks()[0]);
          };
          const reader = document.createElement('canvas'); reader.width = width; reader.height = height;
          const read = (video) => {
            const g = reader.getContext('2d', { willReadFrequently: true, alpha: false });
            g.drawImage(video, 0, 0, width, height);
            const pixels = g.getImageData(0, 0, width, height).data;
            const lit = (i) => pixels[4 * (Math.floor((Math.floor(i / columns) + .5) * height / 4) * width + Math.floor((i % columns + .5) * width / columns))] > 127;
            let value = 0;
            for (let i = 0; i < bits; i++) { if (lit(i) === lit(i + bits)) return -1; if (lit(i)) value |= 1 << i; }
            return value;
          };
          const show = (c, t) => {
            const video = document.createElement('video');
            video.autoplay = true; video.muted = true; video.playsInline = true; video.srcObject = new MediaStream([t]); document.body.append(video);
            const each = () => {
              const value = read(video);
              if (value >= 0) c.delays.push((now() % 65536 - value + 65536) % 65536);
              video.requestVideoFrameCallback(each);
            };
            video.requestVideoFrameCallback(each);
          };
          const open = (name) => {
            const c = { pc: new RTCPeerConnection(), delays: [] };
            c.pc.ontrack = (e) => { e.receiver.jitterBufferTarget = 0; show(c, e.track); };
            connections.set(name, c);
            return c;
          };
          const described = async (pc, description) => {
            await pc.setLocalDescription(description);
            if (pc.iceGatheringState !== 'complete') await Promise.race([new Promise((r) => pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && r())), new Promise((r) => setTimeout(r, 2000))]);
            return pc.localDescription.sdp;
          };
          const vp8 = (list) => list.codecs.filter((c) => /VP8|rtx/i.test(c.mimeType));
          window.glass = {
            allow: async () => { (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks().forEach((t) => t.stop()); return ''; },
            offerToSend: async (name) => {
              const { pc } = open(name), t = pc.addTransceiver(camera(), { direction: 'sendonly', sendEncodings: [{ maxBitrate: 800000 }] });
              t.setCodecPreferences(vp8(RTCRtpSender.getCapabilities('video')));
              return described(pc, await pc.createOffer());
            },
            offerToReceive: async (name) => {
              const { pc } = open(name), t = pc.addTransceiver('video', { direction: 'recvonly' });
              t.setCodecPreferences(vp8(RTCRtpReceiver.getCapabilities('video')));
              return described(pc, await pc.createOffer());
            },
            answer: async (name, sdp) => { const { pc } = open(name); await pc.setRemoteDescription({ type: 'offer', sdp }); return described(pc, await pc.createAnswer()); },
            accept: async (name, sdp) => { await connections.get(name).pc.setRemoteDescription({ type: 'answer', sdp }); return ''; },
            state: (name) => connections.get(name).pc.connectionState,
            send: async (name, on) => { await connections.get(name).pc.getSenders()[0].replaceTrack(on ? camera() : null); return ''; },
            take: (name) => connections.get(name).delays.splice(0),
          };
        })();
        """;
}
