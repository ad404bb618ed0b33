"""How a foreign client talks to the test that started it (one JSON object a line) and to the stable link (WHIP and WHEP are HTTP)."""
import json
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

_gate = threading.Lock()


def say(event, **facts):
    with _gate:
        sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
        sys.stdout.flush()


def options():
    """The command line: publish or play, and --name value pairs."""
    mode, *rest = sys.argv[1:]
    return {"mode": mode, **{rest[i].removeprefix("--"): rest[i + 1] for i in range(0, len(rest), 2)}}


def post(given, offer):
    """Posts the offer; the answer's text (with --over tcp without its candidates of UDP) and the session's URL, or None when it was refused."""
    say("offer", sdp=offer)
    headers = {"Content-Type": "application/sdp", "Authorization": "Bearer " + given["bearer"]}
    status, answer, text = _send(urllib.request.Request(given["url"], offer.encode(), headers, method="POST"))
    location = answer.get("Location")
    say("answer", status=status, location=location, etag=answer.get("ETag"), type=answer.get("Content-Type"), sdp=text)
    if given.get("over") == "tcp":
        text = re.sub(r"(?mi)^a=candidate:.* udp .*\r?\n", "", text)
    return (text, urllib.parse.urljoin(given["url"], location)) if status == 201 else None


def wait_for_end(given, location):
    """Blocks until the test says delete, or has gone; ends the session."""
    for line in sys.stdin:
        if line.strip() != "delete":
            continue
        status, _, _ = _send(urllib.request.Request(location, headers={"Authorization": "Bearer " + given["bearer"]}, method="DELETE"))
        say("deleted", status=status)
        return


def _send(request):
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read().decode()
