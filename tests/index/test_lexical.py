"""The words of the lexical index."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.lexical import LexicalIndex
from rag.types import Paper


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
