"""An index whose chunks are on a Chroma server: the package's own server, started here."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromadb
import httpx
import pytest
from hashing_embedder import HashingEmbedder
from test_damage import river

from rag.engine import Engine
from rag.errors import IndexUnavailableError, SettingsError
from rag.index.generations.generations import IndexFolder
from rag.index.library import Library
from rag.index.vectors.server import ChromaServer
from rag.settings import Settings, load_settings
from rag.types import EVERYTHING, Filter, Ledger, Scope

QUERY = "portraits of rivers"


class Server:
    """`chroma run` over a folder, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = str(Path(sys.executable).with_name("chroma"))
        command = [program, "run", "--path", str(self._folder), "--port", str(self.port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        pytest.fail("chroma run does not answer")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def collections(self) -> dict[str, int]:
        client = chromadb.HttpClient("127.0.0.1", self.port)
        return {found.name: found.count() for found in client.list_collections()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


@pytest.fixture
def served(tmp_path: Path, server: Server) -> Settings:
    return load_settings(index=tmp_path / "index", llm="quotes", chroma_url=server.url)


def engine(settings: Settings) -> Engine:
    return Engine(settings, embedder=HashingEmbedder)


def without(settings: Settings) -> Settings:
    """The same index, without a server."""
    return settings.model_copy(update={"chroma_url": None})


def ingest(settings: Settings, page: Path) -> Ledger:
    return engine(settings).sync([page])


def found(settings: Settings, scope: Scope = EVERYTHING) -> list[tuple[str, Any]]:
    ranked = engine(settings).search(QUERY, 9, scope)
    return [(one.paper.paper_id, pytest.approx(one.score, abs=1e-5)) for one in ranked]


def test_the_server_has_the_chunks_and_searches_them(
    served: Settings, server: Server, page: Path
) -> None:
    before = server.collections()
    ledger = ingest(served, page)
    [new] = [count for name, count in server.collections().items() if name not in before]
    assert new == ledger.chunks > 3
    generation = IndexFolder(served.index).current()
    assert generation is not None
    assert not (generation / "dense").exists()
    # Several processes: each engine here has a client of its own.
    assert found(served) == found(served) == found(without(served))
    paper = next(iter(engine(served).papers))
    only = Scope((paper,))
    assert [paper_id for paper_id, _ in found(served, only)] == [paper]
    assert found(served, Scope(filter=Filter(first_year=1900))) == []
    assert engine(served).library.dense.chunks.count() == new


def test_changes_reach_the_server(served: Settings, server: Server, page: Path) -> None:
    ingest(served, page)
    reader = engine(served)
    ids = list(reader.papers)
    reader.search(QUERY)
    text = page.read_text("utf-8")
    page.write_text("\n\n".join(text.split("\n\n")[:-2]) + "\n", "utf-8")
    assert ingest(served, page).removed == 1
    names = {paper_id for paper_id, _ in found(served)}
    assert len(names) == len(ids) - 1
    assert {one.paper.paper_id for one in reader.search(QUERY)} <= set(ids), "still answers"
    engine(served).remove([min(names)])
    assert min(names) not in {paper_id for paper_id, _ in found(served)}


def test_a_server_that_goes_and_comes_back(served: Settings, server: Server, page: Path) -> None:
    ingest(served, page)
    open_engine = engine(served)
    before = [one.paper.paper_id for one in open_engine.search(QUERY)]
    server.stop()
    try:
        with pytest.raises(IndexUnavailableError, match=r"Chroma server at .* does not answer"):
            open_engine.search(QUERY)
        with pytest.raises(IndexUnavailableError, match="does not answer"):
            ingest(served, page)
        assert found(without(served))[0][0] == before[0]
    finally:
        server.start()
    assert [one.paper.paper_id for one in open_engine.search(QUERY)] == before
    assert ingest(served, page).embedded == 0


def test_a_server_that_has_lost_its_data_gets_it_again(
    served: Settings, server: Server, page: Path
) -> None:
    before = server.collections()
    chunks = ingest(served, page).chunks
    [name] = server.collections().keys() - before
    chromadb.HttpClient("127.0.0.1", server.port).delete_collection(name)
    with pytest.raises(IndexUnavailableError, match="paperchat ingest"):
        engine(served).search(QUERY)
    ledger = ingest(served, page)
    assert (ledger.embedded, ledger.unchanged) == (0, 3)
    assert chunks in [n for key, n in server.collections().items() if key not in before]
    assert found(served) == found(without(served))


def test_an_index_moves_to_a_server_and_back(served: Settings, server: Server, page: Path) -> None:
    alone = without(served)
    chunks = ingest(alone, page).chunks
    with pytest.raises(IndexUnavailableError, match="paperchat ingest"):
        engine(served).search(QUERY)
    assert ingest(served, page).embedded == 0
    assert found(served) == found(alone)
    assert ingest(alone, page).embedded == 0
    assert engine(alone).library.dense.chunks.count() == chunks
    assert engine(alone).folder.faults(thorough=True) == []


def test_a_build_that_failed_midway_hides_no_paper(
    served: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    def nearest(library: Library) -> set[str]:
        hits = library.dense.search_chunks(library.embedder.embed_query(QUERY), 50)
        return {paper_id for paper_id, _ in hits}

    before = server.collections()
    first = river(12)
    later = replace(first, records=river(16).records[4:])  # four papers go, four others come
    engine(served).writer.sync_reading(first)
    reader = engine(served).library
    papers = set(reader.by_id)
    assert nearest(reader) == papers
    with monkeypatch.context() as patch:
        patch.setattr("rag.index.build.merging.merge_parts", fail)
        with pytest.raises(IndexUnavailableError, match="untouched"):
            engine(served).writer.sync_reading(later)
    assert nearest(reader) == papers == nearest(engine(served).library)
    assert engine(served).writer.sync_reading(first).embedded == 0
    library = engine(served).library
    assert nearest(library) == papers
    [name] = server.collections().keys() - before
    assert library.dense.chunks.name == name, "it is searched again"


def test_a_rebuild_leaves_one_collection(served: Settings, server: Server, page: Path) -> None:
    before = server.collections()
    ingest(served, page)
    engine(served).rebuild()
    assert len(server.collections().keys() - before) == 1
    assert found(served) == found(without(served))


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "ftp://host", "http://", "https:///x", "http://[::1", "http://a:99999"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(SettingsError, match="PAPERCHAT_CHROMA_URL"):
        ChromaServer(url)
