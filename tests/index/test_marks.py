"""The reader's marks: changed, filtered by, kept through builds, and safe against damage."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder

from rag.engine import Engine
from rag.errors import FileError, InputError
from rag.index.marks import LONGEST_NOTE, MOST_TAGS, MarksFile
from rag.settings import load_settings
from rag.types import NO_MARK, Filter, Mark, MarkChange, Paper, Scope


def test_a_change_leaves_what_it_does_not_name(tmp_path: Path) -> None:
    store = MarksFile(tmp_path)
    assert dict(store.all()) == {}
    store.change(["a", "b"], MarkChange(starred=True, add_tags=("to read", " To  Read ", "x")))
    before = store.change(["a"], MarkChange(read=True, note="See table 3.", remove_tags=("X",)))
    assert before == {"a": Mark(True, False, ("to read", "x"))}
    assert store.of(["a", "c"]) == {
        "a": Mark(True, True, ("to read",), "See table 3."),
        "c": NO_MARK,
    }
    store.put(before)
    assert MarksFile(tmp_path).all()["a"] == before["a"]
    store.put({"a": NO_MARK, "b": NO_MARK})
    assert json.loads(store.file.read_text("utf-8"))["papers"] == {}


def test_two_windows_do_not_undo_each_others_changes(tmp_path: Path) -> None:
    stores = [MarksFile(tmp_path), MarksFile(tmp_path)]

    def mark(number: int) -> None:
        for at in range(10):
            stores[number].change([f"{number}-{at}"], MarkChange(starred=True))

    threads = [threading.Thread(target=mark, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores[0].all()) == len(stores[1].all()) == 20


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"papers": []}', '{"papers": {"a": {"starred": 1}}}',
     '{"papers": {"a": {"stars": true}}}', '{"papers": {"a": {"tags": [3]}}}', "[" * 9999],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    store = MarksFile(tmp_path)
    store.file.write_text(text)
    with pytest.raises(FileError, match="cannot be read"):
        store.all()
    with pytest.raises(FileError, match="left as it is"):
        store.change(["a"], MarkChange(starred=True))
    assert store.file.read_text() == text


def test_what_is_too_long_changes_nothing(tmp_path: Path) -> None:
    store = MarksFile(tmp_path)
    for change in (
        MarkChange(note="n" * (LONGEST_NOTE + 1)),
        MarkChange(add_tags=("t" * 81,)),
        MarkChange(add_tags=tuple(map(str, range(MOST_TAGS + 1)))),
    ):
        with pytest.raises(InputError):
            store.change(["a"], change)
    assert dict(store.all()) == {}


def paper(name: str) -> Paper:
    return Paper(name, f"Title {name}", f"We study {name} corals.", (), 0, "x", tags=("reef",))


def test_marks_filter_searches_and_outlive_builds_and_papers(tmp_path: Path) -> None:
    embedder = HashingEmbedder()

    def opened() -> Engine:
        settings = load_settings(index=tmp_path / "index", llm="quotes")
        return Engine(settings, embedder=lambda: embedder)

    def found(engine: Engine, wanted: Filter, papers: tuple[str, ...] = ()) -> set[str]:
        ranked = engine.search("corals", 10, Scope(papers, wanted))
        return {item.paper.paper_id for item in ranked}

    with opened() as engine:
        engine.add([paper("a"), paper("b"), paper("c")])
        with pytest.raises(InputError, match="no paper with your star"):
            found(engine, Filter(starred=True))
        engine.marks.change(["a", "b", "gone"], MarkChange(starred=True))
        engine.marks.change(["b"], MarkChange(add_tags=("to read",)))
        assert found(engine, Filter(starred=True)) == {"a", "b"}
        assert found(engine, Filter(starred=True, tags=("reef",), own_tags=("TO READ",))) == {"b"}
        with pytest.raises(InputError, match="None of these papers"):
            found(engine, Filter(starred=True), ("c",))
        assert engine.browser.within(Filter(own_tags=("to read",))) == [1]
        engine.add([paper("gone"), replace(paper("a"), abstract="Nothing but new corals.")])
    with opened() as engine:
        assert found(engine, Filter(starred=True)) == {"a", "b", "gone"}
