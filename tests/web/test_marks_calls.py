"""Marks as a page asks for them: the owner's on the server, none of them for a guest."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.index.marks import MarksFile
from rag.types import MarkChange
from ui.web import owner
from ui.web.calls import Payload, safely
from ui.web.views import marks

GUEST = {"client": ("192.0.2.1", 5), "headers": [(b"host", b"papers.example")]}
OWNER = {"client": ("127.0.0.1", 5), "headers": [(b"host", b"127.0.0.1")]}


class Asked:
    """The calls of one visitor after another, over marks in a folder."""

    def __init__(self, folder: Path) -> None:
        self.store = MarksFile(folder)
        engine: Any = SimpleNamespace(marks=self.store)

        async def opened() -> Any:
            return engine

        service: Any = SimpleNamespace(engine=opened)
        self._engine = engine
        self._calls = {call.__name__: safely(call) for call in marks.calls(service)}

    def facets(self) -> Payload:
        """What one may filter by."""
        return marks.marked(self._engine)

    def __call__(self, scope: dict[str, Any], name: str, **given: object) -> Any:
        async def answer() -> Payload:
            return await self._calls[name](given)

        owner.note(scope)
        return asyncio.run(answer())


@pytest.fixture
def ask(tmp_path: Path) -> Asked:
    return Asked(tmp_path)


def test_the_owner_changes_marks_and_takes_it_back(ask: Asked) -> None:
    change = {"starred": True, "add": ["to read"]}
    answer = ask(OWNER, "change_marks", ids=["a", "b"], change=change)
    assert answer["before"]["a"] == {"starred": False, "read": False, "tags": (), "note": ""}
    kept = ask(OWNER, "list_marks")
    assert kept["why"] == "" and kept["marks"]["b"]["tags"] == ("to read",)
    assert ask.facets() == {"starred": True, "own_tags": ["to read"]}
    assert ask(OWNER, "put_marks", marks=answer["before"]) == {}
    assert dict(ask.store.all()) == {}
    for given in ({"ids": "a", "change": {}}, {"ids": ["a"], "change": {"starred": "x"}}, {}):
        assert "This is not" in ask(OWNER, "change_marks", **given)["failure"]


def test_a_guest_sees_none_and_changes_none(ask: Asked) -> None:
    ask.store.change(["a"], MarkChange(starred=True))
    answer = ask(GUEST, "list_marks")
    assert answer["marks"] == {} and answer["why"]
    assert "failure" in ask(GUEST, "change_marks", ids=["a"], change={"starred": False})
    assert "failure" in ask(GUEST, "put_marks", marks={})
    assert ask.store.all()["a"].starred
    assert ask.facets() == {"starred": False, "own_tags": []}
    with pytest.raises(Exception, match="the owner's"):
        marks.own_filter({"starred": True}, "You are at another machine.")


def test_damage_is_told_in_a_line(ask: Asked) -> None:
    ask.store.file.write_text("{")
    assert "cannot be read" in ask(OWNER, "list_marks")["failure"]
    assert ask.facets() == {"starred": False, "own_tags": []}
