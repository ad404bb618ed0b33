"""Turns an offer of aiortc into one as the whip muxer of ffmpeg writes it."""

DROPPED = ("a=extmap:", "a=rtcp-fb:", "a=candidate:", "a=end-of-candidates", "a=msid-semantic", "a=msid:", "a=rtcp:")


def like(offer):
    """DTLS server role, no header extensions (so no MID in packets), no feedback, no candidates, one codec a section, SSRCs announced."""
    head, *sections = offer.replace("\r\n", "\n").rstrip("\n").split("\nm=")
    return "\r\n".join([head.replace("\n", "\r\n")] + [_section(section) for section in sections]) + "\r\n"


def _section(section):
    first, *lines = section.split("\n")
    kind, port, protocol, *formats = first.split(" ")
    kept = formats[0]
    lines = [line for line in lines if not line.startswith(DROPPED) and _concerns(line, formats, kept)]
    lines = ["a=setup:passive" if line.startswith("a=setup:") else line for line in lines]
    return "\r\n".join([f"m={kind} {port} {protocol} {kept}"] + lines)


def _concerns(line, formats, kept):
    for name in ("a=rtpmap:", "a=fmtp:"):
        if line.startswith(name):
            return line[len(name):].split(" ")[0] == kept
    # The retransmission's SSRC goes with its payload type.
    return not line.startswith("a=ssrc-group:")
