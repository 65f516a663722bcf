"""The embedded language model. Most of this loads the real one, fetching it first if need be."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from rag.answering.prompts import claims_messages
from rag.answering.understanding.translating import to_english
from rag.errors import EndpointError, ModelUnavailableError
from rag.models.endpoints.chat import ChatModel
from rag.models.local import embedded
from rag.models.local.adapter import ADAPTER
from rag.models.local.embedded import EmbeddedServer, usable_cores
from rag.models.local.weights import EMBEDDED_MODELS, Weights, path_of
from rag.text.languages import Language

WEIGHTS = EMBEDDED_MODELS[0]
SYSTEM = dict(claims_messages("", ())[0])
EVIDENCE = (
    "# AlphaNet, BetaNet and GammaNet\n[1] AlphaNet reaches 71.4% accuracy on the hard split.\n"
    "[2] BetaNet is trained on 12 million images.\n"
    "[3] GammaNet needs half the memory of its predecessor."
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "sources": {"type": "array", "items": {"type": "integer", "enum": [1, 2, 3]}},
                    "sentence": {"type": "string"},
                },
                "required": ["sources", "sentence"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}


def asking(question: str) -> list[dict[str, str]]:
    """The messages of a question about the evidence."""
    return [SYSTEM, {"role": "user", "content": f"{EVIDENCE}\n\nQuestion: {question}"}]


@pytest.fixture(scope="session")
def server(models: Path) -> Iterator[EmbeddedServer]:
    """The real model with what it was taught, loaded once."""
    with EmbeddedServer(WEIGHTS, models, adapter=ADAPTER) as running:
        yield running


@pytest.fixture
def chat(server: EmbeddedServer) -> Iterator[ChatModel]:
    """The one path to it."""
    model = ChatModel(server.endpoint)
    yield model
    model.close()


@pytest.mark.embedded
class TestTheModel:
    def test_answers_with_the_right_source(self, chat: ChatModel) -> None:
        asked = asking("How many images is BetaNet trained on?")
        claims = json.loads(chat.complete(asked, schema=SCHEMA, max_tokens=200))["claims"]
        assert 2 in claims[0]["sources"]
        assert "12 million" in claims[0]["sentence"]

    def test_says_so_when_nothing_answers(self, chat: ChatModel) -> None:
        asked = asking("Who funded the work on AlphaNet?")
        reply = chat.complete(asked, schema=SCHEMA, max_tokens=200)
        assert reply == '{"claims":[]}', "and wastes no token on spaces"

    def test_answers_alike_every_time(self, chat: ChatModel) -> None:
        replies = {
            chat.complete(asking("What does GammaNet need?"), schema=SCHEMA, max_tokens=12)
            for _ in range(2)
        }
        assert len(replies) == 1

    def test_translates_a_question(self, chat: ChatModel) -> None:
        german = Language("de", "German")
        asked = to_english(chat, "Wie viele Parameter hat SINet?", german)
        assert asked is not None
        assert "SINet" in asked and "parameters" in asked

    def test_reads_the_fixed_part_once(self, server: EmbeddedServer) -> None:
        server.warm([SYSTEM, {"role": "user", "content": ""}])
        usage = post(server, {"messages": asking("Which is best?"), "max_tokens": 1})["usage"]
        assert usage["prompt_tokens_details"]["cached_tokens"] > 10

    def test_too_long_a_prompt_is_one_line(self, chat: ChatModel) -> None:
        with pytest.raises(EndpointError, match="context size"):
            chat.complete([{"role": "user", "content": "word " * 6000}], max_tokens=9)

    def test_a_closed_reply_frees_the_model(self, chat: ChatModel) -> None:
        story = chat.stream([{"role": "user", "content": "Write a long story."}], max_tokens=2000)
        next(story)
        story.close()
        assert chat.complete(asking("Which is best?"), max_tokens=4)


@pytest.mark.embedded
class TestTheDoor:
    def test_is_on_this_machine_alone(self, server: EmbeddedServer) -> None:
        assert urlsplit(server.endpoint.base_url).hostname == "127.0.0.1"

    @pytest.mark.parametrize("key", [None, "guess"])
    def test_wants_the_key(self, server: EmbeddedServer, key: str | None) -> None:
        with pytest.raises(urllib.error.HTTPError) as caught:
            post(server, {"messages": asking("Which is best?"), "max_tokens": 1}, key)
        caught.value.close()
        assert caught.value.code == 401

    def test_has_no_web_page(self, server: EmbeddedServer) -> None:
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(server.endpoint.base_url.removesuffix("/v1"))
        caught.value.close()
        assert caught.value.code == 404


def post(
    server: EmbeddedServer, body: dict[str, Any], key: str | None = "its own"
) -> dict[str, Any]:
    """The raw reply to a chat request."""
    given = server.endpoint.api_key if key == "its own" else key
    headers = {"Content-Type": "application/json"}
    if given is not None:
        headers["Authorization"] = f"Bearer {given}"
    url = f"{server.endpoint.base_url}/chat/completions"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as reply:
        answered: dict[str, Any] = json.load(reply)
    return answered


LIFE = """
import sys, threading
from contextlib import suppress
from pathlib import Path
from rag.errors import EndpointError
from rag.models.local.embedded import EmbeddedModel, EmbeddedServer
from rag.models.local.weights import EMBEDDED_MODELS
chat = EmbeddedModel(EmbeddedServer(EMBEDDED_MODELS[0], Path(sys.argv[1])))
story = chat.stream([{"role": "user", "content": "Write a long story."}], max_tokens=2000)
next(story)
print("it writes")
if sys.argv[2] == "closed":
    chat.close()
