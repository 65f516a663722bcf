"""One engine an index: opened when asked, shared models, reopened when the index changed."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import DELIVERED, HOSTILE, copy_of_index

from rag.engine import Engine
from rag.errors import CollectionError, IndexUnavailableError, UnavailableError
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings, load_settings
from ui.api.engines import Engines
from ui.web.service import Service


@pytest.fixture
def settings(tmp_path: Path, embedder: Embedder) -> Settings:
    """An index of the delivered papers, a collection with a hostile one, and an empty one."""
    copy_of_index(DELIVERED, tmp_path / "index", embedder)
    copy_of_index(HOSTILE, tmp_path / "collections" / "more" / "index", embedder)
    (tmp_path / "collections" / "empty").mkdir()
    given = {"index": tmp_path / "index", "collections": tmp_path / "collections"}
    return load_settings(llm="quotes", **given)


@pytest.fixture
def engines(settings: Settings) -> Iterator[Engines]:
    made = Engines(settings)
    yield made
    made.close()


def test_every_collection_has_a_name_and_the_own_index_is_first(engines: Engines) -> None:
    assert engines.names() == ["default", "empty", "more"]
    assert engines.get() is engines.get(None) is engines.get("default") is engines.get("")
    assert len(engines.get().papers) == 82 and len(engines.get("more").papers) == 83


def test_an_own_index_that_is_a_collection_has_its_name(settings: Settings) -> None:
    own = settings.model_copy(update={"index": settings.collections / "more" / "index"})
    engines = Engines(own)
    assert engines.names() == ["more", "empty"]
    assert engines.get() is engines.get("more")
    engines.close()


def test_what_cannot_be_opened_says_so_and_leaves_the_rest(engines: Engines) -> None:
    with pytest.raises(IndexUnavailableError, match="paperchat ingest"):
        engines.get("empty")
    with pytest.raises(CollectionError, match="no collection 'none'"):
        engines.get("none")
    for name in ("../more", "more/../more", ".", "MORE\n"):
        with pytest.raises(CollectionError):
            engines.get(name)
    assert len(engines.get("more").papers) == 83, "the first that opens may be any"
    assert len(engines.get().papers) == 82


def test_all_share_the_encoder(engines: Engines) -> None:
    assert engines.get().library.embedder is engines.get("more").library.embedder


def test_a_changed_index_is_opened_again(engines: Engines, settings: Settings) -> None:
    for name in (None, "more"):
        before = engines.get(name)
        gone = next(iter(before.papers))
        Engine(engines.settings_of(name)).remove([gone])
        after = engines.get(name)
        assert after is not before and gone not in after.papers and gone in before.papers
        assert after is engines.get(name)


def test_few_stay_open(settings: Settings, embedder: Embedder) -> None:
    copy_of_index(HOSTILE, settings.collections / "third" / "index", embedder)
    engines = Engines(settings, most=1)
    engines.get()
    left = weakref.ref(engines.get("more"))
    engines.get("third")
    until = time.monotonic() + 20
    while left() is not None and time.monotonic() < until:  # what was prepared for it ends first
        time.sleep(0.05)
        gc.collect()
    assert left() is None
    assert engines.get("more").search("segmentation", 1)
    engines.close()


def test_with_the_window_both_share_one_engine(settings: Settings) -> None:
    service = Service(settings)
    engines = Engines(settings, service)
    with pytest.raises(UnavailableError, match="not open yet"):
        engines.get()
    service.start()
    until = time.monotonic() + 60
    while not (service.ready and service.status.settled):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert engines.get() is service.opened()
    more = engines.get("more")
    assert more is not service.opened() and len(more.papers) == 83
    assert more.library.embedder is service.opened().library.embedder
    # The window goes over to a collection: the API's own index is still the one of the start.
    service.reopen(engines.index_of("more"))
    assert engines.get("more") is service.opened()
    assert len(engines.get().papers) == 82
    # What is removed is gone for both.
    gone = next(iter(engines.get("more").papers))
    engines.unopened("more").remove([gone])
    assert gone not in engines.get("more").papers and gone not in service.opened().papers
    service.stop(patience=1.0)
    engines.close()
