"""The words of the lexical index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rag.index.words.lexical import LexicalIndex
from rag.types import Paper

THREADS = Path("/proc/self/task")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """Two papers with the same word, by letter and by name, and one without it."""
    folder: Path = tmp_path_factory.mktemp("lexical")
    made = LexicalIndex(folder, create=True)
    texts = ("TGF-β rose in carp.", "TGF-beta fell in pike.", "Eels ate at night.")
    made.replace((), [Paper(f"p{n}", f"Fish {n}", t, (), n, "") for n, t in enumerate(texts)])
    return made


@pytest.mark.parametrize("asked", ["TGF-β", "TGFβ", "TGF-beta", "TGF beta", "TGFbeta", "TGF‑β"])
def test_a_greek_letter_and_its_name_are_one_word(index: LexicalIndex, asked: str) -> None:
    assert index.terms(asked) == ["tgf", "beta"]
    assert [index.frequency(term) for term in index.terms(asked)] == [2, 2]
    assert {paper_id for paper_id, _ in index.search(asked, 5)} == {"p0", "p1"}


@pytest.mark.skipif(not THREADS.is_dir(), reason="only Linux lists the threads")
def test_a_failed_change_writes_no_more(tmp_path: Path) -> None:
    def fails() -> Iterator[Paper]:
        yield Paper("p", "Fish", "Eels ate.", (), 0, "")
        raise OSError("full")

    def writers() -> set[str]:
        found = set()
        for path in THREADS.iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                if path.joinpath("comm").read_text().startswith("thrd-tantivy"):
                    found.add(path.name)
        return found

    index, before = LexicalIndex(tmp_path, create=True), writers()
    with pytest.raises(OSError, match="full") as told:
        index.replace((), fails())
    assert writers() <= before, told  # whoever holds the error, as the thread of a build does
    index.replace((), [Paper("p", "Fish", "Eels ate.", (), 0, "")])
    assert index.size == 1
