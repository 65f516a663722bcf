"""A Ray cluster on this machine: it builds the shards of an index, and holds them.

Skipped where Ray is not installed: `pip install -e '.[cluster]'`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from indexes import CORPUS

from rag.cluster.serving import find_shards
from rag.engine import Engine
from rag.errors import ClusterError
from rag.index.generations.generations import IndexFolder
from rag.index.shards.layout import members_of
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings, load_settings
from rag.types import Answer

ray: Any = pytest.importorskip("ray", reason="Ray is not installed")

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]  # of Ray's own code

QUESTION = "What are neural fields?"
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    """An index of the delivered papers in two shards, made without Ray."""
    made = load_settings(index=tmp_path_factory.mktemp("cluster") / "index", llm="quotes")
    Engine(made, embedder=lambda: embedder).sync([CORPUS], shards=2)
    return made


@pytest.fixture(scope="module")
def served(settings: Settings) -> Iterator[Settings]:
    """Settings that lead to the same index in a cluster of `paperchat index serve`."""
    command = [
        sys.executable,
        "-m",
        "ui",
        "index",
        "serve",
        "--ray",
        "local",
        "--index",
        settings.index,
    ]
    with subprocess.Popen(
        [str(part) for part in command], stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            lines = [server.stderr.readline(), server.stderr.readline()]
            assert lines[0].startswith(f"serving: {settings.index}"), lines
            yield settings.model_copy(update={"ray": lines[1].split()[0].partition("=")[2]})
        finally:
            ray.shutdown()
            server.send_signal(signal.SIGINT)
            assert server.wait(PATIENCE_S) == 0


@pytest.fixture
def engine(served: Settings, embedder: Embedder) -> Engine:
    """An engine whose shards are elsewhere."""
    return Engine(served, embedder=lambda: embedder)


def test_answers_are_those_of_the_index_here(
    engine: Engine, settings: Settings, embedder: Embedder
) -> None:
    here = Engine(settings, embedder=lambda: embedder)
    for question in (QUESTION, "What is SINet?", "Which papers use transformers?"):
        there = engine.ask(question)
        assert not there.abstained and there.reach is None
        wanted = here.ask(question)
        assert (there.answer, there.retrieved) == (wanted.answer, wanted.retrieved)
    assert engine.search("attention", 20) == here.search("attention", 20)
    assert engine.library.lexical.frequency("network") == here.library.lexical.frequency("network")


def test_a_worker_that_dies_is_told_and_comes_back(engine: Engine) -> None:
    whole = engine.ask(QUESTION)
    generation = IndexFolder(engine.folder.root).current()
    assert generation is not None
    papers = [member.papers for member in members_of(generation)]
    os.kill(_process(engine, 0), signal.SIGKILL)
    lost = _until(lambda: engine.ask(QUESTION), lambda answer: answer.reach is not None)
    assert lost.reach is not None
    assert (lost.reach.searched, lost.reach.papers) == (papers[1], sum(papers))
    assert lost.notes[-1].startswith(f"Only {papers[1]} of {sum(papers)} papers were searched")
    again = _until(lambda: engine.ask(QUESTION), lambda answer: answer.reach is None)
    assert (again.answer, again.retrieved, again.notes) == (
        whole.answer,
        whole.retrieved,
        whole.notes,
    )


def test_commands_answer_through_the_cluster(
    paperchat: Command, served: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERCHAT_RAY", str(served.ray))
    found = paperchat("search", "neural fields", "-k", 1, "--json", "--index", served.index)
    assert "Neural Fields" in found.json[0]["title"]
    told = paperchat("search", "fields")
    assert told.status == 3 and "There is no index" in told.error


def test_an_index_is_built_on_the_cluster(
    served: Settings, page: Path, tmp_path: Path, embedder: Embedder
) -> None:
    other = tmp_path / "other.txt"
    other.write_text(page.read_text("utf-8").replace("SINet", "QuokkaNet"), "utf-8")
    engines = [
        Engine(load_settings(index=tmp_path / name, llm="quotes"), embedder=lambda: embedder)
        for name in ("here", "there")
    ]
    here, there = engines
    wanted = here.sync([page, other], shards=2)
    made = there.sync([page, other], shards=2, ray=served.ray)
    assert (made.added, made.papers, made.chunks) == (wanted.added, wanted.papers, wanted.chunks)
    assert list(there.papers) == list(here.papers)
    assert there.search("FPS") == here.search("FPS")
    assert there.sync([page, other], ray=served.ray).unchanged == made.unchanged + made.papers
    assert list(there.folder.root.glob("stop")) == []


def test_nobody_serves_another_index(
    served: Settings, page: Path, tmp_path: Path, embedder: Embedder
) -> None:
    mine = Engine(
        load_settings(index=tmp_path / "i", llm="quotes", ray=served.ray), embedder=lambda: embedder
    )
    mine.sync([page], shards=2)
    with pytest.raises(ClusterError, match="Nobody serves the index") as told:
        mine.library  # noqa: B018
    assert "paperchat index serve --ray" in told.value.remedy


def test_what_is_not_in_shards_is_not_served(paperchat: Command, page: Path) -> None:
    assert paperchat("ingest", page).status == 0
    told = paperchat("index", "serve", "--ray", "local")
    assert told.status == 3 and "is not in shards" in told.error
    told = paperchat("ingest", page, "--ray", "local")
    assert told.status == 2 and "is not in shards" in told.error


def test_a_cluster_out_of_reach(paperchat: Command, page: Path) -> None:
    told = paperchat("ingest", page, "--ray", "127.0.0.1:1")
    assert told.status == 3 and "No Ray cluster can be reached at '127.0.0.1:1'" in told.error


def _process(engine: Engine, place: int) -> int:
    """The process that holds a shard."""
    generation = engine.folder.current()
    assert generation is not None
    root, members = engine.folder.root, members_of(generation)
    shard = find_shards(str(engine.settings.ray), root, generation, members, ())[place]
    return shard.process()


def _until(ask: Callable[[], Answer], good: Callable[[Answer], bool]) -> Answer:
    until = time.monotonic() + PATIENCE_S
    while not good(answer := ask()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return answer
