"""Phrases that some of the given papers use and others do not: candidates for columns. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.keyphrases import acronyms, as_keys, phrases_of, spelling
from rag.types import Paper

_MOST_SHARE = 0.8  # of the papers, at most, use the phrase
_LEAST_LIFT = 1.5  # how much more frequent in the set than outside it
_LONGEST = 3  # words of a name
_ONE_WORD = 0.5  # a single word says less than two
_OTHER_WORDS = 0.3  # a phrase of one paper alone seldom fits the others


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase, the ids of the papers that use it, and its weight, 0 or more."""

    name: str
    key: str
    written_by: frozenset[str]
    weight: float


def candidates(papers: Sequence[Paper], others: Sequence[Paper]) -> list[Candidate]:
    """Phrases that may distinguish the papers, the highest weight first. Pure.

    A phrase must be more frequent in ``papers`` than in ``others``.
    """
    counts = _Counts(papers, others)
    forms: dict[str, Counter[str]] = {}
    for paper in papers:
        for phrase in phrases_of(f"{paper.title}. {paper.abstract}"):
            forms.setdefault(phrase.key, Counter())[phrase.text] += 1
    found = [counts.weigh(key) for key in forms]
    found = [c for c in found if c.weight > 0]
    found.sort(key=lambda c: (-c.weight, c.key))
    return [
        Candidate(spelling(forms[c.key], counts.words), c.key, c.written_by, c.weight)
        for c in _without_parts(found)
    ]


class _Counts:
    """Counts which papers of a set use a phrase, and how many other papers do."""

    def __init__(self, papers: Sequence[Paper], others: Sequence[Paper]) -> None:
        self._here = {paper.paper_id: as_keys(paper.abstract) for paper in papers}
        self._beside = [as_keys(paper.abstract) for paper in others]
        self.words = {w for p in (*papers, *others) for w in re.findall(r"[\w-]+", p.abstract)}
        self._meant = {k: v for paper in papers for k, v in acronyms(paper.abstract).items()}
        self._short = {words: short for short, words in self._meant.items()}

    def weigh(self, key: str) -> Candidate:
        """The phrase with its weight, which grows with how much more frequent it is here."""
        writers = self.writers_of(key) | self.writers_of(
            self._meant.get(key) or self._short.get(key, key)
        )
        weight = self._weight(key, len(writers)) if self._is_name(key) else 0.0
        if len(writers) == 1 and len(key.split()) == 2:
            # Other papers may word it differently, with the same words.
            weight = _OTHER_WORDS * min(
                self._weight(word, len(self.writers_of(word))) for word in key.split()
            )
        return Candidate(key, key, writers, weight if " " in key else _ONE_WORD * weight)

    def writers_of(self, key: str) -> frozenset[str]:
        """The ids of the papers that use the phrase."""
        return frozenset(i for i, text in self._here.items() if f" {key} " in text)

    def _weight(self, key: str, count: int) -> float:
        if count < 2 or count / len(self._here) > _MOST_SHARE:
            return 0.0
        elsewhere = sum(f" {key} " in text for text in self._beside)
        lift = (count / len(self._here)) / ((elsewhere + 0.5) / (len(self._beside) + 1))
        return math.log2(lift) * math.sqrt(count) if lift >= _LEAST_LIFT else 0.0

    def _is_name(self, key: str) -> bool:
        """False for a part of a long name with an acronym, one paper's own word, and a verb."""
        if any(f" {key} " in f" {w} " and len(w.split()) > _LONGEST for w in self._short):
            return False
        if key in self._meant:
            return len(self._meant[key].split()) > _LONGEST
        if " " in key:
            return True
        texts = [*self._here.values(), *self._beside]
        objects = [f" {key} {word} " for word in ("the", "a", "an", "our", "it")]
        return len(self.writers_of(key)) > 1 and not any(
            o in text for text in texts for o in objects
        )


def _without_parts(found: Sequence[Candidate]) -> list[Candidate]:
    """Drop a phrase if the same papers use a longer candidate that contains it."""
    whole: list[Candidate] = []
    for c in sorted(found, key=lambda c: (-len(c.key.split()), -c.weight)):
        if not any(
            f" {c.key} " in f" {other.key} " and other.written_by == c.written_by for other in whole
        ):
            whole.append(c)
    return sorted(whole, key=lambda c: (-c.weight, c.key))
