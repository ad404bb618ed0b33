#!/usr/bin/env python3
"""Makes the traces of this folder anew: generate.py (needs espeak-ng, opus-tools and ffmpeg of Debian). See README.md."""
import math, os, random, struct, subprocess, tempfile, wave

RATE, PACKET = 48_000, 960
TEXTS = {
    "speech-ann": ("en-us", 165, "Good morning everybody. Shall we start with the numbers of last week? I have looked at them again, and most of what we expected did happen. "
                   "There is one exception, and I would like to talk about that first. Does anybody mind?"),
    "speech-bob": ("en-gb+f3", 150, "Thank you. Before we go there, could you say which of the three lists you mean? The first one was changed on Tuesday. Sorry, I think on Wednesday. "
                   "If that is so, then we need the newer one, because two of the figures were wrong."),
    "speech-eve": ("en-gb-scotland+m4", 180, "Well, I would rather not decide that today. Let us collect what we know, write it down, and come back to it on Friday. "
                   "Until then nobody needs to do anything. Is that all right with you?"),
}

def speech(voice, speed, text):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "-w", f"{folder}/a.wav", text], check=True)
        subprocess.run(["ffmpeg", "-loglevel", "error", "-i", f"{folder}/a.wav", "-ac", "1", "-ar", str(RATE), f"{folder}/b.wav"], check=True)
        with wave.open(f"{folder}/b.wav") as w: data = w.readframes(w.getnframes())
    return [s / 32768 for s in struct.unpack(f"<{len(data) // 2}h", data)]

def scaled(samples, dbov):
    """To a level of so many dB below overload while there is sound."""
    loud = [s * s for s in samples if abs(s) > 0.003]
    gain = 10 ** (dbov / 20) / math.sqrt(sum(loud) / len(loud))
    return [s * gain for s in samples]

def noise(rng, samples, dbov):
    amplitude, before = 10 ** (dbov / 20), 0.0
    out = []
    for _ in range(samples):  # a little less treble than white, as a fan has
        before = 0.6 * before + 0.8 * rng.gauss(0, 1)
        out.append(before * amplitude)
    return out

def room(rng, seconds): return noise(rng, int(seconds * RATE), -64)

def add(base, at, sound):
    at = int(at * RATE)
    for i, s in enumerate(sound):
        if at + i < len(base): base[at + i] += s

def cough(rng):
    """The three phases of a cough: a burst, a noisy decay, a short voiced end; 0.3 s."""
    out = []
    for i in range(int(0.30 * RATE)):
        t = i / RATE
        envelope = t / 0.005 if t < 0.005 else math.exp(-(t - 0.005) / 0.07)
        voiced = 0.3 * math.sin(2 * math.pi * 180 * t) * math.exp(-((t - 0.22) / 0.04) ** 2)
        out.append(10 ** (-11 / 20) * (envelope * rng.gauss(0, 0.7) + voiced))
    return out

def keys(rng, seconds):
    base = room(rng, seconds)
    t = 0.5
    while t < seconds - 0.5:
        for part, peak in ((0, -16), (0.07, -26)):  # down and up
            for i in range(int(0.012 * RATE)):
                at = int((t + part) * RATE) + i
                base[at] += 10 ** (peak / 20) * math.exp(-i / RATE / 0.002) * rng.gauss(0, 1)
        t += rng.uniform(0.12, 0.30) if rng.random() < 0.9 else rng.uniform(0.8, 2.0)
    return base

def levels(samples):
    """RFC 6464: minus dB of overload, root mean square of each 20 ms."""
    out = []
    for at in range(0, len(samples) - PACKET + 1, PACKET):
        energy = sum(max(-1, min(1, s)) ** 2 for s in samples[at:at + PACKET]) / PACKET
        out.append(127 if energy <= 0 else max(0, min(127, round(-10 * math.log10(energy)))))
    return out

def opus_sizes(samples, *options):
    """Bytes of each packet that libopus makes: variable rate, 32 kbit/s, voice."""
    with tempfile.TemporaryDirectory() as folder:
        with wave.open(f"{folder}/a.wav", "wb") as w:
            w.setnchannels(1); w.setsampwidth(2); w.setframerate(RATE)
            w.writeframes(struct.pack(f"<{len(samples)}h", *(int(max(-1, min(1, s)) * 32767) for s in samples)))
        subprocess.run(["opusenc", "--quiet", "--bitrate", "32", "--vbr", "--speech", "--framesize", "20", *options, f"{folder}/a.wav", f"{folder}/a.opus"], check=True)
        data = open(f"{folder}/a.opus", "rb").read()
    sizes, at, open_packet = [], 0, 0
    while at < len(data):
        lacing = data[at + 27:at + 27 + data[at + 26]]
        for n in lacing:
            open_packet += n
            if n < 255: sizes.append(open_packet); open_packet = 0
        at += 27 + len(lacing) + sum(lacing)
    return sizes[2:]  # without the two header packets

def write(name, samples, dtx=False):
    sizes = opus_sizes(samples, *(["--set-ctl-int", "4016=1"] if dtx else []))
    lines, since = [], 0
    for level, size in zip(levels(samples), sizes):
        # Packets of at most two bytes are silence: a sender in discontinuous transmission leaves them out, but for one every 400 ms.
        since = since + 1 if dtx and size <= 2 else 0
        lines.append("-" if since > 1 and since % 20 != 0 else f"{level} {size}")
    open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".txt"), "w").write("\n".join(lines) + "\n")
    print(name, len(lines), "packets", sum(l == "-" for l in lines), "left out")

def main():
    rng = random.Random(1)
    for name, (voice, speed, text) in TEXTS.items():
        sound = scaled(speech(voice, speed, text), -26)
        base = room(rng, len(sound) / RATE + 3)
        add(base, 1, sound)
        write(name, base)
        if name == "speech-ann": write(name + "-dtx", [s * 0.02 if i < RATE or i > len(base) - 2 * RATE else s for i, s in enumerate(base)], dtx=True)
    base = room(rng, 20)
    for at in (2, 6, 6.6, 11, 15, 15.5, 16.1): add(base, at, cough(rng))
    write("coughs", base)
    write("keyboard", keys(rng, 20))
    write("keyboard-dtx", keys(rng, 20), dtx=True)
    fan = noise(rng, 20 * RATE, -42)
    write("fan", fan)

main()
