"""A Zotero library in a real index: by the real client, the real encoder and Chroma."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from zotero_server import KEY, Fault, ZoteroServer

from rag.engine import Engine
from rag.errors import CatalogueError
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import Filter, Ledger, Rejected, Scope


@pytest.fixture
def zotero() -> Iterator[ZoteroServer]:
    server = ZoteroServer()
    server.collection("COLLREEF", "Warm Reefs")
    server.add(
        "PAPERONE",
        "Coral Reefs under Heat",
        abstractNote="We measure how corals bleach. Bleaching rises by 30% with each degree.",
        collections=["COLLREEF"],
        DOI="10.1000/reef",
    )
    server.add("PAPERTWO", "Owls at Night", abstractNote="Owls hear mice at 30 metres.")
    with server.running():
        yield server


@pytest.fixture
def engine(zotero: ZoteroServer, tmp_path: Path, embedder: Embedder) -> Iterator[Engine]:
    settings = load_settings(index=tmp_path / "index", llm="quotes", zotero_url=zotero.url)
    with Engine(settings, embedder=lambda: embedder) as engine:
        yield engine


def counts(ledger: Ledger) -> tuple[int, int, int, int]:
    return ledger.added, ledger.updated, ledger.removed, ledger.embedded


def test_a_library_comes_changes_and_goes(
    engine: Engine, zotero: ZoteroServer, tmp_path: Path
) -> None:
    bib = tmp_path / "owls.bib"
    bib.write_text(
        "@article{a, title={Coral Reefs under Heat}, doi={10.1000/reef}, "
        "abstract={We measure how corals bleach. Bleaching rises by 30% with each degree.}}"
    )
    assert counts(engine.sync(["zotero:"])) == (2, 0, 0, 2)
    state = engine.folder.state()
    assert counts(engine.sync(["zotero:"])) == (0, 0, 0, 0)
    assert engine.folder.state() == state, "nothing was written"
    assert engine.sync([bib]).merged

    (owls,) = [paper for paper in engine.folder.papers() if paper.title == "Owls at Night"]
    zotero.add("PAPERTWO", tags=[{"tag": "birds"}])
    assert counts(engine.sync(["zotero:"])) == (0, 1, 0, 0), "its text is the same"
    zotero.add("PAPERTHR", "Bats of a Cave", abstractNote="Bats fly.", synced=False)
    zotero.add("PAPERTWO", abstractNote="Owls hear mice at 40 metres.")
    assert counts(engine.sync(["zotero:"])) == (1, 1, 0, 2)

    now = engine.reopened()
    found = now.search("which birds hear mice", scope=Scope(filter=Filter(tags=("birds",))))
    assert [item.paper.paper_id for item in found] == [owls.paper_id]
    within = Scope(filter=Filter(tags=("warm reefs",)))
    (cited,) = now.ask("By how much does bleaching rise?", scope=within).citations
    assert cited.zotero == "zotero://select/library/items/PAPERONE"

    for key in ("PAPERONE", "PAPERTWO", "PAPERTHR"):
        zotero.trash(key)
    ledger = engine.sync(["zotero:"])
    assert (ledger.removed, ledger.papers) == (2, 1), "a file has the reefs, too"
    assert engine.folder.papers()[0].zotero is None


def test_nothing_changes_when_a_reading_breaks_off(engine: Engine, zotero: ZoteroServer) -> None:
    engine.sync(["zotero:"])
    state = engine.folder.state()
    zotero.trash("PAPERTWO")
    zotero.add("PAPERTHR", "Bats of a Cave", abstractNote="Bats fly.")
    for fault in (Fault("half", "itemKey"), Fault("garbage", "format=versions")):
        zotero.faults = [fault]
        with pytest.raises(CatalogueError):
            engine.sync(["zotero:"])
        told: list[object] = []
        zotero.faults = [fault]
        reading = engine.writer.read_online("zotero:", told.append, lambda: False)
        assert engine.writer.sync_reading(reading).removed == 0
        assert isinstance(told[-1], Rejected) and "Zotero" in told[-1].reason
    assert engine.folder.state() == state
    assert counts(engine.sync(["zotero:"])) == (1, 0, 1, 1)


def test_a_collection_that_was_emptied_takes_its_papers_along_and_undo_brings_them_back(
    engine: Engine, zotero: ZoteroServer
) -> None:
    writer = engine.writer
    told: list[object] = []
    reading = writer.read_online("zotero:collection/warm reefs", told.append, lambda: False)
    assert len(told) == 1
    writer.sync_reading(reading)
    zotero.add("PAPERONE", collections=[])
    before = writer.stored(["zotero:collection/Warm Reefs"])
    reading = writer.read_online("zotero:collection/COLLREEF", told.append, lambda: False)
    assert writer.sync_reading(reading).removed == 1
    assert writer.sync_reading(before).added == 1
    assert engine.sync(["zotero:collection/Warm Reefs"]).removed == 1, "it is read again"


def test_a_paper_that_was_removed_by_hand_stays_out(engine: Engine, zotero: ZoteroServer) -> None:
    engine.sync(["zotero:"])
    engine.remove(["doi:10.1000/reef"])
    zotero.add("PAPERONE", tags=[{"tag": "heat"}])
    ledger = engine.sync(["zotero:"])
    assert (ledger.kept_out, ledger.papers) == (1, 1)


def test_what_one_may_choose(engine: Engine, zotero: ZoteroServer) -> None:
    zotero.collection("COLLCOLD", "Cold", "COLLREEF")
    zotero.collection("COLLTWIN", "warm reefs")
    zotero.searches["SEARCHES"] = ("Unread", [])
    zotero.groups = {77: "Our Group"}
    zotero.add("PDFALONE", "Scan", itemType="attachment")
    shelf = engine.zotero()
    assert (shelf.local, shelf.items) == (True, 2)
    assert [(place.reference, place.depth, place.items) for place in shelf.collections] == [
        ("zotero:collection/COLLREEF", 0, 1),  # a second one has its name
        ("zotero:collection/Warm Reefs/Cold", 1, 0),
        ("zotero:collection/COLLTWIN", 0, 0),
    ]
    assert [place.reference for place in shelf.searches] == ["zotero:search/Unread"]
    assert [(place.reference, place.name) for place in shelf.groups] == [
        ("zotero:group/77", "Our Group")
    ]


@pytest.mark.parametrize("local", [True, False])
def test_a_change_is_seen_by_one_short_question(tmp_path: Path, local: bool) -> None:
    server = ZoteroServer(local=local)
    server.add("PAPERONE", "Owls")
    with server.running():
        library = {} if local else {"zotero_key": KEY, "zotero_library": "475425"}
        engine = Engine(load_settings(index=tmp_path, zotero_url=server.url, **library))
        mark = engine.zotero_mark("zotero:")
        server.asked.clear()
        assert engine.zotero_mark("zotero:", mark) == mark and len(server.asked) == 1
        server.add("PAPERTWO", "Bats", synced=not local)
        later = engine.zotero_mark("zotero:", mark)
        server.trash("PAPERTWO")
        assert len({mark, later, engine.zotero_mark("zotero:", later)}) == 3
