"""The map as the page asks for it: laid out anew by the owner alone, and then for everybody."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hashing_embedder import HashingEmbedder
from test_marks_calls import GUEST, OWNER

from rag.engine import Engine
from rag.settings import load_settings
from rag.types import Paper
from ui.web import owner
from ui.web.calls import Payload, safely
from ui.web.pages.papers import table_calls


def some(first: int, last: int) -> list[Paper]:
    """Papers with numbers from ``first`` up to ``last``, two words of each its own."""
    words = ("owl", "reef", "dust", "star", "moss")
    return [
        Paper(f"p{n}", f"On {words[n % 5]} {n}", f"We saw {words[n % 3]} {n}.", (), n, "a.bib")
        for n in range(first, last)
    ]


def test_an_outgrown_map_is_laid_out_anew_by_the_owner_for_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.retrieval.explore.layout._ROUNDS", 250)
    first = Engine(load_settings(index=tmp_path / "index", llm="quotes"), embedder=HashingEmbedder)
    first.add(some(0, 8))
    first.overview().result(60)
    first.add(some(8, 20))
    engine = first.reopened()

    async def opened() -> Engine:
        return engine

    service: Any = SimpleNamespace(engine=opened)
    calls = {call.__name__: safely(call) for call in table_calls(service)}

    def ask(scope: dict[str, Any], name: str) -> Payload:
        async def answer() -> Payload:
            return await calls[name]({})

        owner.note(scope)
        return asyncio.run(answer())

    held, seen = ask(OWNER, "draw_map"), ask(GUEST, "draw_map")
    assert held["later"] == 12 and held["new"] == tuple(range(8, 20))
    assert held["outgrown"] and not seen["outgrown"], "it is offered to who may do it"
    assert "another machine" in ask(GUEST, "lay_out_anew")["failure"]
    assert ask(GUEST, "draw_map") == seen

    anew = ask(OWNER, "lay_out_anew")
    assert anew["key"] == held["key"] and anew["points"] != held["points"]
    assert (anew["later"], anew["new"], anew["outgrown"]) == (0, (), False)
    assert ask(GUEST, "draw_map") == anew
    engine = first.reopened()
    assert ask(OWNER, "draw_map") == anew, "it stays after a restart"
