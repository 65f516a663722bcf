"""Questions to suggest to a reader; each is tried before it is suggested."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.flow import Assistant
from rag.retrieval.query.kinds import asks_quantity
from rag.text.keyphrases import topics_of
from rag.text.titles import work_name
from rag.types import EVERYTHING, Answer, Paper, Scope

_TRIED = 12


class Suggestions:
    """What to offer somebody who has not asked yet, or whose question was declined."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def topics(self, most: int = 3) -> tuple[str, ...]:
        """What the papers are mostly on."""
        return topics_of(self._assistant.library.papers, most)

    def all_answered(self, questions: Sequence[str], papers: int = 1) -> bool:
        """Whether each question is answered from so many papers at least."""
        return all(len(self._assistant.answering(asked)) >= papers for asked in questions)

    def starters(self, most: int) -> list[str]:
        """Up to ``most`` questions that these papers answer, over all of the pile."""
        return starters(self._assistant, self._assistant.library.papers, most)

    def comparable(self, most: int) -> list[str]:
        """Up to ``most`` questions that several papers answer."""
        return comparable(self._assistant, most)

    def better_question(self, answer: Answer, scope: Scope = EVERYTHING) -> str:
        """A question near one that was declined, which the nearest papers do answer; or empty."""
        return better_question(self._assistant, answer, scope)


def better_question(assistant: Assistant, answer: Answer, scope: Scope = EVERYTHING) -> str:
    """A question near one that was declined, which the nearest papers do answer; or empty.

    ``scope`` is the one that the declined question was asked within.
    """
    papers = [assistant.library.by_id[ref.paper_id] for ref in answer.nearest]
    for paper in papers:
        for question in _about(paper, quantity=asks_quantity(answer.standalone_question)):
            offered = question != answer.question
            if offered and paper.paper_id in assistant.answering(question, scope):
                return question
    return ""


def starters(assistant: Assistant, papers: Sequence[Paper], most: int) -> list[str]:
    """Up to ``most`` questions that these papers answer, spread over all of them."""
    step = max(1, len(papers) // _TRIED)
    found: list[str] = []
    for paper in sorted(papers, key=lambda paper: not work_name(paper.title))[::step][:_TRIED]:
        question = next(_about(paper))
        if len(found) < most and paper.paper_id in assistant.answering(question):
            found.append(question)
    return found


def comparable(assistant: Assistant, most: int) -> list[str]:
    """Up to ``most`` questions that several papers answer, on the library's main topics."""
    topics = topics_of(assistant.library.papers, 2 * most)
    asked = (f"Which papers are about {topic}?" for topic in topics)
    return [question for question in asked if len(assistant.answering(question)) > 1][:most]


def _about(paper: Paper, *, quantity: bool = False) -> Iterator[str]:
    """Questions that the paper's abstract is likely to answer, the likeliest first."""
    name, title = work_name(paper.title), re.sub(r"[“”\"]", "", paper.title)
    if quantity:
        yield f"What results does {name or f'“{title}”'} report?"
    if name:
        yield f"What is {name}?"
    yield f"What does “{title}” propose?"
