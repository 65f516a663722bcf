"""What is asked of which papers: those that a question names, and the rest of its words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.index.library import Library
from rag.models.tokens import TokenStates
from rag.retrieval.query.metadata_filter import Known, split_filter
from rag.retrieval.query.questions import Mention, find_mentions, without_mentions
from rag.retrieval.search import Retrieval
from rag.text.coined_names import written_as_name
from rag.types import Filter, Paper, Scope

if TYPE_CHECKING:
    from rag.models.embedder import Vector

_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Focus:
    """What is asked of the chosen papers: their own titles find them, not the sentence in them.

    ``weights`` are the terms of ``question`` with their inverse document frequency, ``whole`` those
    of the question with the titles still in it.
    """

    question: str
    vector: Vector
    tokens: TokenStates
    weights: Mapping[str, float]
    whole: Mapping[str, float]


def find_named(library: Library, question: str) -> list[Mention]:
    """The papers that a question names, in its order."""

    def holders(word: str) -> list[str]:
        terms = library.lexical.terms(word)
        hits = library.lexical.search(word, _CANDIDATES)
        return [i for i, _ in hits if terms and terms_of(library, [i]).issuperset(terms)]

    return find_mentions(question, library.papers, holders, _written_as_names(library, question))


def asked_filter(library: Library, question: str) -> tuple[Filter, str]:
    """The authors, years and venues that a question is kept within, and the rest of it."""

    def papers(wanted: Filter) -> int:
        return library.lexical.count(Scope(filter=wanted))

    def speak_of(text: str) -> int:
        terms = library.lexical.terms(text)
        return min((library.lexical.frequency(term) for term in terms), default=0)

    return split_filter(question, Known(papers, speak_of, library.venues.__contains__))


def _written_as_names(library: Library, question: str) -> list[str]:
    """Words in small letters that the one paper which holds them writes as a name: gcog, sinet."""
    found = []
    for word in re.findall(r"\b[a-z][a-z0-9]{2,}\b", question):
        terms = library.lexical.terms(word)
        if len(terms) != 1 or library.lexical.frequency(terms[0]) != 1:
            continue
        papers = [library.by_id[i] for i, _ in library.lexical.search(word, 1)]
        if any(written_as_name(word, f"{p.title} {p.abstract}") for p in papers):
            found.append(word)
    return found


def focus_on(library: Library, retrieval: Retrieval, mentions: Sequence[Mention]) -> Focus:
    """The question without the titles in it, unless nothing else is in it."""
    rest = without_mentions(retrieval.query, mentions)
    whole = term_weights(library, retrieval.query)
    weights = term_weights(library, rest)
    if weights and rest != retrieval.query:
        return Focus(rest, *library.embedder.ask(rest), weights, whole)
    return Focus(retrieval.query, retrieval.vector, retrieval.tokens, whole, whole)


def term_weights(library: Library, text: str) -> dict[str, float]:
    """Each term of the text with its inverse document frequency, ln(1 + papers / holders)."""
    size = len(library.papers)
    return {
        term: math.log(1 + size / max(1, library.lexical.frequency(term)))
        for term in library.lexical.terms(text)
    }


def terms_of(library: Library, papers: Iterable[str]) -> set[str]:
    """The terms of titles and abstracts."""
    return _terms(library, [library.by_id[i] for i in papers], abstracts=True)


def title_terms_of(library: Library, papers: Iterable[str]) -> set[str]:
    """The terms of titles alone."""
    return _terms(library, [library.by_id[i] for i in papers], abstracts=False)


def _terms(library: Library, papers: Sequence[Paper], *, abstracts: bool) -> set[str]:
    texts = [f"{p.title} {p.abstract}" if abstracts else p.title for p in papers]
    return set(library.lexical.terms(" ".join(texts)))


def share(weights: Mapping[str, float], held: Iterable[str]) -> float:
    """The part of the weight that the held terms carry, 0 to 1."""
    there = set(held)
    total = sum(weights.values()) or 1.0
    return sum(weight for term, weight in weights.items() if term in there) / total
