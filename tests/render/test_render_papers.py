"""The Papers page as HTML: the sheet of a paper, and the text of its row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rendering import Seen, paper, plain

from rag.types import (
    Paper,
)
from ui.web.render import papers as shelf


@given(plain, plain, st.lists(st.text(min_size=1), max_size=3))
def test_a_sheet_holds_the_whole_abstract_as_text(
    title: str, abstract: str, words: list[str]
) -> None:
    seen = Seen(shelf.sheet_text(paper(title, abstract), words))
    assert [name for name, _ in seen.shape if name not in ("mark", "a", "span")] == ["p", "p"]
    assert all(abstract[start:end] == text for start, end, text in seen.marks)
    top = shelf.sheet_top(paper(title, abstract), ["javascript:alert(1)"])
    assert Seen(top).shape == [("h2", ("dir",))]


def test_a_sheet_marks_the_words_that_begin_like_those_searched_for() -> None:
    seen = Seen(shelf.sheet_text(paper("T", "Brainy <brains> in a Terrain."), ["brain", "t"]))
    assert [text for _, _, text in seen.marks] == ["Brainy", "brains", "Terrain"]


def test_an_opening_ends_at_a_word() -> None:
    assert shelf.opening("Short  and\nplain.") == "Short and plain."
    assert shelf.opening("word " * 50) == "word " * 25 + "word…"
    assert len(shelf.opening("x" * 300)) == 131


def test_the_address_of_a_paper_is_one_that_can_be_followed() -> None:
    urls = ("javascript:alert(1)", "https://www.example.org/a")
    assert shelf.address(Paper("a", "T", "A", urls, 0, "s")) == (urls[1], "example.org")
    assert shelf.address(Paper("a", "T", "A", urls[:1], 0, "s")) == ("", "")
