"""Which papers are chosen: on the delivered corpus."""

from __future__ import annotations

import pytest

from rag.decisions import papers
from rag.decisions.logistic import load
from rag.index.library import Library
from rag.query.query import QueryText, read_query
from rag.query.terms import alternatives
from rag.retrieval.search import Retrieval, retrieve_query

QUESTIONS = (
    "How many parameters does SINet have?",
    "How do MindBridge and NeuroPictor reconstruct images from fMRI?",
    "Why do transformers need much data?",
    "What is done about forgetting in continual learning?",
)
LISTS = (
    "Which papers use Mamba or state space models?",
    "Which papers are about neural fields?",
    "Which papers reconstruct images from brain activity?",
)


def found(library: Library, question: str) -> Retrieval:
    return retrieve_query(read_query(QueryText(library, question)), 10)


def read(retrieval: Retrieval) -> int:
    """How many papers were read together with the question."""
    return len(retrieval.query._judged)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_unread_would_not_have_been_chosen(
    library: Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentions = read_query(QueryText(library, question)).mentions
    quick, whole = found(library, question), found(library, question)
    chosen = papers.select_papers(quick, mentions)
    monkeypatch.setattr(papers, "_AT_BEST", {"judged": 99.0, "judged_behind": 0.0})
    assert papers.select_papers(whole, mentions) == chosen
    assert read(quick) <= read(whole)


@pytest.mark.parametrize("question", LISTS)
def test_the_unread_would_not_have_been_listed(
    library: Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, whole = found(library, question), found(library, question)
    listed = papers.papers_for_list(quick)
    monkeypatch.setattr(papers, "_AT_BEST", {"judged": 999.0, "judged_behind": 0.0})
    assert papers.papers_for_list(whole) == listed
    assert len(listed.certain) > 1
    assert read(quick) < read(whole)


def test_what_reading_says_is_within_the_bound(library: Library) -> None:
    """Reading says more for a paper the higher its log-odds and the less it is behind."""
    for question in LISTS:
        retrieval = found(library, question)
        for batch in papers.list_candidates(retrieval, 16):
            for item in batch:
                assert item.features["judged"] <= papers._AT_BEST["judged"]
                assert item.features["judged_behind"] >= 0
    listed, another = (load(name).coefficients for name in ("listed_paper", "another_paper"))
    assert listed["judged"] >= 0 >= listed["judged_behind"]
    assert another["judged"] >= another["judged_behind"] >= 0


@pytest.mark.parametrize(
    ("topic", "parts"),
    [
        ("Mamba or state space models", ["Mamba models", "state space models"]),
        ("incremental or continual learning", ["incremental learning", "continual learning"]),
        ("a diffusion model to produce images or video", None),
        ("state space models", None),
    ],
)
def test_a_topic_of_alternatives_is_parted(
    library: Library, topic: str, parts: list[str] | None
) -> None:
    assert alternatives(library, topic) == (parts or [topic])


def test_a_paper_on_one_of_two_alternatives_is_listed(library: Library) -> None:
    """One of the four papers has nothing of Mamba."""
    listed = papers.papers_for_list(found(library, LISTS[0]))
    titles = {library.by_id[i].title for i in listed.certain}
    assert any(title.startswith("Understanding the differences") for title in titles)
    assert len(titles) == 4 and not listed.doubtful
