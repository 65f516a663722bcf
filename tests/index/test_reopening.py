"""An index that changes under a running service: who is being answered is answered to the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from asynchronous import finish

from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.settings import Settings, load_settings
from ui.web.service import Service


def record(title: str) -> Record:
    return Record(title, f"We study {title.lower()}. It grows by 7% a year.", "a.bib", title)


@pytest.fixture
def mine(tmp_path: Path, page: Path) -> Settings:
    return load_settings(
        index=tmp_path / "index", data=page, llm="quotes", collections=tmp_path / "collections"
    )


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
