"""Texts of abstentions on the delivered corpus; the question set measures when they occur."""

from __future__ import annotations

import pytest

from rag.answering.flow import Assistant
from rag.engine import Engine
from rag.index.library import Library
from rag.settings import Settings
from rag.types import Reason, Turn


@pytest.fixture(scope="module")
def quotes(settings: Settings, library: Library) -> Assistant:
    return Engine(settings, library=library).assistant


@pytest.mark.parametrize(
    "question",
    [
        "What batch size did SpectFormer use?",
        "How many GPUs were needed to train MaskGIT and CBNetV2?",
    ],
)
def test_a_detail_that_abstracts_leave_out_is_not_made_up(quotes: Assistant, question: str) -> None:
    answer = quotes.ask(question)
    assert (answer.abstained, answer.reason) == (True, "not_in_abstracts")
    assert f"“{answer.nearest[0].title}”" in answer.answer, "the paper is named"
    assert "none clearly says this" in answer.answer
    assert not answer.claims


def test_a_refusal_shows_the_nearest_sentence_and_says_what_it_is(
    quotes: Assistant, library: Library
) -> None:
    answer = quotes.ask("Why does SINet need 16 TPUs from Google for its training on KITTI?")
    assert answer.reason == "not_in_abstracts"
    [quote] = answer.nearest[0].quotes
    abstract = library.by_id[answer.nearest[0].paper_id].abstract
    assert abstract[quote.start : quote.end] == quote.text
    assert f"The nearest sentence, which hardly answers: “{quote.text}”" in answer.answer


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What accuracy does RoBERTa reach on GLUE?", "not_in_corpus"),
        ("Where do I renew a passport in Lisbon?", "not_in_corpus"),
    ],
)
def test_unknown_names_are_not_taken_for_known_ones(
    quotes: Assistant, question: str, reason: Reason
) -> None:
    answer = quotes.ask(question)
    assert (answer.abstained, answer.reason) == (True, reason)
    assert len(answer.nearest) == 3


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is GPSA?", "ConViT"),
        ("sinet?", "SINet"),
        # Rare names: far from every abstract in meaning.
        ("Who tests on EG1800?", "SINet"),
        ("Is there a way to turn brain scans of several persons into pictures?", ""),
    ],
)
def test_names_and_paraphrases_are_answered(quotes: Assistant, question: str, title: str) -> None:
    answer = quotes.ask(question)
    assert not answer.abstained
    assert answer.citations[0].title.startswith(title)


def test_one_paper_for_a_question_about_one_and_all_for_a_comparison(quotes: Assistant) -> None:
    one = quotes.ask("How many parameters does SINet have?")
    assert [c.title[:5] for c in one.citations] == ["SINet"]
    two = quotes.ask("What do SINet and MobileMamba have in common?")
    assert len(two.citations) == 2


def test_a_list_does_not_go_on_with_the_paper_before_it(quotes: Assistant) -> None:
    history = [Turn("user", "How many parameters does SINet have?"), Turn("assistant", "86.9K.")]
    answer = quotes.ask("Which papers are about football?", history=history)
    assert answer.standalone_question == "Which papers are about football?"
    assert answer.abstained
