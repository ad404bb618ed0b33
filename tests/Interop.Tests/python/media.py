"""Painted pictures and tones: read from the files that the test wrote; and what was decoded, as the test wants to look at it."""
import base64
import re

from link import say

SQUARES, BARS, WINDOW = 8, 16, 8192


class Pictures:
    """The frames of a y4m file (4:2:0), each as I420, over and over."""

    def __init__(self, path):
        with open(path, "rb") as file:
            header, body = file.read().split(b"\n", 1)
        self.width, self.height, self.per_second = (int(re.search(rb" %c(\d+)" % letter, header)[1]) for letter in b"WHF")
        size = self.width * self.height * 3 // 2
        self._frames = [body[at + 6:at + 6 + size] for at in range(0, len(body), 6 + size)]
        self._next = 0

    def next(self):
        self._next += 1
        return self._frames[self._next % len(self._frames)]


class Sound:
    """The samples of a wav file (48 kHz, mono, 16 bits), over and over."""

    RATE = 48000

    def __init__(self, path):
        with open(path, "rb") as file:
            self._samples = file.read()[44:]
        self._at = 0

    def next(self, count):
        part = self._samples[self._at:self._at + 2 * count]
        self._at = (self._at + 2 * count) % len(self._samples)
        return part.ljust(2 * count, b"\0")


class PictureWatch:
    """Tells the test what every fifth decoded frame shows: the brightness of the middles of its squares and bars."""

    def __init__(self):
        self._frames = 0

    def see(self, luma, stride, width, height):
        self._frames += 1
        if self._frames % 5:
            return

        def row(count, y):
            return [luma[int(y * height) * stride + int((i + 0.5) / count * width)] for i in range(count)]

        say("picture", frames=self._frames, width=width, height=height, squares=row(SQUARES, 0.25), bars=row(BARS, 0.75))


class SoundWatch:
    """Hands the test decoded sound, as mono windows."""

    def __init__(self):
        self._pcm = b""
        self._samples = 0

    def hear(self, mono, rate):
        self._pcm += mono
        self._samples += len(mono) // 2
        while len(self._pcm) >= 2 * WINDOW:
            say("sound", samples=self._samples, rate=rate, pcm=base64.b64encode(self._pcm[:2 * WINDOW]).decode())
            self._pcm = self._pcm[2 * WINDOW:]
