"""Sentences and chunks: nothing is lost, nothing is too long, sentences stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.papers import make_paper
from rag.index.build.chunks import chunk_paper
from rag.text.sentences import split_sentences, trim

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
