using System.Text.Json.Serialization;

namespace Conference.Support.Browser;

/// <summary>
/// What a test looks at from inside a page: the decoded pixels of every video element, the spectrum of every sound that is played, and every peer connection's
/// offers and statistics. It is added to the page before its own scripts and changes nothing that the page does.
/// </summary>
public static class PageProbe
{
    public static readonly string Script = $$"""
        (() => {
          const bits = {{PaintedVideo.Bits}}, steps = {{PaintedVideo.Steps}};
          const connections = [];
          const Native = window.RTCPeerConnection;
          window.RTCPeerConnection = class extends Native {
            constructor(configuration, ...rest) { super({ ...configuration, ...window.probeConfiguration }, ...rest); connections.push(this); this.probeOffers = 0; }
            setLocalDescription(d) { if (!d || d.type === 'offer') this.probeOffers++; return super.setLocalDescription(d); }
          };
          const all = (root, name, found = []) => {
            for (const e of root.querySelectorAll('*')) {
              if (e.localName === name) found.push(e);
              if (e.shadowRoot) all(e.shadowRoot, name, found);
            }
            return found;
          };
          const owner = (e) => {
            for (let n = e; n; n = n.parentNode ?? n.host) if (n.dataset?.participant) return n.dataset;
            return {};
          };
          // A closest-colour read of the squares' middles; null when no frame is there.
          const read = (video) => {
            if (!video.videoWidth || video.readyState < 2) return null;
            const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight), g = canvas.getContext('2d', { willReadFrequently: true });
            g.drawImage(video, 0, 0);
            const at = (x, y) => { const p = g.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data; return p[0] * .3 + p[1] * .59 + p[2] * .11; };
            let number = 0, step = -1, best = 0;
            for (let i = 0; i < bits; i++) if (at((i + .5) / bits, .25) > 127) number |= 1 << i;
            for (let i = 0; i < steps; i++) { const v = at((i + .5) / steps, .75); if (v > best) { best = v; step = i; } }
            const corners = [[.05, .05], [.95, .05], [.5, .5], [.05, .95], [.95, .95]].map(([x, y]) => [...g.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data.slice(0, 3)]);
            const even = corners.every((c) => c.every((v, i) => Math.abs(v - corners[2][i]) < 16));
            return { number, step: best > 127 ? step : -1, colour: even ? corners[2] : null };
          };
          const sounds = new Map();
          let audio;
          window.probe = {
            videos: () => all(document, 'video').map((v) => {
              const box = v.getBoundingClientRect(), o = owner(v);
              return { participant: o.participant ?? null, source: o.source ?? null, width: v.videoWidth, height: v.videoHeight, visible: box.width > 1 && box.height > 1, muted: v.muted, picture: read(v) };
            }),
            // The loudest frequency of each element that plays sound, over its newest 170 ms, and how loud it is against the rest.
            tones: async () => {
              audio ??= new AudioContext();
              if (audio.state !== 'running') await audio.resume();
              const found = [];
              for (const element of [...all(document, 'audio'), ...all(document, 'video')]) {
                const stream = element.srcObject;
                if (!stream || element.muted || element.paused) continue;
                for (const track of stream.getAudioTracks()) {
                  let analyser = sounds.get(track);
                  if (!analyser) {
                    analyser = audio.createAnalyser(); analyser.fftSize = 8192; analyser.smoothingTimeConstant = 0;
                    audio.createMediaStreamSource(new MediaStream([track])).connect(analyser); sounds.set(track, analyser);
                  }
                  const spectrum = new Float32Array(analyser.frequencyBinCount); analyser.getFloatFrequencyData(spectrum);
                  const hertz = audio.sampleRate / analyser.fftSize; let top = 0;
                  for (let i = Math.ceil(300 / hertz); i < 4000 / hertz; i++) if (spectrum[i] > spectrum[top] || top === 0) top = i;
                  if (spectrum[top] > -75) found.push({ hertz: top * hertz, decibel: spectrum[top] });
                }
              }
              return found;
            },
            offers: () => connections.reduce((n, c) => n + c.probeOffers, 0),
            connections: () => connections.map((c) => c.connectionState),
            tracks: (kind) => connections.filter((c) => c.connectionState !== 'closed').flatMap((c) => c.getSenders()).flatMap((s) => (s.track?.kind === kind && s.track.readyState === 'live' ? [s.track] : [])),
            sent: (kind) => window.probe.tracks(kind).map((t) => ({ label: t.label, ...t.getSettings() })),
            stats: async (type) => (await Promise.all(connections.filter((c) => c.connectionState !== 'closed').map((c) => c.getStats())))
              .flatMap((report) => [...report.values()]).filter((s) => s.type === type),
          };
        })();
        """;
}

/// <summary>One video element as the page shows it.</summary>
public sealed record ShownVideo(
    [property: JsonPropertyName("participant")] string? Participant,
    [property: JsonPropertyName("source")] string? Source,
    [property: JsonPropertyName("width")] int Width,
    [property: JsonPropertyName("height")] int Height,
    [property: JsonPropertyName("visible")] bool Visible,
    [property: JsonPropertyName("muted")] bool Muted,
    [property: JsonPropertyName("picture")] ShownPicture? Picture);

/// <summary>What is painted in a decoded frame.</summary>
/// <param name="Number">The code of a <see cref="PaintedVideo"/>.</param>
/// <param name="Step">Where its bar is; -1: there is none.</param>
/// <param name="Colour">Red, green and blue (0 to 255) of a frame that has one colour all over, as Firefox's fake camera paints; null: it has several.</param>
public sealed record ShownPicture([property: JsonPropertyName("number")] int Number, [property: JsonPropertyName("step")] int Step, [property: JsonPropertyName("colour")] IReadOnlyList<int>? Colour);

/// <summary>A microphone whose track is being sent, and what the browser does to its sound.</summary>
public sealed record SentMicrophone([property: JsonPropertyName("label")] string Label, [property: JsonPropertyName("noiseSuppression")] bool NoiseSuppression);

/// <summary>The loudest frequency of something that is played.</summary>
public sealed record HeardTone([property: JsonPropertyName("hertz")] double Hertz, [property: JsonPropertyName("decibel")] double Decibel);
