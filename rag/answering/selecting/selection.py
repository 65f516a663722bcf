"""Selects the evidence: the few sentences to answer from, or the reason for not answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.selecting.by_aspect import quote_aspects
from rag.answering.selecting.groups import Group, Selection, numbered
from rag.answering.selecting.limited import limited_list
from rag.answering.selecting.lists import list_of_scope, list_on_topic
from rag.answering.selecting.overviews import overview
from rag.answering.selecting.superlatives import evidence_of, lead_of, measured_by, rank_values
from rag.answering.understanding.conversation import best_of
from rag.answering.understanding.whole_paper import aspects_asked, measure_asked
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.answerability import reason_not_to_answer
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import RESULT, Aspect
from rag.decisions.papers import select_papers
from rag.index.filters import in_scope
from rag.query.extremes import names_extreme
from rag.query.query import Query
from rag.query.terms import paper_terms
from rag.retrieval.search import Retrieval
from rag.text.characters.escaping import as_markdown
from rag.text.languages import script_of
from rag.text.names.titles import short_title
from rag.types import PaperRef, Reason

# A sentence is quoted if its probability is at least this share of its paper's highest one.
_SENTENCE_MARGIN = 0.25
_COVERED = 0.75  # of the best sentence's term coverage, in other scripts
_MOST_SCOPED = 5
_MOST_SENTENCES = 16
_PER_PAPER = 4
_OF_ONE_ASPECT = 2  # sentences of a paper, where nothing else is asked
_NEAREST = 2  # papers whose nearest sentence is shown with a refusal


def select_evidence(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    """The evidence for a question: at most sixteen sentences, or one per paper for a list.

    The paper that answers best comes first. Of a paper the best sentence leads, and further ones
    follow in the order of the abstract.
    """
    if query.intent == "other_task" or query.of_nothing:
        return Selection((), "not_in_corpus")  # declined like any question that no paper answers
    if query.kind == "list":
        return _list(query, retrieval, aspect_ranker)
    if query.intent in ("overview", "synthesis") and not query.papers_are_known:
        found = overview(query, retrieval, aspect_ranker)
        if found is not None:
            return found
    if query.intent == "superlative" or _asks_for_extreme(query):
        ranked = _superlative(query, retrieval)
        if ranked is not None:
            return ranked
    papers = _papers_asked(query, retrieval)
    if papers and query.papers_are_known:
        told = _aspects(query, papers, aspect_ranker) or _measured(query, papers, aspect_ranker)
        if told:
            return told
    return _answer(query, retrieval, papers)


def _aspects(query: Query, papers: Sequence[str], ranker: AspectRanker) -> Selection | None:
    """The aspects that a question asks of its papers; None if it asks for something else."""
    aspects = aspects_asked(query.text, query.mentions)
    if not aspects:
        return None
    stated = _whole_papers(query, papers, aspects, ranker)
    return stated if stated.evidence or not query.asks_in_general else None


def _measured(query: Query, papers: Sequence[str], ranker: AspectRanker) -> Selection | None:
    """The numbers that "how fast is it?" asks for; None for another question or without numbers.

    A paper that gives no number for how good it is may say its result in words.
    """
    asked = measure_asked(query.text, query.mentions)
    if asked is None:
        return None
    found = evidence_of(query.library, measured_by(query.asked_alone, asked, papers))
    if found:
        return _by_paper(query, Selection(found, None, about=tuple(papers)))
    return _whole_papers(query, papers, [RESULT], ranker) if asked.by_merit else None


def _list(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    if query.limits:
        return limited_list(query, retrieval, aspect_ranker)
    if query.lists_whole_scope:
        return list_of_scope(query, retrieval, aspect_ranker)
    return list_on_topic(query, retrieval, aspect_ranker)


def _asks_for_extreme(query: Query) -> bool:
    """Whether another question has a word for an extreme, of all papers or of the shown ones."""
    if query.mentions or query.intent not in ("lookup", "comparison"):
        return False
    return names_extreme(query.text) and (query.intent == "lookup" or bool(query.scope.papers))


def _superlative(query: Query, retrieval: Retrieval) -> Selection | None:
    """The numbers that a question for an extreme asks for, best first; None if there are none."""
    ids = [item.paper.paper_id for item in retrieval.ranked if item.paper.abstract]
    ranked = rank_values(query.asked_alone, ids)
    told = {one.paper_id for one in (*ranked.entries, *ranked.apart)}
    chosen = query.scope.papers
    if not told or (len(chosen) <= _MOST_SCOPED and not told.issuperset(chosen)):
        return None
    evidence = evidence_of(query.library, ranked)
    return Selection(
        evidence,
        None,
        about=tuple(dict.fromkeys(item.paper.paper_id for item in evidence)),
        lead=as_markdown(lead_of(query.library, ranked)),
        named=True,
    )


def _whole_papers(
    query: Query, papers: Sequence[str], aspects: Sequence[Aspect], aspect_ranker: AspectRanker
) -> Selection:
    """A question about papers as a whole: the sentences that state the aspects asked for."""
    most = _OF_ONE_ASPECT if len(aspects) == 1 else 1
    found = quote_aspects(aspect_ranker, [query.library.by_id[i] for i in papers], aspects, most)
    reason: Reason | None = None if found else "not_in_abstracts"
    return _by_paper(query, Selection(tuple(found[:_MOST_SENTENCES]), reason, about=tuple(papers)))


def _answer(query: Query, retrieval: Retrieval, papers: Sequence[str]) -> Selection:
    """An ordinary question: the sentences that are likely to answer it."""
    about = tuple(papers)
    if not papers:
        return Selection((), "not_in_corpus")
    if query.papers_are_known and not any(query.library.by_id[i].abstract for i in papers):
        return Selection((), "not_in_abstracts", about=about)
    scored = score_sentences(query.content, papers, query.search.judged(papers))
    if script_of(query.text):  # in other scripts than Latin, words say more than the encoder
        covered = max((item.term_coverage for item in scored), default=0.0)
        scored = [item for item in scored if item.term_coverage >= _COVERED * covered]
    reason = reason_not_to_answer(query, retrieval, scored)
    if reason is None:
        best = _best_of_each(scored, _PER_PAPER)[:_MOST_SENTENCES]
        return _by_paper(query, Selection(numbered(best, papers), None, about=about))
    return Selection((), reason, about=about, nearest=_nearest(scored))


def _by_paper(query: Query, selection: Selection) -> Selection:
    """With a group for each paper; in a comparison its name is the heading."""
    groups: dict[str, list[int]] = {}
    titles = {}
    for item in selection.evidence:
        groups.setdefault(item.paper.paper_id, []).append(item.number)
        titles[item.paper.paper_id] = short_title(item.paper.title)
    if len(groups) < 2:
        return selection
    headed = query.kind == "compare"
    made = tuple(
        Group(titles[paper_id] if headed else "", tuple(numbers), named=headed)
        for paper_id, numbers in groups.items()
    )
    return replace(selection, groups=made)


def _papers_asked(query: Query, retrieval: Retrieval) -> list[str]:
    """The ids of the papers to answer from, in order: the reader's choice if it is small."""
    chosen = query.scope.papers
    if chosen and len(chosen) <= _MOST_SCOPED:
        return [i for i in chosen if in_scope(query.scope, query.library.by_id[i])]
    own = query.of_authors
    if own and not query.mentions:
        if query.asks_in_general:
            return [item.paper.paper_id for item in retrieval.ranked if item.paper.paper_id in own]
        terms = query.content.weights.keys()
        holders = [i for i in own if terms <= paper_terms(query.library, [i])]
        if holders or query.search.judged(own):
            return list(best_of(query.search, holders or own))
    return select_papers(retrieval, query.mentions)


def _nearest(scored: Sequence[ScoredSentence]) -> tuple[PaperRef, ...]:
    """The nearest sentence of each of the first papers, to be looked at beside a refusal."""
    best: dict[str, PaperRef] = {}
    for item in scored:
        paper = item.paper
        best.setdefault(paper.paper_id, PaperRef(paper.paper_id, paper.title, (item.span,)))
    return tuple(best.values())[:_NEAREST]


def _best_of_each(scored: Sequence[ScoredSentence], most: int) -> list[ScoredSentence]:
    """The best sentences of each paper, from one to ``most``: the best, then in reading order."""
    by_paper: dict[str, list[ScoredSentence]] = {}
    for item in scored:
        # ``scored`` is best first, so the first sentence of a paper is its best one.
        kept = by_paper.setdefault(item.paper.paper_id, [])
        if len(kept) < most and (not kept or item.score >= _SENTENCE_MARGIN * kept[0].score):
            kept.append(item)
    return [
        item
        for kept in by_paper.values()
        for item in [kept[0], *sorted(kept[1:], key=lambda other: other.span.start)]
    ]
