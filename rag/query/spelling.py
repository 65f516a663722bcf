"""Mends typing errors in a question by the words that its library has.

A word is mended only if it stands nowhere in the library, is no plain English word, and is clearly
nearer to one word of the library than to any other. Figures: docs/decisions/0020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.index.library import Library
from rag.index.vocabulary import Word, key_of
from rag.text.coined_names import is_coined_name, written_as_name
from rag.text.words import stem
from rag.text.near import cost_of
from rag.text.english import is_english, near_english

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 4  # letters
_SURE_FROM = 6  # letters; in a shorter word only a swapped pair is an error for sure
_NAME_FROM = 7  # the same of names: many differ from others by one letter (SSIM, S3IM)
_TWO_ERRORS_FROM = 9
_HALF = 3  # letters of each of two words that are run together
_HOLDERS = 20  # papers in which two words are looked for side by side


@dataclass(frozen=True, slots=True)
class Mended:
    """A question without typing errors, and what was changed: (as written, as taken)."""

    text: str
    changes: tuple[tuple[str, str], ...] = ()


def mend(question: str, library: Library) -> Mended:
    """The question with words that are mistyped as the library writes them."""
    pieces, changes, end = [], [], 0
    for start, stop, taken in _mended(question, library):
        pieces += [question[end:start], taken]
        changes.append((question[start:stop], taken))
        end = stop
    return Mended("".join(pieces) + question[end:], tuple(changes))


def _mended(question: str, library: Library) -> Iterator[tuple[int, int, str]]:
    words = list(_WORD.finditer(question))
    joined = False
    for at, match in enumerate(words):
        if joined:
            joined = False
            continue
        word, after = match.group(), words[at + 1] if at + 1 < len(words) else None
        if after and question[match.end() : after.start()] == " ":
            name = _one_name(word, after.group(), library)
            if name:
                joined = True
                yield match.start(), after.end(), name
                continue
        if _is_known(word, library):
            continue
        taken = _near(word, library, 1, first=at == 0) or _run_together(word, library)
        taken = taken or _near(word, library, 2, first=at == 0)
        if taken:
            yield match.start(), match.end(), taken


def _is_known(word: str, library: Library) -> bool:
    """Whether the word needs no mending: it stands in the library, is English, or too short."""
    if len(word) < _SHORTEST or not any(c.isalpha() for c in word):
        return True
    return _stands(word, library) or is_english(word) or key_of(word) in library.vocabulary


def _stands(word: str, library: Library) -> bool:
    """Whether any paper has the word, or it is one of those that are not indexed ("which")."""
    return _papers(word, library) > 0


def _near(word: str, library: Library, errors: int, *, first: bool) -> str | None:
    """The word that was most likely meant, at most ``errors`` typing errors away.

    None if that is no word of the library, or if another one is about as likely.
    """
    key = key_of(word)
    if len(key) < (_SHORTEST if errors == 1 else _TWO_ERRORS_FROM):
        return None
    near = _candidates(key, library, errors)
    costs = {other: cost_of(key, other.key) for other in near}
    near.sort(key=lambda other: (costs[other], -other.titles, -other.papers))
    if not near or not near[0].papers or costs[near[0]] > _allowed(word, near[0], first=first):
        return None
    best = near[0]
    for rival in near[1:]:
        close = costs[rival] - costs[best] < MARGIN and rival.papers * RATIO > best.papers
        if close and stem(rival.key) != stem(best.key):
            return None
    return best.written


def _candidates(key: str, library: Library, errors: int) -> list[Word]:
    """The words of the library that may be meant, and common English words.

    An English word in another form than the library has ("predicted" for "predicts") counts as a
    word of the library; one that is not there in any form has no papers.
    """
    found = library.vocabulary.near(key, errors)
    for other in near_english(key, errors):
        if other not in library.vocabulary:
            found.append(Word(other, other, _papers(other, library), 0, False))
    return found


def _papers(word: str, library: Library) -> int:
    """The number of papers that have the word in any form; all, if it is not indexed ("which")."""
    terms = library.lexical.terms(word)
    return max(map(library.lexical.frequency, terms)) if terms else len(library.papers)


MARGIN = 0.3
RATIO = 5


def _allowed(word: str, best: Word, *, first: bool) -> float:
    """The most that the errors may cost: more for a long word, less for a name."""
    key = key_of(word)
    name = is_coined_name(word)
    if _digits(key) != _digits(best.key):
        return 0.0
    if name and not best.named:
        return 0.0
    if word[0].isupper() and not name and not first and best.written.islower() and len(key) < 8:
        return 0.0
    return min(PER * len(key) - (NAME if name else 0.0) - OFF, MOST)


PER, NAME, OFF, MOST = 0.2, 0.3, 0.1, 1.9


def _digits(word: str) -> str:
    return "".join(c for c in word if c.isdecimal())


def _one_name(first: str, second: str, library: Library) -> str | None:
    """The coined name that two words are: MobileMamba for "mobile mamba"."""
    if len(first) < _HALF or len(second) < _HALF:
        return None
    word = first + second
    if not _stands(word, library):
        return None
    for paper_id, _ in library.lexical.search(word, 1):
        paper = library.by_id[paper_id]
        text = f"{paper.title} {paper.abstract}"
        if written_as_name(word, text):
            found = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
            return found.group() if found else None
    return None


def _run_together(word: str, library: Library) -> str | None:
    """Two words that stand side by side in a paper, if the word is both without the space."""
    for at in range(_HALF, len(word) - _HALF + 1):
        halves = word[:at], word[at:]
        if not all(_stands(half, library) and library.lexical.terms(half) for half in halves):
            continue
        beside = re.compile(rf"\b{re.escape(halves[0])}\W+{re.escape(halves[1])}\b", re.IGNORECASE)
        for paper_id, _ in library.lexical.search(" ".join(halves), _HOLDERS):
            paper = library.by_id[paper_id]
            if beside.search(f"{paper.title}. {paper.abstract}"):
                return " ".join(halves)
    return None
