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
