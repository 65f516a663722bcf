"""Servers by their recorded manners: what each lists, refuses and streams, played on loopback.

None of them is a live server. docs/endpoints.md has the table.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

import pytest
from test_structured import WHOLE, Items, numbers

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.models.endpoints.structured import complete

Json: TypeAlias = Any
ASKED = [{"role": "system", "content": "In JSON."}, {"role": "user", "content": "Which?"}]
HALVES = WHOLE[:20], WHOLE[20:]


def said(*texts: str, finish: str = "stop", **more: Json) -> list[Json]:
    chunks: list[Json] = [choice({"role": "assistant", "content": ""})]
    chunks += [choice({"content": text}) for text in texts]
    return [*chunks, choice({}, finish, **more)]


def choice(delta: Json, finish: str | None = None, **more: Json) -> Json:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish, **more}]}


def error(message: str, code: Json = None, **more: Json) -> Json:
    return {"error": {"message": message, "type": "invalid_request_error", "code": code, **more}}


def listed(*names: str, **more: Json) -> Json:
    return {"object": "list", "data": [{"id": n, "object": "model", **more} for n in names]}


@dataclass(frozen=True)
class Manner:
    """What a server does: ``refuses`` gives a status and a body, or None where it replies."""

    models: Json = field(default_factory=lambda: listed("m"))
    refuses: Callable[[Json], tuple[int, Json] | None] = lambda body: None
    chunks: Callable[[Json], list[Json]] = lambda body: said(*HALVES)
    model: str | None = None
    path: str = "/v1"
    base: str | None = None  # as the user writes it, if that is not the path
    before: bytes = b""
    elsewhere: tuple[int, Json] = (404, "404 page not found")
    chosen: str = "m"
    requests: int = 1  # for the first reply


def without(part: str, status: int, message: Json) -> Callable[[Json], tuple[int, Json] | None]:
    """Refuses requests that have a part."""
    return lambda body: (status, message) if part in body else None


def in_turn(*parts: tuple[str, int, Json]) -> Callable[[Json], tuple[int, Json] | None]:
    return lambda body: next((found[1:] for found in parts if found[0] in body), None)


def no_system(status: int, message: Json) -> Callable[[Json], tuple[int, Json] | None]:
    return lambda body: (status, message) if body["messages"][0]["role"] == "system" else None


MANNERS = {
    "OpenAI, reasoning": Manner(
        listed("text-embedding-9", "whisper-9", "m"),
        in_turn(
            ("max_tokens", 400, error("Unsupported parameter: 'max_tokens' is not supported with "
             "this model. Use 'max_completion_tokens' instead.", param="max_tokens")),
            ("temperature", 400, error("Unsupported value: 'temperature' does not support 0 with "
             "this model.", param="temperature"))),
        lambda body: [*said(*HALVES), {"choices": [], "usage": {"prompt_tokens": 9,
            "completion_tokens": 90, "completion_tokens_details": {"reasoning_tokens": 64}}}],
        requests=3),
    "OpenAI, unverified account": Manner(
        refuses=lambda body: (400, error("Your organization must be verified to stream this model.",
            "unsupported_value", param="stream")) if body.get("stream") else None,
        requests=2),
    "Azure": Manner(
        listed("gpt-9-2026-01-01"), path="/openai/deployments/mine", model="mine", chosen="mine",
        base="/openai/deployments/mine/chat/completions?api-version=2026-01-01",
        chunks=lambda body: [{"choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
            *said(*HALVES)[:-1],
            {"choices": [{"index": 0, "delta": None, "content_filter_offsets": {}}]},
            choice({}, "stop")]),
    "Ollama": Manner(
        listed("acme-embed-text:latest", "acme3:latest"), chosen="acme3:latest", base="",
        refuses=without("response_format", 500, error("invalid format: expected a JSON schema")),
        chunks=lambda body: [choice({"reasoning": "Hm {"}), *said(*HALVES)], requests=3),
    "llama.cpp": Manner(
        {"models": [{"name": "m", "capabilities": ["completion"]}],
         "data": [{"id": "m", "meta": {"n_ctx_train": 4096}}]},
        without("response_format", 400, error("Failed to initialize samplers: grammar", 400)),
        lambda body: [choice({"reasoning_content": "Hm {"}), *said(*HALVES, timings={"n": 1})],
        requests=2),
    "llama.cpp, a template without system": Manner(
        refuses=no_system(500, error("Jinja Exception: System role not supported", 500)),
        requests=3),
    "vLLM": Manner(
        listed("m", max_model_len=8192),
        without("response_format", 400, {"object": "error", "code": 400,
            "message": "Failed to compile the guided decoding grammar"}),
        lambda body: [choice({"reasoning_content": "Hm {"}), *said(*HALVES),
                      {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}],
        requests=2),
    "SGLang": Manner(
        refuses=no_system(400, {"object": "error", "message": "System role not supported",
                                "code": 400}),
        chunks=lambda body: [choice({"role": "assistant", "content": None}), *said(*HALVES)],
        requests=2),
    "LM Studio": Manner(
        listed("text-embedding-acme", "m"), base="",
        elsewhere=(200, {"error": "Unexpected endpoint or method. (POST /chat). Returning 200"}),
        chunks=lambda body: said("<think>Hm {</think>", *HALVES)),
    "OpenRouter": Manner(
        {"data": [{"id": "p", "architecture": {"output_modalities": ["image", "audio"]}},
                  {"id": "m", "architecture": {"output_modalities": ["text"]}}]},
        without("response_format", 404, error(
            "No endpoints found that can handle the requested parameters.", 404)),
        before=b": OPENROUTER PROCESSING\n\n", requests=2),
    "DeepSeek": Manner(
        refuses=without("response_format", 400, error("This response_format type is unavailable")),
        chunks=lambda body: [choice({"content": None, "reasoning_content": "Hm {"}),
                             *said(*HALVES)], requests=2),
    "Anthropic's compatible endpoint": Manner(
        {"data": [{"type": "model", "id": "m", "display_name": "M"}], "has_more": False},
        chunks=lambda body: said("Here it is:\n```json\n", *HALVES, "\n```")),
    "Gemini's compatible endpoint": Manner(
        listed("models/acme-embedding", "models/acme-flash"), path="/v1beta/openai",
        refuses=no_system(400, [error("Developer instruction is not enabled for models/a")]),
        chunks=lambda body: [choice({"role": "assistant", "content": WHOLE}, "stop")],
        chosen="models/acme-flash", requests=2),
    "Mistral": Manner(
        {"data": [{"id": "acme-embed", "capabilities": {"completion_chat": False}},
                  {"id": "m", "capabilities": {"completion_chat": True, "ocr": False}}]},
        without("stream_options", 422, {"detail": [{"type": "extra_forbidden", "loc": [
            "body", "stream_options"], "msg": "Extra inputs are not permitted"}]}),
        lambda body: [choice({"content": [{"type": "thinking", "thinking": [
            {"type": "text", "text": "Hm {"}]}]}), *said(*HALVES)], requests=2),
    "Groq": Manner(
        listed("whisper-9", "m", active=True),
        without("response_format", 400, error("This model does not support response format "
                "`json_schema`.", param="response_format")),
        lambda body: [*said(*HALVES), {"choices": [], "x_groq": {"usage": {"prompt_tokens": 1}}}],
        requests=2),
    "Together": Manner(
        [{"id": "p", "type": "image"}, {"id": "e", "type": "embedding"}, {"id": "m",
                                                                       "type": "chat"}]),
    "Perplexity": Manner(
        "Not Found", model="m", path="", base="",
        chunks=lambda body: [choice({"content": HALVES[0]}, message={"content": HALVES[0]}),
                             choice({"content": HALVES[1]}, "stop", message={"content": WHOLE})]),
    "gpt-oss, unparsed": Manner(
        chunks=lambda body: said("<|channel|>analysis<|message|>Hm {<|end|><|start|>assistant"
                                 "<|channel|>final<|message|>", *HALVES)),
}  # fmt: skip


@contextmanager
def playing(manner: Manner) -> Iterator[tuple[str, list[Json]]]:
    """The address of a server with these manners, and the requests that it gets."""
    requests: list[Json] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            here = self.path.partition("?")[0] == f"{manner.path}/models"
            self.reply(*((200, manner.models) if here else manner.elsewhere))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append(body)
            if self.path.partition("?")[0] != f"{manner.path}/chat/completions":
                return self.reply(*manner.elsewhere)
            refused = manner.refuses(body)
            if refused:
                return self.reply(*refused)
            if not body.get("stream"):
                message = {"role": "assistant", "content": WHOLE}
                return self.reply(200, {"choices": [{"message": message, "finish_reason": "stop"}]})
            events = [f"data: {json.dumps(chunk)}\n\n" for chunk in manner.chunks(body)]
            self.out(200, manner.before + "".join([*events, "data: [DONE]\n\n"]).encode())

        def reply(self, status: int, value: Json) -> None:
            self.out(status, json.dumps(value).encode())

        def out(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("retry-after-ms", "1")
            self.end_headers()
            self.wfile.write(data)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        base = manner.path if manner.base is None else manner.base
        yield f"http://127.0.0.1:{server.server_port}{base}", requests
        server.shutdown()


@pytest.mark.parametrize(
    ("failure", "times", "told"),
    [
        ({"error": {"type": "overloaded_error", "message": "Overloaded"}}, 2, "Overloaded"),
        ({"error": {"code": "insufficient_quota", "message": "Pay first"}}, 2, "Pay first"),
        ({"error": "Something went wrong"}, 1, ""),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_what_passes_is_no_matter_of_form(
    failure: Json, times: int, told: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked once more as it was, and nothing is left out then or later."""
    monkeypatch.setattr("rag.models.endpoints.sending.endpoint._PAUSE_S", 0.0)
    failing = [(status, failure)] * times
    manner = Manner(refuses=lambda body: failing.pop() if failing else None)
    with (
        playing(manner) as (url, requests),
        closing(ChatModel(Endpoint(url, None, None, 5.0))) as chat,
    ):
        if told:
            with pytest.raises(EndpointError, match=told):
                complete(chat, ASKED, Items, 50)
            assert len(requests) == 2
        assert numbers(complete(chat, ASKED, Items, 50)) == [12, 345]
        assert all("response_format" in body for body in requests)


@pytest.mark.parametrize("name", MANNERS)
def test_it_is_understood_and_its_manners_are_remembered(name: str) -> None:
    manner = MANNERS[name]
    with (
        playing(manner) as (url, requests),
        closing(ChatModel(Endpoint(url, "sk-1234567", manner.model, 5.0))) as chat,
    ):
        assert numbers(complete(chat, ASKED, Items, 50)) == [12, 345]
        assert len(requests) == manner.requests, [sorted(body) for body in requests]
        assert numbers(complete(chat, ASKED, Items, 50)) == [12, 345]
        assert len(requests) == manner.requests + 1, "the second time it is asked once"
        assert chat.name == manner.chosen
        assert "In JSON." in json.dumps(requests[-1]["messages"]), "the instructions are sent"
