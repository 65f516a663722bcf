"""Sentences begin where llama-index's splitter, NLTK's Punkt, lets them begin."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer

from rag.text.sentences.punkt import sentence_starts
from rag.text.sentences.sentences import split_sentences
from rag.types import Paper

PUNKT = split_by_sentence_tokenizer()


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in pairwise([*sentence_starts(text), len(text)])]


def by_punkt(text: str) -> list[str]:
    return [part for part in PUNKT(text) or [text] if part]


# What decides: ends, closing marks, numbers, initials, case, dashes, white space.
@given(st.text("aAé.?!\"')]}( \n\t-,;17我。”“»… ", max_size=30))
@settings(max_examples=2000)
def test_any_text_is_split_as_by_punkt(text: str) -> None:
    assert split(text) == by_punkt(text)


def test_the_delivered_abstracts_are_split_as_by_punkt(papers: list[Paper]) -> None:
    for paper in papers:
        assert split(paper.abstract) == by_punkt(paper.abstract)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        (" ", 1),
        ("我们提出一种方法。它有效。", 2),
        ("It works (see J. Doe and A. 3). It is 5. times faster... or so. Yes!", 3),
        ("( a. " * 20_000, 1),
        (". " * 20_000, 20_000),
        ("Why?" * 20_000, 1),
    ],
)
def test_hard_texts_are_split_in_no_time(text: str, sentences: int) -> None:
    found = split_sentences(text)
    assert len(found) == sentences
    assert "".join(span.text for span in found) == text


@pytest.mark.parametrize(
    "sentences",
    [
        ["茶园土壤很酸。", "有机质增加了12％！", "为什么？", "因为施肥"],
        ["他们说：“有效。”", "后来停止了。"],
        ["「良い。」と述べた。", "次に測定した．", "値は３．５であった．", "以上"],
        ["結果は（図2。表3）の通り。", "終わり。"],
        ["方法可行.", "误差为3.5倍.", "结果好?", "是的"],
        ["We use 茶。", "It is 0.5 km. ", "Fine."],
        ["यह चलता है। ", "वह नहीं॥ ", "ठीक"],
        ["هل يعمل؟ ", "نعم۔ ", "جيد"],
        ["Այո։ ", "Ոչ։"],
        ["បាទ។ ", "ទេ។"],
        ["አዎ። ", "አይ።"],
        ["As is known.³ ", "Tea is hot.¹,² ", "It has 0.5² of CO₂. ", "Fine."],
    ],
)
def test_full_stops_of_other_scripts(sentences: list[str]) -> None:
    assert [span.text for span in split_sentences("".join(sentences))] == sentences
