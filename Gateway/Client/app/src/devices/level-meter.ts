/** Measures how loud a track is, 0 to 1, about 20 times a second; returns how to stop. */
export function measureLevel(track: MediaStreamTrack, report: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  void context.resume().catch(() => undefined);
  const samples = new Float32Array(analyser.fftSize);
  let shown = 0;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // -60 dB is silence, -15 dB is a person speaking up.
    const level = Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-9) + 60) / 45));
    shown = Math.max(level, shown * 0.82);
    report(shown);
  }, 50);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close().catch(() => undefined);
  };
}
