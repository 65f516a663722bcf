"""Excerpts of sentences: verbatim, short, and readable by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.excerpts import MOST_WORDS, excerpt
from rag.text.sentences import split_sentences
from rag.types import Paper

FILL = "and it was tested by many people in several places over the years that followed"


@pytest.mark.parametrize(
    ("sentence", "place", "wanted"),
    [
        ("Short enough.", "enough", "Short enough."),
        (
            "Although much has been said about grids, which are old, we show that our method "
            "reduces the number of parameters from 2.1M to 86.9K, while it keeps what was good "
            "about all of the others.",
            "reduces",
            "we show that our method reduces the number of parameters from 2.1M to 86.9K",
        ),
        (
            "In contrast, current learning research follows a task-specific paradigm, leading to "
            "inefficient collaboration between tasks and high marginal costs for all new tasks.",
            "inefficient",
            "current learning research follows a task-specific paradigm, leading to inefficient "
            "collaboration between tasks and high marginal costs",
        ),
        (
            "We present a family of such simple architectures for desktop as well as mobile "
            "targets, which match or exceed the performance of complex models on the set.",
            "exceed",
            "match or exceed the performance of complex models on the set.",
        ),
        (
            f"We found that training on motion naturally endowed the model with a sense of speed "
            f"(see the long list of tests, of which there are three and more), {FILL}.",
            "found",
            "We found that training on motion naturally endowed the model with a sense of speed",
        ),
        (
            f"We propose the new Visual Cortex Captioning (ViCC), which writes captions, {FILL}.",
            "propose",
            "We propose the new Visual Cortex Captioning (ViCC), which writes captions",
        ),
        (
            f"We train the model on words of speed (as in older work, where it was slow), {FILL}.",
            "train",
            "We train the model on words of speed (as in older work, where it was slow)",
        ),
        (
            "We train the model on words of speed (as in older work, where it was slow and large "
            f"and never done by others, which was long ago) again {FILL}.",
            "train",
            "We train the model on words of speed",
        ),
    ],
)
def test_a_cut_reads_by_itself(sentence: str, place: str, wanted: str) -> None:
    assert excerpt(sentence, sentence.index(place)) == wanted


def test_values_of_real_sentences_begin_and_end_well(papers: list[Paper]) -> None:
    cuts = 0
    for paper in papers:
        for span in split_sentences(paper.abstract):
            text = span.text.strip()
            cut = excerpt(text, len(text) // 2)
            assert cut in text and len(cut.split()) <= MOST_WORDS
            if cut == text:
                continue
            cuts += 1
            first, last = cut.split()[0].lower(), cut.split()[-1].lower()
            opens = text.startswith(cut)
            assert opens or first not in {"which", "that", "but", "and", "whereas"}, cut
            if not text.endswith(cut):
                assert last not in {"the", "a", "of", "to", "in", "with", "and", "that"}, cut
                assert cut.count("(") == cut.count(")") or text.count("(") != text.count(")"), cut
    assert cuts > 200


@given(st.lists(st.sampled_from("a we which (x y) 3.5 % , the that and -- : b".split())), st.data())
def test_any_words_give_a_part_of_them(words: list[str], data: st.DataObject) -> None:
    sentence = " ".join(words)
    place = data.draw(st.integers(0, len(sentence)))
    cut = excerpt(sentence, place)
    assert cut in sentence and len(cut.split()) <= MOST_WORDS
