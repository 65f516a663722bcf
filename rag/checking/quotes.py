"""Where a passage stands: the papers whose abstracts or titles have it, exactly or nearly.

Papers that may have it are found by its words in the lexical index, and only these are compared.
A passage is there exactly if nothing but case, spaces, hyphens, marks and spelling of formulas
differs (`rag.text.characters.folding`); "..." stands for words that were left out. It is there
nearly if few of its words differ, in their order: what says the same in other words is no quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq
from rapidfuzz.distance.Indel import normalized_similarity

from rag.index.library import Library
from rag.text.characters.folding import Folded, folded
from rag.types import Paper, QuoteSource, Scope, Span

_CANDIDATES = 60  # papers that are compared
_TERMS = 24  # rarest terms of the passage by which they are found
_FEWEST_WORDS, _FEWEST_LETTERS = 3, 12  # shorter ones stand in too many papers to have a source
_FEWEST_NEAR = 6  # words of a passage that is found although some differ
_LEAST = 0.8  # similarity, 0 to 1; docs/decisions/0024
_LEFT_OUT = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…|\\l?dots)\s*")


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    similarity: float


def find_quote(library: Library, text: str, scope: Scope, k: int = 5) -> tuple[QuoteSource, ...]:
    """At most ``k`` places where ``text`` stands, the most similar first."""
    within = library.scope(scope.papers, scope.filter)
    parts = [part for part in map(folded, _LEFT_OUT.split(text)) if part.text]
    words = sum(len(part.spans) for part in parts)
    if words < _FEWEST_WORDS or sum(len(part.text) for part in parts) < _FEWEST_LETTERS:
        return ()
    found = [
        source for paper in _candidates(library, text, within) for source in _in_paper(paper, parts)
    ]
    order = library.places
    found.sort(key=lambda item: (-item.similarity, item.in_title, order[item.paper_id]))
    return tuple(found[:k])


def _candidates(library: Library, text: str, scope: Scope) -> Iterator[Paper]:
    """The papers that have the rarest terms of the text."""
    lexical = library.lexical
    terms = lexical.terms(text)
    if len(terms) > _TERMS:
        held = {term: lexical.frequency(term) for term in terms}
        rare = sorted((t for t in terms if held[t]), key=held.__getitem__)[:_TERMS]
        text = " ".join(rare)
    for paper_id, _ in lexical.search(text, _CANDIDATES, scope):
        yield library.by_id[paper_id]


def _in_paper(paper: Paper, parts: Sequence[Folded]) -> Iterator[QuoteSource]:
    """Where the paper has all parts: in its abstract, or else in its title."""
    for text, in_title in ((paper.abstract, False), (paper.title, True)):
        place = _place(_folded(text), parts, exactly=in_title)
        if place is None:
            continue
        span = Span(text[place.start : place.end], place.start, place.end)
        exact = place.similarity == 1
        yield QuoteSource(
            paper.paper_id,
            paper.title,
            paper.url,
            span,
            exact,
            place.similarity,
            paper.status,
            in_title,
        )
        return


_folded = lru_cache(512)(folded)


def _place(text: Folded, parts: Sequence[Folded], *, exactly: bool) -> _Place | None:
    """Where all parts stand in their order, and how alike they are in the mean of their letters."""
    at, places, alike, letters = 0, [], 0.0, 0
    for part in parts:
        found = text.find(part.text, at)
        similarity = 1.0
        if found is None:
            near = None if exactly else _nearest(text, part, at)
            if near is None:
                return None
            *found_list, similarity = near
            found = (int(found_list[0]), int(found_list[1]))
        places.append(found)
        at = found[1]
        alike += similarity * len(part.text)
        letters += len(part.text)
    start, _ = text.span(*places[0])
    _, end = text.span(*places[-1])
    mean = alike / letters
    return _Place(start, end, 1.0 if mean == 1 else min(round(mean, 3), 0.999))


def _nearest(text: Folded, part: Folded, start: int) -> tuple[int, int, float] | None:
    """The run of words after ``start`` that is most like ``part``; None if none is like enough.

    Words are compared, and where they differ the letters of the whole run decide.
    """
    wanted = part.words
    if len(wanted) < _FEWEST_NEAR:
        return None
    ends = (0, *text.ends)
    words = text.words
    first = ends.index(start)
    # Words of the passage mark where it may begin: the difference of places that most of them have.
    spots: dict[str, list[int]] = {}
    for place in range(first, len(words)):
        spots.setdefault(words[place], []).append(place)
    votes: dict[int, int] = {}
    for number, word in enumerate(wanted):
        for place in spots.get(word, ()):
            votes[place - number] = votes.get(place - number, 0) + 1
    best: tuple[int, int, float] | None = None
    for shift in sorted(votes, key=lambda s: -votes[s])[:4]:
        low = max(first, shift - 2)
        run = words[low : max(low, shift) + len(wanted) + 2]
        blocks = [b for b in LCSseq.opcodes(wanted, run) if b.tag == "equal"]
        shared = sum(b.src_end - b.src_start for b in blocks)
        if not blocks or shared < _LEAST * 0.75 * len(wanted):
            continue
        # What differs before the first and after the last shared word has a counterpart as long.
        begin = max(low, low + blocks[0].dest_start - blocks[0].src_start)
        close = min(len(words), low + blocks[-1].dest_end + len(wanted) - blocks[-1].src_end)
        there = text.text[ends[begin] : ends[close]]
        similarity = normalized_similarity(part.text, there)
        if similarity >= _LEAST and (best is None or similarity > best[2]):
            best = ends[begin], ends[close], similarity
    return best
