"""Suggests questions to a reader; only questions that would be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.flow import Assistant
from rag.query.kinds import asks_quantity
from rag.text.keyphrases import topics_of
from rag.text.titles import work_name
from rag.types import EVERYTHING, Answer, Paper, Scope

_TRIED = 12


class Suggestions:
    """Questions for a reader who has not asked yet, or whose question was declined."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def topics(self, most: int = 3) -> tuple[str, ...]:
        """What the papers are mostly about: up to ``most`` phrases of two words."""
        return topics_of(self._assistant.library.papers, most)

    def all_answered(self, questions: Sequence[str], papers: int = 1) -> bool:
        """Whether each question is answered from at least ``papers`` papers."""
        return all(len(self._assistant.papers_answering(asked)) >= papers for asked in questions)

    def starters(self, most: int) -> list[str]:
        """Up to ``most`` questions that single papers answer, spread over the whole library."""
        papers = self._assistant.library.papers
        step = max(1, len(papers) // _TRIED)
        found: list[str] = []
        for paper in sorted(papers, key=lambda paper: not work_name(paper.title))[::step][:_TRIED]:
            question = next(_about(paper))
            if len(found) < most and paper.paper_id in self._assistant.papers_answering(question):
                found.append(question)
        return found

    def comparable(self, most: int) -> list[str]:
        """Up to ``most`` questions on the main topics that several papers answer."""
        topics = topics_of(self._assistant.library.papers, 2 * most)
        asked = (f"Which papers are about {topic}?" for topic in topics)
        return [
            question for question in asked if len(self._assistant.papers_answering(question)) > 1
        ][:most]

    def better_question(self, answer: Answer, scope: Scope = EVERYTHING) -> str:
        """A question close to a declined one that the nearest papers answer, or empty.

        ``scope`` is the one in which the declined question was asked.
        """
        papers = [self._assistant.library.by_id[ref.paper_id] for ref in answer.nearest]
        for paper in papers:
            for question in _about(paper, quantity=asks_quantity(answer.standalone_question)):
                is_new = question != answer.question
                if is_new and paper.paper_id in self._assistant.papers_answering(question, scope):
                    return question
        return ""


def _about(paper: Paper, *, quantity: bool = False) -> Iterator[str]:
    """Questions that the paper's abstract is likely to answer, the most likely first."""
    name, title = work_name(paper.title), re.sub(r"[“”\"]", "", paper.title)
    if quantity:
        yield f"What results does {name or f'“{title}”'} report?"
    if name:
        yield f"What is {name}?"
    yield f"What does “{title}” propose?"
