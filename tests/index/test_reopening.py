"""The index of a running service: what it builds by itself, and how it follows changes."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from asynchronous import finish
from hashing_embedder import HashingEmbedder

from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.engine import Engine
from rag.errors import UnavailableError
from rag.index.build.writer import IndexWriter
from rag.settings import Settings, load_settings
from ui.web.service import Service


def record(title: str) -> Record:
    return Record(title, f"We study {title.lower()}. It grows by 7% a year.", "a.bib", title)


@pytest.fixture
def mine(tmp_path: Path, page: Path) -> Settings:
    return load_settings(
        index=tmp_path / "index", data=page, llm="quotes", collections=tmp_path / "collections"
    )


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def opened(settings: Settings) -> Service:
    service = Service(settings)
    service.start()
    finish(service.engine())
    return service


def test_nobody_who_searches_notices_that_papers_come_in(mine: Settings) -> None:
    service = opened(mine)
    faults: list[Exception] = []
    over = threading.Event()

    def search() -> None:
        while not over.is_set():
            engine = finish(service.engine())
            try:
                engine.search("moss on stones", 3)
            except Exception as exc:  # noqa: BLE001 - whatever it is, it is counted
                faults.append(exc)

    reader = threading.Thread(target=search)
    reader.start()
    for n in range(4):
        reading = Reading((record(f"Moss {n}"),), read=frozenset([f"{n}.bib"]))
        service.opened().writer.sync_reading(reading)
        service.reopen()
    over.set()
    reader.join()
    assert faults == []
    assert len(finish(service.engine()).papers) == 7
    service.stop()


def test_a_change_of_settings_stays_with_the_index_that_is_open(mine: Settings) -> None:
    service = opened(mine)
    form = service.settings.model_copy(update={"top_papers": 4})  # read before the switch
    other = mine.model_copy(update={"index": mine.collections / "mosses" / "index"})
    service.opened().reopened(other.index).writer.sync_reading(Reading((record("Moss"),)))
    service.reopen(other.index)
    service.apply(form)
    assert (service.settings.index, service.settings.top_papers) == (other.index, 4)
    assert len(finish(service.engine()).papers) == 1
    service.stop()


def test_the_service_follows_what_another_process_indexes(
    mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.service._LOOK", 0.05)
    service = opened(mine)
    other = Engine(mine, embedder=HashingEmbedder)  # the identity is of the settings
    other.writer.sync_reading(Reading((record("Moss"),), read=frozenset(["a.bib"])))
    until(lambda: len(finish(service.engine()).papers) == 4)
    other.remove(other.writer.paper_ids()[:1])
    until(lambda: len(finish(service.engine()).papers) == 3)
    (mine.index / "CURRENT").unlink()
    until(lambda: service.status.trouble is not None)
    assert "index rebuild" in " ".join(service.status.trouble or ())
    assert finish(service.engine()).search("moss", 1), "what is open still answers"
    other.rebuild()
    until(lambda: service.status.trouble is None)
    service.stop()


@pytest.mark.parametrize("lost", ["CURRENT", "00000001/parts", "00000001"])
def test_a_damaged_index_is_never_built_over(mine: Settings, lost: str) -> None:
    made = Engine(mine, embedder=HashingEmbedder)
    for count in (1, 2):
        reading = Reading(tuple(record(f"Moss {n}") for n in range(count)), read=frozenset("a"))
        made.writer.sync_reading(reading)
    path = mine.index / lost.replace("00000001", "00000002")
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    found = sorted(mine.index.rglob("*"))
    service = Service(mine)
    service.start()
    with pytest.raises(UnavailableError, match="paperchat index rebuild"):
        finish(service.engine())
    assert sorted(mine.index.rglob("*")) == found
    service.stop()


def test_an_index_that_another_encoder_made_is_rebuilt_from_its_own_papers(
    mine: Settings,
) -> None:
    other = Engine(mine)
    writer = IndexWriter(other.folder, replace(other.identity, revision="0"), HashingEmbedder)
    writer.sync_reading(Reading((record("Moss"),), read=frozenset(["a.bib"])))
    service = opened(mine)
    assert [p.title for p in finish(service.engine()).papers.values()] == ["Moss"]
    service.stop()
