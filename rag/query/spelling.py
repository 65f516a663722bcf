"""Mends typing errors in a question by the words that its library has.

A word is mended only if it stands nowhere in the library, is no plain English word, and is clearly
nearer to one word of the library than to any other. Figures: docs/decisions/0020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rag.index.library import Library
from rag.index.words.keys import key_of
from rag.index.words.vocabulary import Spelling, Word
from rag.query.language import language_of
from rag.text.characters.greek import greek_by_name
from rag.text.english import is_english, near_english, respellings
from rag.text.names.coined_names import is_coined_name, written_as_name
from rag.text.near import cost_of
from rag.text.words import stem

# Not the beginning of "doesn't".
_WORD = re.compile(r"(?<![^\W_])[^\W_]+(?![^\W_]|['’][^\Ws])")
_SHORTEST = 4  # letters of a word to mend
_TWO_ERRORS_FROM = 9  # letters
# What the errors in a word may cost (`cost_of`): so much for each letter, less this, at most that.
_PER_LETTER, _LESS, _MOST = 0.2, 0.1, 1.9
_LESS_FOR_NAMES = 0.32  # many differ from other names by a letter: SSIM, S3IM
# A capital within a sentence begins a name or belongs to a title; only a long word with a likely
# error is taken for a plain word.
_LONG, _IN_NAME = 8, 0.8
# A rival must cost so much more, or have so many times fewer papers.
_CLEARLY, _RARER = 0.3, 5
_HALF = 3  # letters of each of two words that are run together
_LONG_HALF = 7  # letters of a name that may be run together with any word
_HOLDERS = 20  # papers in which two words are looked for side by side


@dataclass(frozen=True, slots=True)
class Mended:
    """A question without typing errors, and what was changed: (as written, as taken)."""

    text: str
    changes: tuple[tuple[str, str], ...] = ()


def mend(question: str, library: Library) -> Mended:
    """The question with its mistyped words as the library writes them.

    Also joins a name that is written as two words ("mobile mamba") and parts words that are run
    together. A British or American word is spelt as the library does, which is no change. A
    question in another language stays as it is. All words of the library are read only if one is
    unknown.
    """
    errors = list(_errors(question, library))
    if errors and language_of(question, library):
        return Mended(question)  # words of another language are no errors
    pieces, changes, end = [], [], 0
    for start, stop, taken in errors:
        pieces += [question[end:start], taken]
        if taken.lower() not in respellings(question[start:stop]):  # "colour" is no error
            changes.append((question[start:stop], taken))
        end = stop
    return Mended("".join(pieces) + question[end:], tuple(changes))


def _errors(question: str, library: Library) -> Iterator[tuple[int, int, str]]:
    """The places of errors in the question, in order, and what to write there."""
    words = list(_WORD.finditer(question))
    joined = -1
    for at, (word, after) in enumerate(zip_longest(words, words[1:])):
        if at == joined:
            continue
        if after and question[word.end() : after.start()] == " ":
            name = _one_name(word.group(), after.group(), library)
            if name:
                joined = at + 1
                yield word.start(), after.end(), name
                continue
        taken = _mended(word.group(), library, begins=at == 0)
        if taken:
            yield word.start(), word.end(), taken


def _mended(word: str, library: Library, *, begins: bool) -> str | None:
    """What was meant by a word; None if it needs no mending, or if that is not clear.

    ``begins`` says that it is the question's first word, so that a capital tells nothing.
    """
    if len(word) < _SHORTEST or not any(c.isalpha() for c in word):
        return None
    if _papers(word, library):
        return None
    same = next((form for form in respellings(word) if _stands(form, library)), None)
    if same or is_english(word):
        return same
    if known := library.vocabulary.get(key_of(word)):  # OTTR3 for OTTR-3
        return known.written if "-" in known.written else None
    meant = (
        _nearest(word, library, 1, begins=begins)
        or _run_together(word, library)
        or _nearest(word, library, 2, begins=begins)
    )
    return meant[0].upper() + meant[1:] if meant and begins and word[0].isupper() else meant


def _nearest(word: str, library: Library, errors: int, *, begins: bool) -> str | None:
    """The word that was most likely meant, at most ``errors`` typing errors away.

    None if that is no word of the library, or if another one is about as likely.
    """
    key = key_of(word)
    if errors > 1 and len(key) < _TWO_ERRORS_FROM:
        return None
    near = _candidates(key, library, errors)
    costs = {other: cost_of(key, other.key) for other in near}
    near.sort(key=lambda other: (costs[other], -other.titles, -other.papers, other.key))
    if not near or not near[0].papers:
        return None
    best = near[0]
    # An English word that the library lacks in this form is written as its key.
    meant = library.vocabulary.get(best.key) or Spelling(best.key, best.key, named=False)
    if costs[best] > _allowed(word, meant, begins=begins):
        return None
    for rival in near[1:]:
        close = costs[rival] - costs[best] < _CLEARLY and rival.papers * _RARER > best.papers
        if close and stem(rival.key) != stem(best.key):
            return None
    return meant.written


def _candidates(key: str, library: Library, errors: int) -> list[Word]:
    """The words of the library that may be meant, and common English words.

    An English word in another form than the library has ("predicted" for "predicts") counts as a
    word of the library; one that is not there in any form has no papers.
    """
    english = (word for word in near_english(key, errors) if word not in library.vocabulary)
    others = [Word(word, _papers(word, library), 0) for word in english]
    return library.vocabulary.near(key, errors) + others


def _papers(word: str, library: Library) -> int:
    """The number of papers that have the word in any form; all, if it is not indexed ("which")."""
    terms = library.lexical.terms(word)
    return max(map(library.lexical.frequency, terms)) if terms else len(library.papers)


def _stands(word: str, library: Library) -> bool:
    return any(map(library.lexical.frequency, library.lexical.terms(word)))


def _allowed(word: str, best: Spelling, *, begins: bool) -> float:
    """The most that the errors may cost: more for a long word, less for a name."""
    name = is_coined_name(word)
    if _digits(word) != _digits(best.key) or (name and not best.named):
        return 0.0
    most = _PER_LETTER * len(key_of(word)) - _LESS - (_LESS_FOR_NAMES if name else 0.0)
    if word[0].isupper() and not begins and best.written.islower():
        return min(most, _IN_NAME) if len(word) >= _LONG else 0.0
    return min(most, _MOST)


def _digits(word: str) -> str:
    return "".join(c for c in word if c.isdecimal())


def _one_name(first: str, second: str, library: Library) -> str | None:
    """The coined name that two words are: MobileMamba for "mobile mamba"."""
    word = first + second
    if not word.isalpha() or min(len(first), len(second)) < _HALF:
        return None
    if not library.lexical.terms(word) or not _papers(word, library):
        return None
    if _side_by_side(first, second, library):
        return None
    for paper_id, _ in library.lexical.search(word, 1):
        paper = library.by_id[paper_id]
        text = f"{paper.title} {paper.abstract}"
        if written_as_name(word, text):
            found = library.vocabulary.get(key_of(word))
            return found.written if found and found.named else None
    return None


def _run_together(word: str, library: Library) -> str | None:
    """Two words without the space between them: they stand side by side, or one is a name."""
    number = re.search(r"(?<=[^\W\d_])\d+$", word)  # COVID19
    if number and _side_by_side(word[: number.start()], number.group(), library):
        return f"{word[: number.start()]} {number.group()}"
    for at in range(_HALF, len(word) - _HALF + 1):
        halves = word[:at], word[at:]
        if not all(library.lexical.terms(half) and _papers(half, library) for half in halves):
            continue
        named = not is_coined_name(word) and any(_is_long_name(half, library) for half in halves)
        if named or _side_by_side(*halves, library):
            return " ".join(halves)
    return None


def _is_long_name(half: str, library: Library) -> bool:
    word = library.vocabulary.get(key_of(half))
    return word is not None and not word.written.islower() and len(word.key) >= _LONG_HALF


def _side_by_side(first: str, second: str, library: Library) -> bool:
    beside = re.compile(rf"\b{re.escape(first)}\W+{re.escape(second)}\b", re.IGNORECASE)
    papers = [library.by_id[i] for i, _ in library.lexical.search(f"{first} {second}", _HOLDERS)]
    return any(beside.search(greek_by_name(f"{p.title}. {p.abstract}")) for p in papers)
