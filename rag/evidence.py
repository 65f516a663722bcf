"""Ranked papers to the few sentences that bear on the question, from the few papers that matter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.corpus.sentences import trim
from rag.index.library import Library
from rag.question import (
    Mention,
    asks_quantity,
    coined_names,
    find_mentions,
    without_mentions,
)
from rag.retrieve import Retrieval
from rag.types import Coverage, Evidence, Kind, Paper, Reason, Span

if TYPE_CHECKING:
    from rag.models.embedder import Vector

# Chosen by reading answers to about forty questions on the delivered corpus; the question set of
# the evaluation is what they are to be calibrated on.
_PAPER_MARGIN = 0.80  # of the best paper's score: below, a paper is a distractor
_LIST_MARGIN = 0.62
_SENTENCE_MARGIN = 0.62  # of the best sentence's score
_LEXICAL_SHARE = 0.5
_MOST_PAPERS: Mapping[Kind, int] = {"answer": 3, "compare": 5, "list": 30}
_MOST_SENTENCES: Mapping[Kind, int] = {"answer": 6, "compare": 12, "list": 30}
_PER_PAPER: Mapping[Kind, int] = {"answer": 4, "compare": 3, "list": 1}
_NOWHERE = 0.30  # cosine: nothing of the corpus is near
_WEAK = 0.40
_STRANGE_NAME = 0.60
_HELD = 0.5  # share of the question's term weight that one sentence holds
_NUMBER_BONUS = 0.15
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome: the sentences, or why there are none."""

    evidence: tuple[Evidence, ...]
    reason: Reason | None
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class _Focus:
    """What is asked of the chosen papers: their own names find them, not the sentence in them."""

    question: str
    vector: Vector
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Scored:
    paper: Paper
    span: Span
    cosine: float
    overlap: float
    score: float


def select(
    library: Library, retrieval: Retrieval, kind: Kind, papers: Sequence[str] | None
) -> Selection:
    """The evidence for a question: at most a dozen sentences, one a paper for lists.

    Numbered from 1, best paper first, in the abstract's order within a paper. ``papers`` is what
    the reader chose to ask, or None.
    """
    query = retrieval.query
    mentions = [m for m in find_named(library, query) if papers is None or m.paper_id in papers]
    named = [mention.paper_id for mention in mentions]
    focus = _focus(library, retrieval, mentions)
    chosen = _choose_papers(retrieval, kind, named, papers)
    scored = _score_sentences(library, focus, chosen)
    reason = _reason(library, scored, retrieval, focus, named or papers)
    if reason is not None:
        return Selection((), reason)
    picked = _pick(scored, chosen, kind)
    coverage = None
    if kind == "list":
        matched = len({item.paper.paper_id for item in picked})
        coverage = Coverage(len(retrieval.ranked), matched, len(library.papers))
    return Selection(_number(picked, chosen), None, coverage)


def find_named(library: Library, question: str) -> list[Mention]:
    """The papers that a question names, in its order."""

    def holders(word: str) -> list[str]:
        terms = library.lexical.terms(word)
        hits = library.lexical.search(word, _CANDIDATES)
        return [i for i, _ in hits if _holds(library, library.by_id[i], terms)]

    return find_mentions(question, library.papers, holders)


def _focus(library: Library, retrieval: Retrieval, mentions: Sequence[Mention]) -> _Focus:
    """The question without the names in it, unless nothing else is in it."""
    rest = without_mentions(retrieval.query, mentions)
    weights = _term_weights(library, rest)
    if mentions and weights:
        return _Focus(rest, library.embedder.embed_query(rest), weights)
    query = retrieval.query
    return _Focus(query, retrieval.vector, _term_weights(library, query))


def _holds(library: Library, paper: Paper, terms: Sequence[str]) -> bool:
    held = set(library.lexical.terms(f"{paper.title} {paper.abstract}"))
    return all(term in held for term in terms)


