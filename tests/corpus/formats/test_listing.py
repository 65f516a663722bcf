"""The delivered page, and pages that are not right."""

from __future__ import annotations

import pytest
from reading import titles

from rag.corpus.formats.listing import read_listing
from rag.corpus.formats.source import Source
from rag.corpus.papers import derived_id
from rag.errors import FormatError
from rag.text.names.identifiers import find_urls
from rag.types import Paper

LONG = "We propose a method and show that it works on many data sets. " * 5
HEADER = "new\n\nSubscribe\n\nMar 11\n\n"


def page(*blocks: str) -> str:
    return HEADER + "\n\n".join(blocks)


def test_the_delivered_page_has_82_papers(papers: list[Paper]) -> None:
    assert len(papers) == 82
    assert [paper.order for paper in papers] == list(range(82))
    assert len({paper.paper_id for paper in papers}) == 82
    assert papers[0].title.startswith("SINet: Extreme Lightweight")
    assert papers[0].url == "https://github.com/HYOJINPARK/ExtPortraitSeg"
    assert papers[-1].abstract.endswith("https://github.com/dyballa/dynamic-connectomes.")
    assert papers[-1].urls == ("https://github.com/dyballa/dynamic-connectomes",)
    assert sum(bool(paper.urls) for paper in papers) == 22


def test_short_abstracts_of_one_sentence_are_read() -> None:
    statement = "We show that attention heads are redundant in every layer we tried."
    assert titles("page.txt", page("One", statement)) == ["One"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no papers"),
        (HEADER, 5, "no papers"),
        (page("One", LONG, "Two"), 11, "missing or empty"),
        (page("One", LONG, "Two", "Three", LONG), 11, "missing or empty"),
        (page("One", LONG, LONG), 11, "where a title should"),
        (LONG, 1, "without a title"),
        (page("One", LONG, "one!", LONG), 11, "already on line 7"),
    ],
)
def test_a_page_that_is_not_right_names_the_line(text: str, line: int, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        list(read_listing(Source.of_bytes("page.txt", text.encode())))
    assert caught.value.line == line
    assert f"page.txt, line {line}:" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ids_depend_on_the_words_of_the_title_alone() -> None:
    assert derived_id("SINet: Extreme  Lightweight") == derived_id("sinet extreme lightweight!")
    assert derived_id("SINet") != derived_id("SINet 2")
    assert derived_id("Über Café").startswith("uber-cafe-")
    assert derived_id("注意力机制") != derived_id("神经网络")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://a.org/b.", ("https://a.org/b",)),
        ("(https://a.org/b)", ("https://a.org/b",)),
        ("see https://a.org/x_(y), and https://a.org/x_(y)", ("https://a.org/x_(y)",)),
        ("none", ()),
    ],
)
def test_urls(text: str, urls: tuple[str, ...]) -> None:
    assert find_urls(text) == urls
