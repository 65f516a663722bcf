"""Questions for an extreme, on the delivered corpus."""

from __future__ import annotations

import pytest

from rag.answering.selecting.superlatives import Ranked, evidence_of, lead_of, rank_values
from rag.index.library import Library
from rag.query.query import QueryText


def rank(library: Library, question: str) -> Ranked:
    return rank_values(QueryText(library, question), [paper.paper_id for paper in library.papers])


@pytest.mark.parametrize(
    ("question", "first", "said"),
    [
        ("Which model has the highest top-1 accuracy on ImageNet?", "spectformer", "85.7\\%"),
        ("Which network has the fewest parameters?", "sinet", "86.9K"),
        ("highest mask AP on coco?", "cbnet", "52.3%"),
        ("largest reduction of hallucination rates", "fixing-imbalanced", "62.3\\%"),
    ],
)
def test_the_extreme_comes_first(library: Library, question: str, first: str, said: str) -> None:
    ranked = rank(library, question)
    assert ranked.entries[0].paper_id.startswith(first)
    assert ranked.entries[0].said == said
    assert said.replace("\\", "") in lead_of(library, ranked)


def test_only_alike_values_are_ranked(library: Library) -> None:
    ranked = rank(library, "Which model has the highest top-1 accuracy on ImageNet?")
    values = [one.measured.value for one in ranked.entries]
    assert len(values) > 1 and values == sorted(values, reverse=True)
    assert {(one.measured.unit, one.measured.role) for one in ranked.entries} == {("%", "value")}


def test_values_of_different_kinds_stand_side_by_side(library: Library) -> None:
    ranked = rank(library, "overall fastest network?")
    assert not ranked.can_be_ranked
    assert "cannot be ranked" in lead_of(library, ranked)
    quoted = " ".join(item.span.text for item in evidence_of(library, ranked))
    assert "100.6 FPS" in quoted and "x21 faster" in quoted


@pytest.mark.parametrize(
    "question",
    [
        "Which model uses the least electricity, in watt-hours?",
        "Which NeRF renders the most frames per second?",
        "Which drug lowers blood pressure the most?",
    ],
)
def test_nothing_is_found_where_no_paper_gives_such_a_number(
    library: Library, question: str
) -> None:
    ranked = rank(library, question)
    assert ranked == Ranked(ranked.direction)
    assert lead_of(library, ranked) == "" and evidence_of(library, ranked) == ()


def test_evidence_is_whole_sentences_of_the_abstracts(library: Library) -> None:
    found = evidence_of(library, rank(library, "highest mask AP on coco?"))
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    for item in found:
        assert item.paper.abstract[item.span.start : item.span.end] == item.span.text
