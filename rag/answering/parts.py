"""Answers what asks several things at once: each part is answered, or said to be missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.groups import Group, Selection, joined
from rag.answering.selection import select_evidence
from rag.answering.telling.told import Told
from rag.decisions.aspect_sentences import AspectRanker
from rag.query.query import Query
from rag.retrieval.search import Retrieval, retrieve_query
from rag.types import ONE_LINE_A_PAPER, Scope

_PAPERS = 10

# (part, ids of the papers that the parts before it are about) -> what needs no sentence.
Tell = Callable[[Query, Sequence[str]], Told | None]


def select_parts(
    query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker, tell: Tell
) -> Selection:
    """The evidence for all parts of a question.

    The whole question finds the papers, as its parts may need one another to be understood; a part
    that names papers, or asks for a list, finds its own. A question that is answered as a whole and
    in no part is answered as a whole.
    """
    whole = select_evidence(query, retrieval, aspect_ranker)
    about = whole.about
    selections: list[Selection] = []
    for part in query.parts:
        told = tell(part, about)
        if told is not None:
            selections.append(Selection((), told.reason, groups=(Group(text=told.plain),)))
            continue
        alone = part.mentions or part.intent in ONE_LINE_A_PAPER or not about
        within = part if alone else replace(part, scope=Scope(about, part.scope.filter))
        found = retrieve_query(within, _PAPERS)
        selections.append(select_evidence(within, found, aspect_ranker))
    if all(selection.reason for selection in selections):
        return whole
    return joined(selections, [part.asked for part in query.parts])
