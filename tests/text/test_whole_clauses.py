"""Whole clauses of long sentences: where they may begin and end, and where not."""

from __future__ import annotations

import pytest

from rag.index.library import Library
from rag.text.sentences.clauses import ENOUGH, clause, clause_span

FRONT = "In this paper, "
MAIN = (
    "we develop a novel recurrent architecture that is suitable for visual learning at a large"
    " scale and is trained from end to end"
)


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        (FRONT, MAIN, ", and we show its value on video recognition and on image description."),
        (FRONT, MAIN, ", which is of use for the recognition of videos and for their description."),
        (FRONT, MAIN, ", paving the way for the recognition of videos and for their description."),
        ("Experiments on four open data sets and a test in our own industrial system show that ",
         "the model is better than many sophisticated ones that were made for it.", ""),
        # Lists, brackets and what a subordinate clause fronts stay whole.
        ("", f"We see (1) {MAIN}, while others are not; (2) {MAIN}.", ""),
        ("", f"Because {MAIN}, exploring it has been very challenging for most of us so far.", ""),
        ("", f"Our tasks {'are many and ' * 9}include denoising, deblurring, deraining.", ""),
    ],
)  # fmt: skip
def test_a_clause_is_whole(before: str, wanted: str, after: str) -> None:
    sentence = before + wanted + after
    assert clause(sentence, len(before) + 20) == wanted


def test_two_columns_may_have_a_clause_each() -> None:
    sentence = "We reach 83.6% on this benchmark at last, surpassing all of the existing methods."
    first, second = sentence.index("83.6%"), sentence.index("existing")
    a, b = (clause_span(sentence, place, 6, participles=True) for place in (first, second))
    assert sentence[slice(*a)] == "We reach 83.6% on this benchmark at last"
    assert sentence[slice(*b)].startswith("surpassing all")


def test_clauses_of_real_sentences(library: Library) -> None:
    for paper in library.papers:
        for span in library.tokens.of([paper.paper_id])[paper.paper_id].sentences(paper.abstract):
            said = clause(span.text, len(span.text) // 2)
            assert said in span.text
            assert said == span.text.strip() or len(span.text.split()) > ENOUGH
            assert not said.endswith((",", ";", " and", " the", " of"))
