"""Conversations are had before their last question is asked; the library is asked where wanted."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from eval.cases import Case, GoldTurn
from eval.corpora import library_papers
from eval.dataset import QUESTIONS, Dataset
from eval.engines.paperchat import paperchat
from eval.scoring.metrics import score_case
from rag.engine import Engine
from rag.index.library import Library
from rag.settings import Settings
from rag.types import Answer, Paper


class Counting(Engine):
    """The engine, which notes the questions that it is asked, and after how many turns."""

    asked: list[tuple[str, int]]

    def ask(self, question: str, **given: Any) -> Answer:
        self.asked.append((question, len(given["history"])))
        return super().ask(question, **given)

    def stream(self, question: str, **given: Any) -> Generator[Any, None, None]:
        self.asked.append((question, len(given["history"])))
        return super().stream(question, **given)


@pytest.fixture
def engine(settings: Settings, library: Library) -> Counting:
    made = Counting(settings, library=library)
    made.asked = []
    return made


def chain(number: int, question: str, *before: str) -> Case:
    return Case(
        id=f"chain-{number}",
        kind="chain",
        split="dev",
        question=question,
        history=tuple(GoldTurn(role="user", content=text) for text in before),
        answerable=True,
        must_cite=(),
        may_cite=(),
        evidence=(),
        facts=(),
        terms=(),
        note="",
    )


def test_a_conversation_is_had_once(engine: Counting) -> None:
    first, second, third = "How many parameters does SINet have?", "And its speed?", "Thanks"
    answer = paperchat(engine)
    one = answer(chain(2, second, first))
    assert engine.asked == [(first, 0), (second, 2)]
    assert [turn.role for turn in one.before] == ["user", "assistant"]
    assert "86.9K" in one.before[1].content
    assert [paper.startswith("sinet") for paper in one.before[1].papers or ()] == [True]
    two = answer(chain(3, third, first, second))
    assert engine.asked[2:] == [(third, 4)], "what was asked is not asked again"
    assert one.answer is not None and two.before[3].content == one.answer.answer


def test_a_declined_turn_shows_the_papers_that_were_looked_at(engine: Counting) -> None:
    declined = engine.ask("What batch size was SINet trained with?", history=())
    assert declined.abstained and declined.nearest
    outcome = paperchat(engine)(chain(2, "Why not?", declined.question))
    looked_at = tuple(paper.paper_id for paper in declined.nearest if paper.quotes)
    assert outcome.before[1].papers == looked_at != ()


def test_a_history_with_answers_is_taken_as_it_is(engine: Counting) -> None:
    case = chain(2, "And its speed?", "How many parameters does SINet have?")
    answered = (*case.history, GoldTurn(role="assistant", content="SINet has 86.9K parameters."))
    outcome = paperchat(engine)(case.model_copy(update={"history": answered}))
    assert engine.asked == [(case.question, 2)] and outcome.before == ()


def test_the_library_is_asked_with_the_same_models(
    engine: Counting, settings: Settings, papers: list[Paper]
) -> None:
    dataset = Dataset.load(QUESTIONS, papers)
    case = next(case for case in dataset if case.corpus == "library" and case.must_cite)
    outcome = paperchat(engine)(case)
    assert not engine.asked, "the delivered papers were asked"
    assert outcome.answer is not None
    assert {*outcome.candidates} <= library_papers().keys()
    judged = score_case(case, outcome, library_papers(), engine.check)
    assert "right" in judged.scores
    assert list((settings.index.parent / "eval-library").glob("*/CURRENT"))
    assert engine.library.by_id.keys() == {paper.paper_id for paper in papers}
