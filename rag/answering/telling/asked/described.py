"""The papers that a question about records means: named, described, or shown just before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.answering.telling.asked.fields import misspells_field, without_people_words
from rag.index.filters import in_scope
from rag.index.library import Library
from rag.index.words.keys import INITIALS, WORK
from rag.query.extremes import direction_of
from rag.query.follow_ups import refers_back
from rag.query.mentions import Mention
from rag.query.query import Query, QueryText
from rag.query.terms import coverage, paper_terms
from rag.retrieval.search import search
from rag.text.lexicons import function_words, lexicon
from rag.text.words import fold
from rag.types import Paper, Scope

# Scores of a search. Of 29 papers of a library, described by hand, all had .43 or more; the best
# for 150 papers that it lacks had .25 on average, a few that share a main word .43.
_FOUND, _UNSURE = 0.5, 0.42
_LEAST, _COVERED = 0.36, 0.75  # a lower score will do if the paper has most of the words
_NEAR = 0.33
_LETTERS = 3  # of an abbreviation
_ALIKE = 0.8  # of a name with a slip
_BEHIND = 0.85  # of the best score; a second paper as good as this makes the first unsure
_LEVEL = 0.5  # of the best score; papers on the same topic have as much
_JOINT = re.compile(
    r"\s*(?:\bor\b|\band\b|\bvs\b\.?|\bversus\b|\bas\b|\bthan\b|\bwrite\b|,|;)\s*", re.IGNORECASE
)
_PLACES = ("last", "first", "second", "third", "fourth", "fifth")  # "last" is -1
_PLACE = re.compile(
    rf"\b({'|'.join(_PLACES)})\s+(?:one|paper|study|article|work)\b|\bnumber\s+([1-9])\b",
    re.IGNORECASE,
)
_NO_CONTENT = function_words() | {""}
_LEFT_OUT = lexicon("record_words", "record_fields")


@dataclass(frozen=True, slots=True)
class Found:
    """The paper that is nearest to a description.

    ``sure``: it is clearly meant; ``fits``: it may be meant; ``near``: it is worth naming.
    """

    paper: Paper
    sure: bool
    fits: bool
    near: bool


def named_papers(query: Query, scope: Scope) -> tuple[list[Paper], str]:
    """The papers in the scope that a question names, and the question without their names."""
    library, text = query.library, query.standalone
    # A filter that was split off changes the text; else the papers are known.
    read = query.search if query.search.text == text else QueryText(library, text)
    mentions = [m for m in read.named if in_scope(scope, library.by_id[m.paper_id])]
    papers = [library.by_id[mention.paper_id] for mention in mentions]
    return papers, without_names(text, mentions)


def without_names(text: str, mentions: Sequence[Mention]) -> str:
    """The text without the names of papers."""
    for mention in sorted(mentions, key=lambda mention: -mention.start):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return " ".join(re.sub(r"\(\W*\)", " ", text).split())


def description_in(library: Library, text: str) -> str:
    """The words of a text that describe a paper; "" if none does."""
    pieces: list[list[str]] = [[]]
    for word in re.findall(r"[\w’'-]+", without_people_words(text)):
        said = _plain(word)
        if said in _LEFT_OUT or direction_of(said) or misspells_field(library, word):
            pieces.append([])
        else:
            pieces[-1].append(word)
    # "the on heart surgery" is left of a question: of each piece the function words around it go.
    described = " ".join(filter(None, map(_core, pieces)))
    return described if library.lexical.terms(described) else ""


def paper_described(library: Library, description: str, scope: Scope) -> Found | None:
    """The paper that fits a description best; None if there are no papers."""
    held = [library.lexical.frequency(term) > 0 for term in library.lexical.terms(description)]
    if not any(held):
        # No paper has any of the words; letters in common say nothing.
        alike = _named_alike(library, description)
        known = alike is not None and in_scope(scope, alike)
        return Found(alike, sure=False, fits=True, near=True) if alike and known else None
    retrieval = search(QueryText(library, description), 2, scope)
    if not retrieval.ranked:
        return None
    best = retrieval.ranked[0]
    covered = coverage(retrieval.query.weights, paper_terms(library, [best.paper.paper_id]))
    # A word that stands nowhere may be what the paper is about: "the school breakfast study".
    least = _UNSURE if all(held) else _FOUND
    fits = best.score >= least or (best.score >= _LEAST and covered >= _COVERED)
    ahead = len(retrieval.ranked) == 1 or retrieval.ranked[1].score < _BEHIND * best.score
    return Found(best.paper, fits and ahead and best.score >= _FOUND, fits, best.score >= _NEAR)


def papers_on(
    library: Library, topic: str, papers: Sequence[Paper], *, surely: bool = False
) -> list[Paper]:
    """Those of the papers that are on a topic, by its words or by what they mean; best first."""
    scope = Scope(tuple(paper.paper_id for paper in papers))
    if not papers or not library.lexical.terms(topic):
        return []
    ranked = search(QueryText(library, topic), len(papers), scope).ranked
    terms = set(library.lexical.terms(topic))
    best = ranked[0].score if ranked else 0.0
    least = max(_UNSURE, _BEHIND * best) if surely else max(_NEAR, _LEVEL * best)
    return [
        item.paper
        for item in ranked
        if item.score >= least or terms <= paper_terms(library, [item.paper.paper_id])
    ]


def papers_described(library: Library, text: str, scope: Scope) -> list[Found]:
    """The papers of each of several descriptions, joined by "and", "or" or a comma."""
    parts = filter(None, (description_in(library, part) for part in _JOINT.split(text)))
    found = (paper_described(library, part, scope) for part in parts)
    fitting = {item.paper.paper_id: item for item in found if item is not None and item.fits}
    return list(fitting.values())


def papers_shown(
    library: Library, text: str, shown: Sequence[str], *, alone: bool = False
) -> list[Paper]:
    """The papers shown just before, if the text refers to them or names nothing (``alone``).

    "The second one" is only that paper.
    """
    papers = [library.by_id[i] for i in shown if i in library.by_id]
    place = _PLACE.search(text)
    if place and papers:
        at = int(place[2]) - 1 if place[2] else _PLACES.index(fold(place[1])) - 1
        return papers[at : at + 1 or None]
    return papers if alone or refers_back(text) else []


def _core(words: Sequence[str]) -> str:
    """The words from the first content word to the last."""
    content = [at for at, word in enumerate(words) if _plain(word) not in _NO_CONTENT]
    return " ".join(words[content[0] : content[-1] + 1]) if content else ""


def _plain(word: str) -> str:
    """The word in small letters, without "n't" or what follows an apostrophe ("what's")."""
    return re.split("n?['’]", word.lower())[0]


def _named_alike(library: Library, description: str) -> Paper | None:
    """The paper whose name is all but spelled like a description, or whose title it abbreviates."""
    folded = fold(description)
    near = process.extractOne(
        folded, library.work_names, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE
    )
    if near:
        return library.holders(f"{WORK}{near[0]}")[0]
    short = library.holders(f"{INITIALS}{folded}", 2) if len(folded) >= _LETTERS else []
    return short[0] if len(short) == 1 else None
