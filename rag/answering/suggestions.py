"""Questions to offer a reader, each proven to be answered before it is offered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.flow import Assistant
from rag.retrieval.query.questions import asks_quantity
from rag.text.keyphrases import topics_of
from rag.text.titles import work_name
from rag.types import EVERYTHING, Answer, Paper, Scope

_TRIED = 12


def better_question(assistant: Assistant, answer: Answer, scope: Scope = EVERYTHING) -> str:
    """A question near one that was declined, which the nearest papers do answer; or empty.

    ``scope`` is what was asked within, and will be again. The nearest papers are those of the
    scope that the question's own filter lets in too.
    """
    papers = [assistant.library.by_id[ref.paper_id] for ref in answer.nearest]
    for paper in papers:
        for question in _about(paper, quantity=asks_quantity(answer.standalone_question)):
            offered = question != answer.question
            if offered and paper.paper_id in assistant.answering(question, scope):
                return question
    return ""


def starters(assistant: Assistant, papers: Sequence[Paper], most: int) -> list[str]:
    """Up to ``most`` questions that these papers answer, over all of the pile."""
    step = max(1, len(papers) // _TRIED)
    found: list[str] = []
    for paper in sorted(papers, key=lambda paper: not work_name(paper.title))[::step][:_TRIED]:
        question = next(_about(paper))
        if len(found) < most and paper.paper_id in assistant.answering(question):
            found.append(question)
    return found


def comparable(assistant: Assistant, most: int) -> list[str]:
    """Up to ``most`` questions that several papers answer, of what the pile is mostly on."""
    topics = topics_of(assistant.library.papers, 2 * most)
    asked = (f"Which papers are about {topic}?" for topic in topics)
    return [question for question in asked if len(assistant.answering(question)) > 1][:most]


def _about(paper: Paper, *, quantity: bool = False) -> Iterator[str]:
    """Questions that ask for what an abstract says, the likeliest first."""
    name, title = work_name(paper.title), re.sub(r"[“”\"]", "", paper.title)
    if quantity:
        yield f"What results does {name or f'“{title}”'} report?"
    if name:
        yield f"What is {name}?"
    yield f"What does “{title}” propose?"
