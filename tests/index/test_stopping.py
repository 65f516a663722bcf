"""A wait for an answer ends at a stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from rag.corpus.record import Record
from rag.errors import CatalogueError
from rag.index.build.stopping import until
from rag.index.build.uploads import read_online
from rag.types import Rejected


def test_what_is_read_comes_in_order_and_errors_come_through() -> None:
    assert list(until(lambda: False, lambda: iter([1, 2, 3]))) == [1, 2, 3]
    assert list(until(lambda: True, lambda: iter([1]))) == []

    def fails() -> Iterator[Record | Rejected]:
        yield Rejected("arxiv:owls", "", "no title")
        raise CatalogueError("arXiv cannot be reached, so nothing was added.", "Try again.")

    seen: list[object] = []
    with pytest.raises(CatalogueError):
        seen.extend(until(lambda: False, fails))
    told: list[object] = []
    reading = read_online("arxiv:owls", told.append, lambda: False, lambda reference: fails())
    assert reading.records == () and isinstance(told[-1], Rejected)
    assert told[-1].record == "" and told[-1].reason.endswith("so nothing was added. Try again.")


def test_a_stop_does_not_wait_for_an_answer() -> None:
    stopped, let_go = threading.Event(), threading.Event()

    def slow(reference: str) -> Iterator[Rejected]:
        threading.Timer(0.05, stopped.set).start()
        let_go.wait(30)
        yield Rejected(reference, "", "too late")

    began, told = time.monotonic(), list[object]()
    assert read_online("arxiv:owls", told.append, stopped.is_set, slow).records == ()
    assert time.monotonic() - began < 5 and not told
    let_go.set()
