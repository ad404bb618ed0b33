"""aiortc: publishes by WHIP, plays by WHEP."""
import asyncio
import fractions
import time

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from av import AudioFrame, AudioResampler, VideoFrame

import ffmpeg_offer
from link import options, post, say, wait_for_end
from media import Pictures, PictureWatch, Sound, SoundWatch


class Painted(MediaStreamTrack):
    kind = "video"

    def __init__(self, path):
        super().__init__()
        self._pictures, self._count, self._begun = Pictures(path), 0, time.monotonic()

    async def recv(self):
        source = self._pictures
        await asyncio.sleep(self._begun + self._count / source.per_second - time.monotonic())
        frame = VideoFrame(source.width, source.height, "yuv420p")
        data, at = source.next(), 0
        for plane, (width, height) in zip(frame.planes, [(source.width, source.height)] + [(source.width // 2, source.height // 2)] * 2):
            rows = b"".join(data[at + y * width:at + (y + 1) * width].ljust(plane.line_size, b"\0") for y in range(height))
            plane.update(rows.ljust(plane.buffer_size, b"\0"))
            at += width * height
        frame.pts, frame.time_base = self._count * 90000 // source.per_second, fractions.Fraction(1, 90000)
        self._count += 1
        return frame


class Tone(MediaStreamTrack):
    kind = "audio"
    SAMPLES = Sound.RATE // 50

    def __init__(self, path):
        super().__init__()
        self._sound, self._count, self._begun = Sound(path), 0, time.monotonic()

    async def recv(self):
        await asyncio.sleep(self._begun + self._count / 50 - time.monotonic())
        frame = AudioFrame(format="s16", layout="mono", samples=self.SAMPLES)
        frame.planes[0].update(self._sound.next(self.SAMPLES).ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = Sound.RATE, self._count * self.SAMPLES, fractions.Fraction(1, Sound.RATE)
        self._count += 1
        return frame


async def watch(track):
    if track.kind == "video":
        pictures = PictureWatch()
        while True:
            frame = (await track.recv()).reformat(format="yuv420p")
            plane = frame.planes[0]
            pictures.see(bytes(plane), plane.line_size, frame.width, frame.height)
    sound, mono = SoundWatch(), AudioResampler("s16", "mono", Sound.RATE)
    while True:
        for frame in mono.resample(await track.recv()):
            sound.hear(bytes(frame.planes[0])[:2 * frame.samples], Sound.RATE)


def prefer(transceiver, codec):
    transceiver.setCodecPreferences([c for c in RTCRtpSender.getCapabilities("video").codecs if c.mimeType.lower() == "video/" + codec])


async def main():
    given = options()
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    tasks = []
    pc.on("connectionstatechange", lambda: say("state", state=pc.connectionState))
    if given["mode"] == "publish":
        pc.addTransceiver(Tone(given["audio"]), direction="sendonly")
        video = pc.addTransceiver(Painted(given["video"]), direction="sendonly")
    else:
        pc.on("track", lambda track: tasks.append(asyncio.ensure_future(watch(track))))
        pc.addTransceiver("audio", direction="recvonly")
        video = pc.addTransceiver("video", direction="recvonly")
    if "codec" in given:
        prefer(video, given["codec"])
    await pc.setLocalDescription(await pc.createOffer())
    offer = pc.localDescription.sdp
    session = await asyncio.to_thread(post, given, ffmpeg_offer.like(offer) if given.get("offer") == "ffmpeg" else offer)
    if session:
        answer, location = session
        await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.to_thread(wait_for_end, given, location)
    for task in tasks:
        task.cancel()
    await pc.close()


asyncio.run(main())
