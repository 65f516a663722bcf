"""Sentences and chunks: nothing is lost, nothing is too long, sentences stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.papers import make_paper
from rag.index.build.chunks import chunk_paper
from rag.text.sentences.sentences import split_sentences, trim
from rag.types import Span

LIMIT = 24


def count(text: str) -> int:
    """Words: stands in for word-pieces where a hundred times as many examples matter more."""
    return len(text.split())


@given(st.text(min_size=1))
def test_sentences_are_the_text(text: str) -> None:
    spans = split_sentences(text)
    assert "".join(span.text for span in spans) == text
    for span in spans:
        kept = trim(span)
        assert text[kept.start : kept.end] == kept.text == span.text.strip()


prose = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), min_size=1).map(
    " ".join
)


@settings(max_examples=300)
@given(prose, prose)
def test_chunks_cover_every_character_and_fit(title: str, abstract: str) -> None:
    paper = make_paper(title, abstract, order=0, source="s")
    chunks = chunk_paper(paper, count, LIMIT)
    assert "".join(chunk.span.text for chunk in chunks) == abstract
    for chunk in chunks:
        assert abstract[chunk.span.start : chunk.span.end] == chunk.span.text
        assert "".join(sentence.text for sentence in chunk.sentences) == chunk.span.text
        assert all(abstract[s.start : s.end] == s.text for s in chunk.sentences)
        assert count(chunk.embedded_text) <= LIMIT


@given(st.lists(st.integers(1, 20), min_size=1, max_size=9))
def test_chunks_are_as_few_and_as_even_as_can_be(sizes: list[int]) -> None:
    abstract = " ".join("word " * (size - 1) + "end." for size in sizes)
    chunks = chunk_paper(make_paper("Title", abstract, order=0, source="s"), count, LIMIT)
    ways: list[list[int]] = [[]]
    for size in sizes:  # every way to cut between sentences
        ways = [[*way, size] for way in ways] + [
            [*way[:-1], way[-1] + size] for way in ways if way and way[-1] + size < LIMIT
        ]
    fewest = min(map(len, ways))
    assert [len(chunk.sentences) > 0 for chunk in chunks] == [True] * fewest
    best = min(max(way) for way in ways if len(way) == fewest)
    assert max(count(chunk.span.text) for chunk in chunks) == best


def parts(title: str, abstract: str, limit: int, size: int = 1) -> list[str]:
    """The sentences of all chunks, where each character counts for ``size``."""
    paper = make_paper(title, abstract, order=0, source="s")
    chunks = chunk_paper(paper, lambda text: size * len(text), limit)
    assert all(chunk.paper_id == paper.paper_id for chunk in chunks)
    return [span.text for chunk in chunks for span in chunk.sentences]


@pytest.mark.parametrize(
    ("abstract", "cut"),
    [
        ("aaaa bbbb cccc dddd", ["aaaa ", "bbbb ", "cccc dddd"]),
        ("aaaaaaaa bbbbbbb ccc", ["aaaaaaaa ", "bbbbb", "bb ccc"]),
        (" bbbbbbbbbbbb", [" bbbbb", "bbbbbbb"]),
        ("bbbbbbbbbbb", ["bbbbb", "bbbbbb"]),
        ("b bbbbbbbbbb", ["b ", "bbbbbbbbbb"]),
        ("bbbbbbbbbb", ["bbbbbbbbbb"]),
    ],
)
def test_a_sentence_that_is_too_long_is_cut_at_a_space_before_its_middle(
    abstract: str, cut: list[str]
) -> None:
    assert parts("", abstract, 10) == cut


def test_a_letter_is_never_cut() -> None:
    assert parts("", "ab", 10, 20) == ["a", "b"]


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("one two three", "one two three"),
        ("one two three four five six seven eight", "one two three four five six seven eight"),
        ("one two three four five six seven eight nine", "one two three four five six seven eight"),
    ],
)
def test_a_title_takes_a_third_of_the_room(title: str, heading: str) -> None:
    [chunk] = chunk_paper(make_paper(title, "It works.", order=0, source="s"), count, LIMIT)
    assert (chunk.heading, chunk.embedded_text) == (heading, f"{heading}\nIt works.")


def test_a_title_of_one_long_word_is_halved_until_it_fits() -> None:
    [chunk] = chunk_paper(make_paper("x" * 100, "", order=0, source="s"), len, 36)
    assert (chunk.heading, chunk.span, chunk.sentences) == ("x" * 12, Span("", 0, 0), ())
    assert chunk.paper_id == make_paper("x" * 100, "", order=0, source="s").paper_id


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It (as was said) works. Yes.", 2),
        (f"X ({'a' * 296}. Yes.", 1),
        (f"X ({'a' * 297}. Yes.", 2),
    ],
)
def test_a_bracket_that_is_open_ends_no_sentence(text: str, sentences: int) -> None:
    assert len(split_sentences(text)) == sentences


def test_a_quote_has_no_white_space_around_it() -> None:
    assert trim(Span("\n  It works. \t", 7, 21)) == Span("It works.", 10, 19)


@pytest.mark.parametrize(
    "text",
    [
        "CNN-based vs. Transformer-based heads.",
        "Merullo et al. (2022) show it.",
        "It has parts, e.g. a head.",
        "Heads (one-stage vs. two-stage, i.e. DETR. And so on) differ.",
        "1.) show that it holds",
        "Accuracy rises from 59.4% to 60.1% AP.",
    ],
)
def test_abbreviations_end_no_sentence(text: str) -> None:
    assert len(split_sentences(text)) == 1


def test_sentences_end_where_they_end() -> None:
    text = "We propose nets. It works! Does it? Yes."
    assert [span.text for span in split_sentences(text)] == [
        "We propose nets. ",
        "It works! ",
        "Does it? ",
        "Yes.",
    ]
