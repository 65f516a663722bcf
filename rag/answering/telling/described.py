"""The papers that a question about records means: named, described, or shown just before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.filters import in_scope
from rag.index.library import Library
from rag.query.follow_ups import refers_back
from rag.query.mentions import Mention
from rag.query.query import QueryText
from rag.query.terms import coverage, paper_terms
from rag.retrieval.search import search
from rag.text.lexicons import lexicon
from rag.types import Paper, Scope

# Scores of a search. Of 29 papers of a library, described by hand, all had .43 or more; the best
# for 150 papers that it lacks had .25 on average, a few that share a main word .43.
_FOUND, _UNSURE = 0.5, 0.42
_LEAST, _COVERED = 0.36, 0.5  # a lower score will do if the paper has half the words
_BEHIND = 0.85  # of the best score; a second paper as good as this makes the first unsure
_JOINT = re.compile(r"\s*(?:\bor\b|\band\b|\bvs\b\.?|\bversus\b|,|;)\s*", re.IGNORECASE)
_LEFT_OUT = lexicon("record_words", "record_fields")


@dataclass(frozen=True, slots=True)
class Found:
    """The paper that fits a description best; ``sure`` if it is clearly meant."""

    paper: Paper
    sure: bool
    fits: bool


def named_papers(library: Library, text: str, scope: Scope) -> tuple[list[Paper], str]:
    """The papers in the scope that a text names, and the text without their names."""
    mentions = [m for m in QueryText(library, text).named if in_scope(scope, library.by_id[m.paper_id])]
    papers = [library.by_id[mention.paper_id] for mention in mentions]
    return papers, _without_names(text, mentions)


def description_in(library: Library, text: str) -> str:
    """The words of a text that describe a paper; "" if none does."""
    words = re.findall(r"[\w’'-]+", text)
    kept = [word for word in words if word.lower() not in _LEFT_OUT]
    described = " ".join(kept)
    return described if library.lexical.terms(described) else ""


def paper_described(library: Library, description: str, scope: Scope) -> Found | None:
    """The paper that fits a description best; None if there are no papers."""
    retrieval = search(QueryText(library, description), 2, scope)
    if not retrieval.ranked:
        return None
    best = retrieval.ranked[0]
    covered = coverage(retrieval.query.weights, paper_terms(library, [best.paper.paper_id]))
    fits = best.score >= _UNSURE or (best.score >= _LEAST and covered >= _COVERED)
    ahead = len(retrieval.ranked) == 1 or retrieval.ranked[1].score < _BEHIND * best.score
    return Found(best.paper, fits and ahead and best.score >= _FOUND, fits)


def papers_described(library: Library, text: str, scope: Scope) -> list[Found]:
    """The papers of each of several descriptions, joined by "and", "or" or a comma."""
    parts = filter(None, (description_in(library, part) for part in _JOINT.split(text)))
    found = (paper_described(library, part, scope) for part in parts)
    fitting = {item.paper.paper_id: item for item in found if item is not None and item.fits}
    return list(fitting.values())


def papers_shown(library: Library, text: str, shown: Sequence[str], *, alone: bool) -> list[Paper]:
    """The papers shown just before, if the text refers to them or names nothing (``alone``)."""
    if not (alone or refers_back(text)):
        return []
    return [library.by_id[i] for i in shown if i in library.by_id]


def _without_names(text: str, mentions: Sequence[Mention]) -> str:
    for mention in sorted(mentions, key=lambda mention: -mention.start):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return " ".join(re.sub(r"\(\W*\)", " ", text).split())