def _choose_papers(
    retrieval: Retrieval, kind: Kind, named: Sequence[str], papers: Sequence[str] | None
) -> list[str]:
    """Ids in order: those named or asked for, else those near enough to the best one."""
    most = _MOST_PAPERS[kind]
    if papers is not None and len(papers) <= most:
        return list(papers)
    if named and kind != "list":
        return list(named[:most])
    ranked = retrieval.ranked
    if not ranked:
        return []
    margin = (_LIST_MARGIN if kind == "list" else _PAPER_MARGIN) * ranked[0].score
    return [r.paper.paper_id for r in ranked if r.score >= margin][:most]


def _score_sentences(library: Library, focus: _Focus, papers: Sequence[str]) -> list[_Scored]:
    total = sum(focus.weights.values()) or 1.0
    quantity = asks_quantity(focus.question)
    scored = []
    for record in library.dense.sentences_of(papers):
        span = trim(record.span)
        held = set(library.lexical.terms(span.text))
        overlap = sum(weight for term, weight in focus.weights.items() if term in held) / total
        cosine = float(record.vector @ focus.vector)
        score = cosine + _LEXICAL_SHARE * overlap
        if quantity and any(letter.isdigit() for letter in span.text):
            score += _NUMBER_BONUS
        scored.append(_Scored(library.by_id[record.paper_id], span, cosine, overlap, score))
    return sorted(scored, key=lambda item: (-item.score, item.paper.order, item.span.start))


def _reason(
    library: Library,
    scored: Sequence[_Scored],
    retrieval: Retrieval,
    focus: _Focus,
    asked: Sequence[str] | None,
) -> Reason | None:
    """Why not to answer, or None.

    Cosine alone would refuse acronyms ("What is GPSA?" is .25 from its own paper), and words alone
    would refuse paraphrases: it takes both to be far.
    """
    if not scored:
        return "not_in_corpus"
    held = max(item.overlap for item in scored)
    near = max(retrieval.nearest, max(item.cosine for item in scored))
    if asked:
        # Without terms it is a general question ("What is proposed?"), which any abstract answers.
        far = max(item.cosine for item in scored) < _NOWHERE and held == 0
        return "not_in_abstracts" if far and focus.weights else None
    # A coined name that no abstract holds asks for something else, however near the rest is.
    names = [term for name in coined_names(retrieval.query) for term in library.lexical.terms(name)]
    if any(not library.lexical.frequency(term) for term in names) and near < _STRANGE_NAME:
        return "not_in_corpus"
    if near < _NOWHERE and held < _HELD:
        return "not_in_corpus"
    return "weak_evidence" if near < _WEAK and held < _HELD / 2 else None


def _pick(scored: Sequence[_Scored], papers: Sequence[str], kind: Kind) -> list[_Scored]:
    """The best sentences, at most so many a paper; each compared paper keeps its best one."""
    floor = _SENTENCE_MARGIN * scored[0].score
    count: dict[str, int] = dict.fromkeys(papers, 0)
    picked: list[_Scored] = []
    for item in scored:
        have = count[item.paper.paper_id]
        owed = have == 0 and kind in ("compare", "list")
        if (item.score >= floor or owed) and have < _PER_PAPER[kind]:
            count[item.paper.paper_id] += 1
            picked.append(item)
    return picked[: _MOST_SENTENCES[kind]]


def _number(picked: Sequence[_Scored], papers: Sequence[str]) -> tuple[Evidence, ...]:
    """Numbered by the order of the best sentence of each paper, then as the abstract has them."""
    place = {paper_id: i for i, paper_id in enumerate(papers)}
    ordered = sorted(picked, key=lambda item: (place[item.paper.paper_id], item.span.start))
    return tuple(
        Evidence(number, item.paper, item.span, round(item.score, 4))
        for number, item in enumerate(ordered, start=1)
    )


def _term_weights(library: Library, query: str) -> dict[str, float]:
    """Each term of the query with its inverse document frequency, ln(1 + papers / holders)."""
    size = len(library.papers)
    return {
        term: math.log(1 + size / max(1, library.lexical.frequency(term)))
        for term in library.lexical.terms(query)
    }
