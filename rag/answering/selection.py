"""Ranked papers to the few sentences that bear on the question, from the few papers that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.whole_paper import aspects_asked, tell, tell_each
from rag.decisions.answerability import reason_not_to_answer, reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.evidence import Scored, score_sentences
from rag.decisions.papers import choose_papers, list_papers
from rag.index.filters import holds
from rag.index.library import Library
from rag.retrieval.focus import Focus, find_named, focus_on
from rag.retrieval.query.details import takes_for_granted
from rag.retrieval.query.questions import Mention
from rag.retrieval.search import Retrieval
from rag.types import Coverage, Evidence, Kind, Reason, Scope

# A sentence is told where it is at least so likely to answer as this share of the paper's best one.
_SENTENCE_MARGIN = 0.2
_MOST_LISTED = 30
_MOST_SCOPED = 5
_MOST_SENTENCES = 16
_PER_PAPER = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome: the sentences, or why there are none.

    ``about`` are the ids of the papers that the question is about, as far as that is known;
    ``nearest`` is what corrects a question that takes for granted what is not so, or empty.
    """

    evidence: tuple[Evidence, ...]
    reason: Reason | None
    coverage: Coverage | None = None
    about: tuple[str, ...] = ()
    nearest: str = ""


def select(
    library: Library,
    retrieval: Retrieval,
    kind: Kind,
    scope: Scope,
    aspect_ranker: AspectRanker,
) -> Selection:
    """The evidence for a question: at most sixteen sentences, one a paper for lists.

    Numbered from 1, best paper first and its best sentence first. ``scope`` is what the retrieval
    was kept within: papers that the reader chose to ask, or a filter.
    """
    if kind == "list" and scope.filter and not library.lexical.terms(retrieval.query):
        return _select_all(library, retrieval, scope, aspect_ranker)
    named = find_named(library, retrieval.query)
    mentions = [m for m in named if holds(scope, library.by_id[m.paper_id])]
    focus = focus_on(library, retrieval, mentions)
    if kind == "list":
        return _select_list(library, retrieval, focus, scope)
    chosen = _chosen(library, retrieval, mentions, scope)
    if not chosen:
        return Selection((), "not_in_corpus")
    known = bool(mentions or scope.papers)
    aspects = aspects_asked(retrieval.query, mentions) if known else ()
    if aspects:
        told = tell(aspect_ranker, [library.by_id[paper_id] for paper_id in chosen], aspects)
        lacking: Reason | None = None if told else "not_in_abstracts"
        return Selection(tuple(told[:_MOST_SENTENCES]), lacking, about=tuple(chosen))
    if known and not any(library.by_id[paper_id].abstract for paper_id in chosen):
        return Selection((), "not_in_abstracts", about=tuple(chosen))
    scored = score_sentences(library, focus, chosen)
    reason = reason_not_to_answer(library, retrieval, focus, scored, known)
    if reason is not None:
        # Where the question takes something for granted, the text itself is the correction. Where
        # it asks for a detail, the nearest sentence would only pass for an answer.
        corrects = scored and takes_for_granted(retrieval.query)
        nearest = scored[0].span.text if corrects else ""
        return Selection((), reason, about=tuple(chosen), nearest=nearest)
    picked = _pick(scored, _PER_PAPER)[:_MOST_SENTENCES]
    return Selection(_number(picked, chosen), None, about=tuple(chosen))


def _select_all(
    library: Library, retrieval: Retrieval, scope: Scope, aspect_ranker: AspectRanker
) -> Selection:
    """A list of whatever the filter lets in: of each paper the sentence that says what it does."""
    chosen = [r.paper for r in retrieval.ranked if r.paper.abstract][:_MOST_LISTED]
    evidence = tell_each(aspect_ranker, chosen)
    if not evidence:
        return Selection((), "not_in_corpus")
    coverage = Coverage(len(retrieval.ranked), len(evidence), library.lexical.count(scope))
    return Selection(
        tuple(evidence), None, coverage, tuple(item.paper.paper_id for item in evidence)
    )


def _select_list(library: Library, retrieval: Retrieval, focus: Focus, scope: Scope) -> Selection:
    chosen = list_papers(library, retrieval)[:_MOST_LISTED]
    scored = score_sentences(library, focus, chosen)
    reason = reason_not_to_list(library, retrieval, focus, scored)
    if reason is not None:
        return Selection((), reason)
    evidence = _number(_pick(scored, 1), chosen)
    coverage = Coverage(len(retrieval.ranked), len(evidence), library.lexical.count(scope))
    return Selection(evidence, None, coverage, tuple(chosen))


def _chosen(
    library: Library,
    retrieval: Retrieval,
    mentions: Sequence[Mention],
    scope: Scope,
) -> list[str]:
    """Ids in order. A few papers that the reader chose are all asked."""
    if scope.papers and len(scope.papers) <= _MOST_SCOPED:
        return [i for i in scope.papers if holds(scope, library.by_id[i])]
    return choose_papers(library, retrieval, mentions)


def _pick(scored: Sequence[Scored], most: int) -> list[Scored]:
    """The best sentences of each paper, at most so many: every paper chosen has its say."""
    floor: dict[str, float] = {}
    count: dict[str, int] = {}
    picked: list[Scored] = []
    for item in scored:
        paper_id = item.paper.paper_id
        # Best first, so that the first sentence seen of a paper is its best one.
        enough = floor.setdefault(paper_id, _SENTENCE_MARGIN * item.score)
        if item.score >= enough and count.get(paper_id, 0) < most:
            count[paper_id] = count.get(paper_id, 0) + 1
            picked.append(item)
    return picked


def _number(picked: Sequence[Scored], papers: Sequence[str]) -> tuple[Evidence, ...]:
    """Numbered by the order of the papers, then by how well they answer."""
    place = {paper_id: i for i, paper_id in enumerate(papers)}
    ordered = sorted(picked, key=lambda item: place[item.paper.paper_id])
    return tuple(
        Evidence(number, item.paper, item.span, round(item.score, 4))
        for number, item in enumerate(ordered, start=1)
    )
