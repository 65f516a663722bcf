"""A language model whose replies a test scripts, over the real OpenAI HTTP protocol.

    with ScriptedServer(lambda body: "Paris.") as server:
        ChatModel(server.endpoint()).complete(...)
        assert server.requests[0]["temperature"] == 0

Every switch is an attribute and may be changed between requests.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self, TypeAlias

from rag.answering.prompts import ASKING
from rag.models.endpoints.sending.endpoint import Endpoint

Body: TypeAlias = dict[str, Any]
Script: TypeAlias = Callable[[Body], str]
Listing: TypeAlias = Literal["names", "bare", "refused", "missing", "other"]


class ScriptedServer:
    """Serves ``/v1/models`` and ``/v1/chat/completions``; ``script`` maps a request to a reply."""

    def __init__(self, script: Script | str = "Yes.", **switches: Any) -> None:
        self.script: Script = (lambda body: script) if isinstance(script, str) else script
        self.models: list[str] | None = ["scripted"]  # None: there is no such list
        # How they are listed: as OpenAI does, bare, refused, missing, or in a field of another name
        self.list_as: Listing = "names"
        self.unable: set[str] = set()  # models that get a 400, since they do not chat
        self.key: str | None = None  # any other key, or none, gets a 401
        self.refuses: set[str] = set()  # parameters that get a 400
        self.refusal = "Unsupported parameter: '{0}' is not supported with this model."
        self.refusal_status = 400
        self.refuses_system = False  # system messages get a 400
        self.status: int | None = None  # answer every chat request with this status
        self.failures = 0  # this many chat requests get a 503 first
        self.piece = 7  # characters in one delta
        self.thoughts = ""  # come first, in a field of their own
        self.stall_at: int | None = None  # before this delta (from 0), fall silent until close
        self.cut_at: int | None = None  # before this delta, drop the connection
        self.error_at: int | None = None  # before this delta, send an error object
        self.finish: str | None = "stop"
        self.done = True  # a stream's last event says that it is the last
        self.page: str | None = None  # answer everything with this web page
        # What a question means is asked first. By default the reply says nothing, and the rules of
        # `rag.query` decide; None sends those requests to ``script``, like all others.
        self.meaning: str | None = "{}"
        self.asked: list[Body] = []  # those requests
        self.requests: list[Body] = []  # all others
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up = threading.Event()  # a client closed its connection midway
        for name, value in switches.items():
            if not hasattr(self, name):
                raise TypeError(f"no switch {name}")
            setattr(self, name, value)
        self.closing = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.scripted = self
        # By default it polls twice a second whether to stop, and every test would wait for that.
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        """The base URL, ending in /v1."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def over_tls(self, context: ssl.SSLContext) -> None:
        """Speak https from now on."""
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def endpoint(
        self, key: str | None = None, model: str | None = None, timeout_s: float = 10.0
    ) -> Endpoint:
        """This server as an endpoint; without a name, it is asked for its model."""
        return Endpoint(self.url, key, model, timeout_s)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    scripted: ScriptedServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of many tests."""
        self.scripted.hung_up.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """The list of models."""
        scripted = self.server.scripted
        if self._turned_away():
            return
        if self.path.partition("?")[0] != "/v1/models" or scripted.models is None:
            return self._fail(404, "Not Found")
        if scripted.list_as in ("refused", "missing"):
            return self._fail(403 if scripted.list_as == "refused" else 404, "no list here")
        listed = [{"id": name, "object": "model", "created": 0} for name in scripted.models]
        named = "models" if scripted.list_as == "other" else "data"
        whole: object = {"object": "list", named: listed}
        self._json(200, listed if scripted.list_as == "bare" else whole)

    def do_POST(self) -> None:
        """A chat completion, streamed or not."""
        scripted = self.server.scripted
        body: Body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asks_meaning = scripted.meaning is not None and _asks_meaning(body)
        if self.path.partition("?")[0] != "/v1/chat/completions":
            return self._fail(404, "404 page not found")
        (scripted.asked if asks_meaning else scripted.requests).append(body)
        if self._turned_away():
            return
        if asks_meaning and scripted.status is None:
            return self._say(scripted.meaning or "", body)
        if scripted.failures > 0:
            scripted.failures -= 1
            return self._fail(503, "busy")
        if scripted.status is not None:
            return self._fail(scripted.status, f"scripted {scripted.status}")
        if self._refused(body):
            return
        reply = scripted.script(body)
        if body.get("stream"):
            return self._stream(reply, body)
        self._say(reply, body)

    def _refused(self, body: Body) -> bool:
        """Whether the model, or a part of the request, is refused; says so."""
        scripted, model = self.server.scripted, body["model"]
        refused = sorted(scripted.refuses & body.keys())
        system = scripted.refuses_system and body["messages"][0]["role"] == "system"
        if refused:
            words = scripted.refusal.format(refused[0])
            self._fail(scripted.refusal_status, words, param=refused[0])
        elif system:
            self._fail(scripted.refusal_status, scripted.refusal)
        elif model in scripted.unable:
            self._fail(400, f"{model} does not support chat")
        elif scripted.models is not None and model not in scripted.models:
            self._fail(404, f"The model '{model}' does not exist", "model")
        else:
            return False
        return True

    def _say(self, reply: str, body: Body) -> None:
        """The whole reply at once, in the form that was asked for."""
        if body.get("stream"):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for choice in _choices(reply, len(reply) or 1, "stop"):
                self._event(_envelope("chat.completion.chunk", body, [choice]))
            self._chunk(b"data: [DONE]\n\n")
            self._chunk(b"")
            return
        message = {"role": "assistant", "content": reply}
        choice = {"index": 0, "message": message, "finish_reason": self.server.scripted.finish}
        self._json(200, _envelope("chat.completion", body, [choice]))

    def _turned_away(self) -> bool:
        scripted = self.server.scripted
        given = self.headers.get("Authorization")
        scripted.keys.append(given)
        scripted.paths.append(self.path)
        scripted.headers.append({name.lower(): value for name, value in self.headers.items()})
        if scripted.page is not None:
            self._send(200, "text/html", scripted.page.encode())
            return True
        if scripted.key is not None and given != f"Bearer {scripted.key}":
            self._fail(401, f"Incorrect API key provided: {given}.")
            return True
        return False

    def _stream(self, reply: str, body: Body) -> None:
        scripted = self.server.scripted
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for choice in _deltas("reasoning_content", scripted.thoughts, scripted.piece):
            self._event(_envelope("chat.completion.chunk", body, [choice]))
        for number, choice in enumerate(_choices(reply, scripted.piece, scripted.finish)):
            if number == scripted.stall_at:
                scripted.closing.wait(30)
            if number == scripted.cut_at:
                self.close_connection = True
                return
            if number == scripted.error_at:
                self._event({"error": {"message": "scripted error", "code": 500}})
            self._event(_envelope("chat.completion.chunk", body, [choice]))
        if body.get("stream_options", {}).get("include_usage"):
            used = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
            self._event(_envelope("chat.completion.chunk", body, []) | {"usage": used})
        if scripted.done:
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, value: Mapping[str, Any]) -> None:
        self._chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        try:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        except OSError:
            self.server.scripted.hung_up.set()
            raise

    def _fail(self, status: int, message: str, param: str | None = None) -> None:
        error = {"message": message, "type": "invalid_request_error", "param": param, "code": None}
        self._json(status, {"error": error})

    def _json(self, status: int, value: object) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("retry-after-ms", "1")  # the client's own retries need not take seconds
        self.end_headers()
        self.wfile.write(data)


def _asks_meaning(body: Body) -> bool:
    """Whether a request asks what a question means."""
    return any(ASKING in str(message["content"]) for message in body["messages"])


def _choices(reply: str, piece: int, finish: str | None) -> Iterator[dict[str, Any]]:
    yield from _deltas("content", reply, piece)
    yield {"index": 0, "delta": {}, "finish_reason": finish}


def _deltas(field: str, text: str, piece: int) -> Iterator[dict[str, Any]]:
    for start in range(0, len(text), piece):
        delta = {"role": "assistant", field: text[start : start + piece]}
        yield {"index": 0, "delta": delta, "finish_reason": None}


def _envelope(kind: str, body: Body, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "scripted",
        "object": kind,
        "created": 0,
        "model": body["model"],
        "choices": choices,
    }
