"""`paperchat mcp` as a process: how it starts, what it keeps apart, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from mcp_client import SINET, Talk, arguments, environment, http_server, stdio, talking
from replies import number_of, part, reading
from scripted_server import Body, ScriptedServer

from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.settings import CHECKOUT, Settings, load_settings
from ui.mcp.papers import Papers
from ui.mcp.server import make_server

_OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "a test", "version": "1"},
    },
}
_OPENED = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
# Runs the command with an engine of which this code, in `{0}`, makes something else.
_CHANGED = """
import os, sys, threading
from rag.engine import Engine
opened = Engine.open
def opening(engine):
    {0}
    opened(engine)
Engine.open = opening
sys.argv = ["paperchat", *sys.argv[1:]]
from ui.cli import main
main()
"""


def _started(given: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=CHECKOUT,
    )


def _say(process: subprocess.Popen[str], message: object) -> Any:
    assert process.stdin and process.stdout
    process.stdin.write(f"{json.dumps(message)}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


@pytest.mark.parametrize("end", [None, signal.SIGTERM, signal.SIGINT])
def test_it_answers_before_the_papers_are_open_and_ends_quietly(
    settings: Settings, end: signal.Signals | None
) -> None:
    changed = ["-c", _CHANGED.format("threading.Event().wait()"), *arguments(settings)[2:]]
    with _started(changed) as process:
        info = _say(process, _OPENING)["result"]
        assert info["serverInfo"]["name"] == "paperchat" and info["instructions"]
        process.stdin.write("no message\n")  # type: ignore[union-attr]
        assert "tools" in _say(process, _OPENED)["result"]
        if end is not None:
            process.send_signal(end)
            process.wait(20)
        out, err = process.communicate(timeout=20)  # closes its input
    assert (process.returncode, out) == (0, "") and "Traceback" not in err


def test_what_is_printed_does_not_get_into_the_protocol(settings: Settings) -> None:
    noise = 'print("noise"); os.write(1, b"noise"); os.system("echo noise")'
    with stdio(["-c", _CHANGED.format(noise), *arguments(settings)[2:]]) as talk:
        assert talk.call("search", query="segmentation")["results"]


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_cancelled_call_stops_its_work(settings: Settings, transport: str) -> None:
    go = threading.Event()

    def script(body: Body) -> str:
        go.wait(20)
        source = number_of(body, "we introduce the new extremely lightweight")
        said = "SINet is an extremely lightweight portrait segmentation model."
        return reading(part((said, [source]), (f"{said} It is new.", [source])))

    with ExitStack() as open_:
        server = open_.enter_context(ScriptedServer(script))
        env = {"PAPERCHAT_LLM_BASE_URL": server.url}
        given = [*arguments(settings), "--llm", "openai"]
        server.stall_at = 30  # deltas of seven characters: within the second claim
        if transport == "stdio":
            talk = open_.enter_context(stdio(given, **env))
        else:
            talk = open_.enter_context(talking(open_.enter_context(http_server(given, **env))))
        asked = [
            talk.portal.start_task_soon(talk.client.call_tool, tool, {"question": "What is SINet?"})
            for tool in ["ask"] * 3
        ]
        _wait_for(server, len(asked))
        assert talk.call("search", query="segmentation"), "other calls are answered"
        for future in asked:
            future.cancel()
        go.set()
        server.hung_up.wait(2)  # perhaps at once; at the latest when the model goes on
        server.closing.set()
        assert server.hung_up.wait(10)
        again = talk.call("ask", question="What is SINet?")
        assert again["mode"] == "openai" and again["citations"][0]["paper_id"] == SINET


def _wait_for(server: ScriptedServer, requests: int) -> None:
    for _ in range(400):
        if len(server.requests) == requests:
            return
        server.closing.wait(0.05)
    raise AssertionError("the language model was not asked")


def test_a_model_that_does_not_open_is_told(settings: Settings, tmp_path: Path) -> None:
    given = [*arguments(settings), "--llm", "local"]
    with stdio(given, PAPERCHAT_MODELS=str(tmp_path)) as talk:
        answer = talk.call("ask", question="What is SINet?")
        assert answer["mode"] == "quotes" and answer["claims"]
        assert any("paperchat model pull" in note for note in answer["notes"])
        assert any("model pull" in line for line in talk.call("library_status")["missing"])


def test_it_answers_from_what_others_have_indexed(
    tmp_path: Path, page: Path, embedder: Embedder
) -> None:
    mine = load_settings(index=tmp_path / "index", llm="quotes")
    other = Engine(mine, embedder=lambda: embedder)
    with stdio(arguments(mine)) as talk:
        assert "Run `paperchat ingest` to build it." in talk.error("ask", question="What is SINet?")
        assert talk.call("library_status")["missing"]
        other.sync([page])
        before = {hit["id"] for hit in talk.call("search", query="segmentation")["results"]}
        assert SINET in before
        other.remove([SINET])
        after = {hit["id"] for hit in talk.call("search", query="segmentation")["results"]}
        assert after == before - {SINET}


def test_only_with_write_the_library_changes(tmp_path: Path, page: Path) -> None:
    mine = load_settings(index=tmp_path / "index", llm="quotes")
    with stdio(arguments(mine, "--write")) as talk:
        tools = {tool.name: tool for tool in talk.do(talk.client.list_tools).tools}
        for name, destroys in (("ingest", False), ("remove_papers", True)):
            hints = tools[name].annotations
            assert hints and not hints.read_only_hint and hints.destructive_hint is destroys
        _refused(talk, tmp_path)
        made = talk.call("ingest", sources=[str(page)])
        assert made["added"] == made["papers"] == 3 and not made["rejected"]
        assert talk.call("ingest", sources=[str(page)])["unchanged"] == 3
        assert talk.call("search", query="segmentation")["results"][0]["id"] == SINET
        assert "'nobody'" in talk.error("remove_papers", papers=[SINET, "nobody"])
        gone = talk.call("remove_papers", papers=[SINET])
        assert [paper["paper_id"] for paper in gone["removed"]] == [SINET]
        assert "'sinet" in talk.error("fetch", id=SINET)
        assert talk.call("library_status")["papers"] == 2


def test_a_cancelled_ingest_stops_after_its_batch(
    tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def sync(engine: Engine, sources: Any, progress: Any, *, stop: Callable[[], bool]) -> None:
        begun.set()
        while not stop():
            progress(1, 2)
        progress(2, 2)  # the batch at hand is finished, whoever hears of it
        stopped.set()

    monkeypatch.setattr(Engine, "sync", sync)
    papers = Papers(load_settings(index=tmp_path / "index", llm="quotes"))
    with talking(make_server(papers, writes=True)) as talk:
        given = {"sources": [str(page)]}
        asked = talk.portal.start_task_soon(talk.client.call_tool, "ingest", given)
        assert begun.wait(10) and not stopped.wait(0.1)
        asked.cancel()
        assert stopped.wait(10)


def _refused(talk: Talk, folder: Path) -> None:
    """What `ingest` does not take."""
    for source, line in (
        ("papers.bib", "no absolute path"),
        ("https://example.org/papers.bib", "is a URL"),
        (str(folder / "missing.bib"), "missing.bib"),
        ("doi:nonsense", "nonsense"),
    ):
        assert line in talk.error("ingest", sources=[source])
    assert "`sources`" in talk.error("ingest", sources=[])
