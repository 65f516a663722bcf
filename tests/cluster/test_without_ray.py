"""What asks for a cluster where Ray is not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from commands import Command
from hashing_embedder import HashingEmbedder

from rag.cluster.building import Cluster
from rag.cluster.serving import Holder
from rag.engine import Engine
from rag.errors import ClusterError
from rag.settings import load_settings
from rag.types import EVERYTHING


@pytest.mark.parametrize(
    "command", [("ingest", "page.txt", "--ray", "local"), ("index", "serve"), ("search", "FPS")]
)
def test_the_extra_is_named(
    paperchat: Command, page: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    if command[0] != "ingest":
        assert paperchat("ingest", page, "--shards", 2).status == 0
    monkeypatch.setenv("PAPERCHAT_RAY", "local")
    told = paperchat(*command)
    assert told.status == 3
    assert told.error == (
        "paperchat: Ray is not installed. Install it: `pip install 'paperchat[cluster]'`."
    )


def test_a_worker_that_fails_without_a_word_is_named() -> None:
    class TaskError(Exception):
        cause = MemoryError()

    def rows() -> Iterator[None]:
        raise TaskError
        yield

    cluster = object.__new__(Cluster)
    cluster._ray = SimpleNamespace(exceptions=SimpleNamespace(RayTaskError=TaskError))
    with pytest.raises(ClusterError, match="failed: MemoryError"):
        list(cluster._quietly(SimpleNamespace(iter_rows=rows)))


def test_a_holder_hides_what_its_reader_hides(tmp_path: Path, page: Path) -> None:
    """Whatever was removed or restored since the reader was opened."""
    engine = Engine(load_settings(index=tmp_path / "i", llm="quotes"), embedder=HashingEmbedder)
    engine.sync([page], shards=2)
    generation = engine.folder.current()
    assert generation is not None
    ids = set(engine.papers)
    gone = min(ids)
    engine.remove([gone])
    holders = [Holder(str(engine.folder.root), place) for place in range(2)]
    for hidden in (frozenset([gone]), frozenset[str]()):
        calls = (generation.name, hidden, "lexical", "within", EVERYTHING, 9)
        found = [paper_id for holder in holders for paper_id in holder.call(*calls)]
        assert {*found} == ids - hidden