elif sys.argv[2] == "thread":
    def read():  # the server may well be gone before the story ends
        with suppress(EndpointError):
            list(story)
    threading.Thread(target=read, daemon=True).start()
elif sys.argv[2] == "interrupt":
    raise KeyboardInterrupt
"""


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("ending", "status"), [("closed", 0), ("left", 0), ("thread", 0), ("interrupt", -2)]
)
def test_leaves_quietly_in_the_middle_of_a_reply(models: Path, ending: str, status: int) -> None:
    command = [sys.executable, "-c", LIFE, str(models), ending]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ran.stdout == "it writes\n"
    assert ran.returncode == status
    if ending != "interrupt":
        assert ran.stderr == ""


class TestLoading:
    def test_another_file_is_refused(self, tmp_path: Path) -> None:
        weights = _tiny(b"GGUF")
        path_of(weights, tmp_path).write_bytes(b"GGML")
        with pytest.raises(ModelUnavailableError, match=r"not the pinned file.*model pull"):
            EmbeddedServer(weights, tmp_path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnavailableError, match=r"not on this disk.*model pull"):
            EmbeddedServer(WEIGHTS, tmp_path)

    def test_what_cannot_be_loaded_says_so(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        weights = _tiny(b"GGUF" + bytes(100))
        path_of(weights, tmp_path).write_bytes(b"GGUF" + bytes(100))
        with pytest.raises(ModelUnavailableError, match="could not be loaded"):
            EmbeddedServer(weights, tmp_path)
        assert capfd.readouterr().out == ""


def _tiny(content: bytes) -> Weights:
    digest = hashlib.sha256(content).hexdigest()
    return dataclasses.replace(WEIGHTS, size=len(content), sha256=digest)


class TestCores:
    """Two CPUs of one core, and one of another, in a container of some size."""

    @pytest.fixture(autouse=True)
    def machine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for cpu, siblings in ((0, "0-1"), (1, "0-1"), (2, "2")):
            topology = tmp_path / f"cpu{cpu}" / "topology"
            topology.mkdir(parents=True)
            (topology / "thread_siblings_list").write_text(f"{siblings}\n")
        monkeypatch.setattr(embedded, "_CPUS", tmp_path)
        monkeypatch.setattr(embedded, "_QUOTA", tmp_path / "cpu.max")
        monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)

    def test_threads_of_one_core_count_once(self) -> None:
        assert usable_cores() == 2

    @pytest.mark.parametrize(
        ("quota", "cores"), [("max 100000", 2), ("150000 100000", 1), ("50000 100000", 1)]
    )
    def test_a_container_may_grant_fewer(self, tmp_path: Path, quota: str, cores: int) -> None:
        (tmp_path / "cpu.max").write_text(quota)
        assert usable_cores() == cores

    def test_where_the_system_does_not_tell(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr("os.sched_getaffinity")
        assert usable_cores() == -1
