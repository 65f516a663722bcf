"""Answers what asks several things at once: each part is answered, or said to be missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.selecting.groups import Group, Selection, joined, numbered
from rag.answering.selecting.selection import select_evidence
from rag.answering.telling.told import Told
from rag.decisions.answer_sentences import score_sentences
from rag.decisions.aspect_sentences import AspectRanker
from rag.query.query import Query
from rag.retrieval.search import Retrieval, retrieve_query
from rag.types import ONE_LINE_A_PAPER, Scope

_PAPERS = 10
_SURE = 0.6  # probability

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
    about = whole.about if whole.reason is None or query.mentions else ()
    selections: list[Selection] = []
    for part in query.parts:
        told = tell(part, about)
        if told is not None:
            # Also what the records do not say is said.
            selections.append(Selection((), None, groups=(Group(text=told.plain),)))
            continue
        alone = part.mentions or part.intent in ONE_LINE_A_PAPER or not about
        within = part if alone else replace(part, scope=Scope(about, part.scope.filter))
        found = retrieve_query(within, _PAPERS)
        selection = select_evidence(within, found, aspect_ranker)
        selections.append(_best_of(within, about) if selection.reason and about else selection)
    if not any(selection.evidence for selection in selections):
        return whole
    return joined(selections, [part.asked for part in query.parts])


def _best_of(part: Query, papers: Sequence[str]) -> Selection:
    """The sentence of the whole question's papers that answers a part, if one surely does.

    Whether a question is answered is decided on the whole question; a part alone says too little.
    """
    scored = score_sentences(part.content, papers, part.search.judged(papers))
    if not scored or scored[0].score < _SURE:
        return Selection((), "not_in_abstracts", about=tuple(papers))
    return Selection(numbered(scored[:1], papers), None, about=tuple(papers))
