"""Selects the evidence: the few sentences to answer from, or the reason for not answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.whole_paper import aspects_asked, quote_aspects, quote_gists
from rag.decisions.answer_sentences import ScoredSentence, score_sentences
from rag.decisions.answerability import reason_not_to_answer, reason_not_to_list
from rag.decisions.aspect_sentences import AspectRanker
from rag.decisions.aspects import Aspect
from rag.decisions.papers import papers_for_list, select_papers
from rag.index.filters import in_scope
from rag.query.kinds import takes_for_granted
from rag.query.query import Query
from rag.retrieval.search import Retrieval
from rag.types import Coverage, Evidence, Reason

# A sentence is quoted if its probability is at least this share of its paper's highest one.
_SENTENCE_MARGIN = 0.2
_MOST_LISTED = 30
_MOST_SCOPED = 5
_MOST_SENTENCES = 16
_PER_PAPER = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences to answer with, numbered from 1, or the reason why there are none.

    ``about`` are the ids of the papers that the question is about, as far as known. ``nearest`` is
    the sentence to quote to a question that presumes something wrong, or empty.
    """

    evidence: tuple[Evidence, ...]
    reason: Reason | None
    coverage: Coverage | None = None
    about: tuple[str, ...] = ()
    nearest: str = ""


def select_evidence(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    """The evidence for a question: at most sixteen sentences, or one per paper for a list.

    The best paper comes first, and within a paper its best sentence.
    """
    if query.lists_whole_scope:
        return _list_of_scope(query, retrieval, aspect_ranker)
    if query.kind == "list":
        return _list_on_topic(query, retrieval)
    papers = _papers_asked(query, retrieval)
    aspects = aspects_asked(query.text, query.mentions) if query.papers_are_known else ()
    if papers and aspects:
        return _whole_papers(query, papers, aspects, aspect_ranker)
    return _answer(query, retrieval, papers)


def _list_of_scope(query: Query, retrieval: Retrieval, aspect_ranker: AspectRanker) -> Selection:
    """A list of all papers that pass the filter, each with the sentence that says what it does."""
    papers = [r.paper for r in retrieval.ranked if r.paper.abstract][:_MOST_LISTED]
    return _listed(query, retrieval, quote_gists(aspect_ranker, papers))


def _list_on_topic(query: Query, retrieval: Retrieval) -> Selection:
    """A list of the papers on a topic, each with its most relevant sentence."""
    papers = papers_for_list(retrieval)[:_MOST_LISTED]
    scored = score_sentences(query.content, papers, query.search.judged(papers))
    reason = reason_not_to_list(retrieval, scored)
    if reason:
        return Selection((), reason)
    return _listed(query, retrieval, _numbered(_best_of_each(scored, 1), papers))


def _listed(query: Query, retrieval: Retrieval, evidence: Sequence[Evidence]) -> Selection:
    if not evidence:
        return Selection((), "not_in_corpus")
    corpus = query.library.lexical.count(query.scope)
    coverage = Coverage(len(retrieval.ranked), len(evidence), corpus)
    about = tuple(item.paper.paper_id for item in evidence)
    return Selection(tuple(evidence), None, coverage, about)


def _whole_papers(
    query: Query, papers: Sequence[str], aspects: Sequence[Aspect], aspect_ranker: AspectRanker
) -> Selection:
    """A question about papers as a whole: the sentences that state the aspects asked for."""
    found = quote_aspects(aspect_ranker, [query.library.by_id[i] for i in papers], aspects)
    reason: Reason | None = None if found else "not_in_abstracts"
    return Selection(tuple(found[:_MOST_SENTENCES]), reason, about=tuple(papers))


def _answer(query: Query, retrieval: Retrieval, papers: Sequence[str]) -> Selection:
    """An ordinary question: the sentences that are likely to answer it."""
    about = tuple(papers)
    if not papers:
        return Selection((), "not_in_corpus")
    if query.papers_are_known and not any(query.library.by_id[i].abstract for i in papers):
        return Selection((), "not_in_abstracts", about=about)
    scored = score_sentences(query.content, papers, query.search.judged(papers))
    reason = reason_not_to_answer(query, retrieval, scored)
    if reason is None:
        best = _best_of_each(scored, _PER_PAPER)[:_MOST_SENTENCES]
        return Selection(_numbered(best, papers), None, about=about)
    # A question that takes something for granted is corrected by the nearest sentence. To one that
    # asks for a detail, that sentence would look like an answer.
    corrects = scored and takes_for_granted(query.text)
    return Selection((), reason, about=about, nearest=scored[0].span.text if corrects else "")


def _papers_asked(query: Query, retrieval: Retrieval) -> list[str]:
    """The ids of the papers to answer from, in order: the reader's choice if it is small."""
    chosen = query.scope.papers
    if chosen and len(chosen) <= _MOST_SCOPED:
        return [i for i in chosen if in_scope(query.scope, query.library.by_id[i])]
    return select_papers(retrieval, query.mentions)


def _best_of_each(scored: Sequence[ScoredSentence], most: int) -> list[ScoredSentence]:
    """The best sentences of each paper, from one to ``most``. Best first."""
    floor: dict[str, float] = {}
    count: dict[str, int] = {}
    best: list[ScoredSentence] = []
    for item in scored:
        paper_id = item.paper.paper_id
        # ``scored`` is best first, so the first sentence of a paper is its best one.
        enough = floor.setdefault(paper_id, _SENTENCE_MARGIN * item.score)
        if item.score >= enough and count.get(paper_id, 0) < most:
            count[paper_id] = count.get(paper_id, 0) + 1
            best.append(item)
    return best


def _numbered(sentences: Sequence[ScoredSentence], papers: Sequence[str]) -> tuple[Evidence, ...]:
    """As evidence, in the order of ``papers``, and of each paper in the order given."""
    place = {paper_id: at for at, paper_id in enumerate(papers)}
    ordered = sorted(sentences, key=lambda item: place[item.paper.paper_id])
    return tuple(
        Evidence(number, item.paper, item.span, round(item.score, 4))
        for number, item in enumerate(ordered, start=1)
    )
