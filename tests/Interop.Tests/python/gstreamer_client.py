"""GStreamer's webrtcbin: publishes by WHIP, plays by WHEP."""
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC

from link import options, post, say, wait_for_end
from media import Pictures, PictureWatch, Sound, SoundWatch

ENCODERS = {
    "vp8": "vp8enc deadline=1 cpu-used=8 target-bitrate=300000 keyframe-max-dist=100 ! rtpvp8pay pt=96 picture-id-mode=15-bit ! application/x-rtp,media=video,encoding-name=VP8,payload=96",
    "h264": "openh264enc bitrate=300000 gop-size=40 ! h264parse ! rtph264pay pt=97 config-interval=-1 aggregate-mode=zero-latency ! application/x-rtp,media=video,encoding-name=H264,payload=97",
}
DECODERS = {"VP8": "rtpvp8depay ! vp8dec", "H264": "rtph264depay ! h264parse ! openh264dec", "OPUS": "rtpopusdepay ! opusdec"}
RECEIVED = {
    "audio": "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,payload=96",
    "vp8": "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=97",
    "h264": "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=98,packetization-mode=(string)1,profile-level-id=(string)42e01f",
}


class Client:
    def __init__(self, given):
        self._given, self._loop, self._codec = given, GLib.MainLoop(), given.get("codec", "vp8")
        self._pipeline = self._publisher() if given["mode"] == "publish" else self._player()
        self._webrtc = self._pipeline.get_by_name("webrtc")
        self._webrtc.connect("notify::connection-state", lambda w, _: say("state", state=w.get_property("connection-state").value_nick))
        self._webrtc.connect("notify::ice-gathering-state", self._gathered)
        self._webrtc.connect("on-negotiation-needed", self._negotiate)
        self._webrtc.connect("pad-added", self._pad)
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", lambda _, m: say("problem", text=str(m.parse_error())))
        if given["mode"] == "play":
            for kind in ("audio", self._codec):
                self._webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(RECEIVED[kind]))

    def run(self):
        self._pipeline.set_state(Gst.State.PLAYING)
        self._loop.run()
        self._pipeline.set_state(Gst.State.NULL)

    def _publisher(self):
        pictures, sound = Pictures(self._given["video"]), Sound(self._given["audio"])
        raw = f"video/x-raw,format=I420,width={pictures.width},height={pictures.height},framerate={pictures.per_second}/1"
        pipeline = Gst.parse_launch(
            "webrtcbin name=webrtc bundle-policy=max-bundle "
            f"appsrc name=sound is-live=true format=time do-timestamp=true caps=audio/x-raw,format=S16LE,rate={Sound.RATE},channels=1,layout=interleaved ! audioconvert ! audio/x-raw,channels=2"
            " ! opusenc ! rtpopuspay pt=98 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=98 ! queue ! webrtc. "
            f"appsrc name=pictures is-live=true format=time do-timestamp=true caps={raw} ! {ENCODERS[self._codec]} ! queue ! webrtc.")
        self._feed(pipeline.get_by_name("sound"), 20, lambda: sound.next(Sound.RATE // 50))
        self._feed(pipeline.get_by_name("pictures"), 1000 // pictures.per_second, pictures.next)
        for index in (0, 1):
            transceiver = pipeline.get_by_name("webrtc").emit("get-transceiver", index)
            transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        return pipeline

    @staticmethod
    def _feed(source, milliseconds, following):
        def push():
            source.emit("push-buffer", Gst.Buffer.new_wrapped(following()))
            return True

        GLib.timeout_add(milliseconds, push)

    @staticmethod
    def _player():
        pipeline = Gst.Pipeline.new()
        webrtc = Gst.ElementFactory.make("webrtcbin", "webrtc")
        webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        pipeline.add(webrtc)
        return pipeline

    def _negotiate(self, webrtc):
        def created(promise, *_):
            # The offer lives in the reply, and only as long.
            self._reply = promise.get_reply()
            webrtc.emit("set-local-description", self._reply.get_value("offer"), Gst.Promise.new())

        webrtc.emit("create-offer", None, Gst.Promise.new_with_change_func(created))

    def _gathered(self, webrtc, _):
        if webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self._exchange, args=(webrtc.get_property("local-description").sdp.as_text(),), daemon=True).start()

    def _exchange(self, offer):
        session = post(self._given, offer)
        if session:
            answer, location = session
            _, message = GstSdp.SDPMessage.new_from_text(answer)
            self._webrtc.emit("set-remote-description", GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message), Gst.Promise.new())
            wait_for_end(self._given, location)
        self._loop.quit()

    def _pad(self, _, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        codec = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        sound = codec == "OPUS"
        raw = f"audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate={Sound.RATE},channels=1" if sound else "videoconvert ! video/x-raw,format=I420"
        branch = Gst.parse_bin_from_description(f"queue ! {DECODERS[codec]} ! {raw} ! appsink name=out emit-signals=true sync=false", True)
        branch.get_by_name("out").connect("new-sample", self._heard if sound else self._seen, SoundWatch() if sound else PictureWatch())
        self._pipeline.add(branch)
        branch.sync_state_with_parent()
        pad.link(branch.get_static_pad("sink"))

    @staticmethod
    def _heard(sink, watch):
        buffer = sink.emit("pull-sample").get_buffer()
        watch.hear(buffer.extract_dup(0, buffer.get_size()), Sound.RATE)
        return Gst.FlowReturn.OK

    @staticmethod
    def _seen(sink, watch):
        sample = sink.emit("pull-sample")
        shape, buffer = sample.get_caps().get_structure(0), sample.get_buffer()
        width, height = shape.get_int("width").value, shape.get_int("height").value
        watch.see(buffer.extract_dup(0, buffer.get_size()), (width + 3) // 4 * 4, width, height)
        return Gst.FlowReturn.OK


Gst.init(None)
Client(options()).run()
