"""What an endpoint may do instead of replying: the table of test_endpoint_faults."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping

from faulty_server import EVENTS, Fault, Line

_AT_ONCE = "retry-after-ms: 1"  # so that the pause before the second attempt takes no time
_ELSEWHERE = "Location: http://127.0.0.2:9/v1/chat/completions"


def _status(status: int, *headers: str, body: str = '{"error": {"message": "No."}}') -> Fault:
    return lambda line: line.status(status, *headers, body=body)


def _page(body: str, kind: str = "text/html") -> Fault:
    return lambda line: line.status(200, f"Content-Type: {kind}", body=body)


def _events(*values: object) -> Fault:
    """A stream of these events that ends well."""

    def fault(line: Line) -> None:
        line.send(EVENTS)
        for value in values:
            line.event(value)
        line.send("data: [DONE]\n\n")

    return fault


def _raw(*texts: str | bytes) -> Fault:
    return lambda line: line.send(*texts)


def _reply(text: str, finish: str | None = "stop") -> Fault:
    """A reply of this text, in the form of the protocol."""

    def fault(line: Line) -> None:
        line.send(EVENTS)
        line.say(text, finish)
        if finish is not None:
            line.send("data: [DONE]\n\n")

    return fault


def _choice(choice: object) -> Fault:
    return _events({"choices": [choice]})


def _hang(line: Line) -> None:
    line.wait()


def _reset(line: Line) -> None:
    line.reset()


def _trickling_headers(line: Line) -> None:
    line.send("HTTP/1.1 200 OK\r\nX: ")
    line.for_ever(lambda: line.send("x"))


def _reset_midway(line: Line) -> None:
    line.send(EVENTS)
    line.say('{"parts": [')
    line.wait(0.05)
    line.reset()


def _silent_midway(line: Line) -> None:
    line.send(EVENTS)
    line.say('{"parts": [')
    line.wait()


def _pings(line: Line) -> None:
    line.send(EVENTS)
    line.for_ever(lambda: line.send(": ping\n\n"))


def _one_line(line: Line) -> None:
    line.send(EVENTS, "data: ")
    line.for_ever(lambda: line.send("x" * 60_000), pause=0)


def _saying(text: str, field: str = "content") -> Fault:
    """A stream that says this for ever."""

    def fault(line: Line) -> None:
        line.send(EVENTS)
        line.for_ever(lambda: line.say(text, field=field))

    return fault


def _begins_to_think(line: Line) -> None:
    line.send(EVENTS)
    line.say("<think>")
    line.for_ever(lambda: line.say("Hm. "))


_DEEP = '{"choices": ' + "[" * 200_000

# By name: what the server does, and the words for it that an answer may give as its `fault`.
FAULTS: Mapping[str, tuple[Fault, str]] = {
    # It does not speak.
    "hangs": (_hang, "silent"),
    "hangs up": (lambda line: None, "unreachable"),
    "resets": (_reset, "unreachable"),
    "speaks another protocol": (_raw("SSH-2.0-OpenSSH_9.6\r\n"), "unreachable"),
    "sends headers byte by byte": (_trickling_headers, "endless"),
    "sends headers without end": (_raw("HTTP/1.1 200 OK\r\nX: " + "x" * 300_000), "unreachable"),
    "stops after the headers": (_raw(EVENTS), "broken"),
    "breaks off within the headers": (_raw(EVENTS[:30]), "unreachable"),
    # It refuses.
    "401": (_status(401), "key"),
    "403": (_status(403), "key"),
    "402 payment": (_status(402), "failed"),
    "404": (_status(404), "address"),
    "400": (_status(400), "failed"),
    "413 as a page": (_status(413, body="<html>Too large</html>"), "context"),
    "429 for ever": (_status(429), "busy"),
    "429, again in no time": (_status(429, "Retry-After: 0"), "busy"),
    "429, again in an hour": (_status(429, "Retry-After: 3600"), "busy"),
    "429, again at no date": (_status(429, "Retry-After: soon"), "busy"),
    "500 for ever": (_status(500, _AT_ONCE), "failed"),
    "500 without a body": (_status(500, _AT_ONCE, body=""), "failed"),
    "502 as a page": (_status(502, _AT_ONCE, body="<html>Bad Gateway</html>"), "failed"),
    "503 that is no JSON": (_status(503, _AT_ONCE, body="{"), "failed"),
    # It sends elsewhere.
    "302 to another host": (_status(302, _ELSEWHERE), "redirect"),
    "307 to another host": (_status(307, _ELSEWHERE), "redirect"),
    "307 to itself": (_status(307, "Location: /v1/chat/completions"), "redirect"),
    "307 to nowhere": (_status(307), "failed"),
    "307 to no address": (_status(307, "Location: http://[x"), "redirect"),
    # It sends something else.
    "a web page": (_page("<html>Welcome</html>"), "page"),
    "nothing": (_page("", "text/event-stream"), "broken"),
    "plain text": (_page("Hello.", "text/plain"), "broken"),
    "bytes": (_raw(EVENTS, bytes(range(256)) * 40), "broken"),
    "bytes that are not gzip": (
        _raw(EVENTS.replace("Connection", "Content-Encoding: gzip\r\nConnection"), "no gzip"),
        "broken",
    ),
    "gzip that breaks off": (
        _raw(
            EVENTS.replace("Connection", "Content-Encoding: gzip\r\nConnection"),
            gzip.compress(b'data: {"choices": []}\n\n' * 9)[:-20],
        ),
        "broken",
    ),
    "too short a body": (
        _raw(EVENTS.replace("\r\n\r\n", "\r\nContent-Length: 999\r\n\r\n")),
        "broken",
    ),
    "no chunks": (
        _raw(EVENTS.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n"), "zz\r\n"),
        "broken",
    ),
    "events that are no JSON": (_raw(EVENTS, "data: {choices}\n\n"), "broken"),
    "events that are no UTF-8": (_raw(EVENTS, b'data: {"choices": "\xff"}\n\n'), "broken"),
    "deep JSON": (_raw(EVENTS, f"data: {_DEEP}\n\n"), "broken"),
    "an error amid the stream": (_events({"error": {"message": "out of memory"}}), "broken"),
    "null": (_events(None), "broken"),
    "a list": (_events([1]), "broken"),
    "choices that are text": (_events({"choices": "x"}), "broken"),
    "choices that are an object": (_events({"choices": {"0": {}}}), "broken"),
    "choices that are numbers": (_events({"choices": [7]}), "broken"),
    "a delta that is text": (_choice({"delta": "x"}), "broken"),
    "no delta": (_choice({}), "broken"),
    "text that is a number": (_choice({"delta": {"content": 7}}), "broken"),
    "text that is a list": (_choice({"delta": {"content": ["x"]}}), "unreadable"),
    "an end that is no word": (_choice({"delta": {}, "finish_reason": {"x": 1}}), "broken"),
    "events without text": (_events({"choices": []}, {}), "broken"),
    # It says something else.
    "an empty reply": (_reply(""), "unreadable"),
    "a filtered reply": (_reply("", "content_filter"), "unreadable"),
    "a refusal": (_reply("I cannot help with that."), "unreadable"),
    "another object": (_reply('{"answer": 42}'), "unreadable"),
    "parts that are none": (_reply('{"parts": 7, "search": {}}'), "unreadable"),
    "braces": (_reply('{"a":' * 20_000), "unreadable"),
    "lone surrogates": (_reply("\ud800" * 9), "unreadable"),
    # It does not end.
    "no end": (_reply(json.dumps({"parts": []}), finish=None), "broken"),
    "resets midway": (_reset_midway, "broken"),
    "falls silent midway": (_silent_midway, "silent"),
    "pings for ever": (_pings, "endless"),
    "one line for ever": (_one_line, "endless"),
    "reasons for ever": (_saying("Hm. ", "reasoning_content"), "endless"),
    "empty text for ever": (_saying(""), "endless"),
    "thinks for ever": (_begins_to_think, "endless"),
    "spaces for ever": (_saying(" "), "endless"),
}
