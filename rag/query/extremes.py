"""Reads a question for an extreme: "Which model has the highest ImageNet accuracy?". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.text.lexicons import function_words, lexicon, table
from rag.text.names.coined_names import name_matches
from rag.text.words import singular, stem, words_of

_UP, _DOWN = lexicon("superlatives_up"), lexicon("superlatives_down")
_COMPARED = {"more": "most", "less": "least", "better": "best", "worse": "worst"}
_RISES = frozenset(map(stem, lexicon("changes_up")))
_FALLS = frozenset(map(stem, lexicon("changes_down")))
_DIMENSIONS = {word: said for said, words in table("dimensions").items() for word in words}
_ASKED = _DIMENSIONS | {w: said for said, words in table("asked_measures").items() for w in words}
_SPEED, _MERIT = _DIMENSIONS["fastest"], _DIMENSIONS["best"]
_COMPACT = _DIMENSIONS["smallest"]
# A count is large or small, but not high or good.
_OF_RATES = frozenset("best highest lowest strongest weakest worst".split())
_UNITS = {
    "%": r"\bper ?cent(?:age)?s?\b(?! points?)|%",
    "points": r"\bpoints?\b",
    "fps": r"\bfps\b|\bframes? (?:per|a|/) ?s(?:ec(?:ond)?)?\b",
    "x": r"\bfactors?\b|\btimes\b",
    "wh": r"\b(?:k?wh|(?:kilo)?watt[- ]?hours?|joules?)\b",
    "ms": r"\bmilliseconds?\b|\bms\b",
    "s": r"\bin seconds\b",
    "h": r"\bin hours\b",
    "mb": r"\bmegabytes?\b|\bMB\b",
    "gb": r"\bgigabytes?\b|\bGB\b",
}


@dataclass(frozen=True, slots=True)
class Extreme:
    """What a question for an extreme asks.

    ``direction``: 1 for the highest, -1 for the lowest. ``by_merit``: whether that is the best or
    worst, so that the metric decides which values are high. ``change``: whether a change is asked
    for ("largest cut"), None if either will do ("fastest"); ``change_sign`` is 1 for a rise, -1 for
    a fall, 0 if unknown. ``counts``: whether it is for the most or the fewest of something.
    ``of_rate``: whether its adjective ("highest", "best") is not one for amounts.
    ``unit``: the one that it wants. ``names``: the coined names in it.
    ``words``: its words of content, in lower case; ``topic``: those of them that not every abstract
    may have, and that do not say what becomes of a value. ``dimension``: words for what its
    adjective measures, or empty; ``only_dimension`` if it cannot measure anything else.
    """

    direction: int
    by_merit: bool
    change: bool | None
    change_sign: int
    counts: bool
    of_rate: bool
    unit: str | None
    names: tuple[str, ...]
    words: tuple[str, ...]
    topic: tuple[str, ...]
    dimension: str
    only_dimension: bool


def names_extreme(question: str) -> bool:
    """Whether a question has a superlative, or a comparative ("which is faster?")."""
    words = map(_as_superlative, re.findall(r"[\w-]+", question.lower()))
    return any(word in _UP or word in _DOWN for word in words)


def extreme_in(question: str) -> Extreme:
    """What a question asks, if it is one for an extreme; else for the highest."""
    words = re.findall(r"[\w-]+", question.lower())
    said = [word for word in map(_as_superlative, words) if word in _UP or word in _DOWN]
    extreme = said[0] if said else "most"
    measured = [_DIMENSIONS[w] for w in (*said, *words) if w in _DIMENSIONS]
    dimension = measured[0] if measured else ""
    content = tuple(dict.fromkeys(word for word in words if _is_content(word)))
    stems = {stem(word) for word in words_of(question)}
    rises, falls = bool(stems & _RISES), bool(stems & _FALLS)
    direction = -1 if extreme in _DOWN else 1
    if extreme in ("most", "least") and dimension == _COMPACT:
        direction = -direction  # the most compact is the smallest
    if dimension == _SPEED and extreme in ("fastest", "quickest", "slowest"):
        direction = -1 if extreme == "slowest" else 1
    change: bool | None = rises or falls
    if dimension == _SPEED and not change:
        change = None
    return Extreme(
        direction,
        dimension in (_SPEED, _MERIT),
        change,
        rises - falls,
        (extreme in ("most", "least", "fewest") and not dimension) or "number" in words,
        extreme in _OF_RATES,
        next((u for u, said in _UNITS.items() if re.search(said, question, re.I)), None),
        tuple(match.group() for match in name_matches(question)),
        content,
        tuple(w for w in content if _may_be_topic(w)),
        dimension,
        dimension == _SPEED,
    )


def measure_in(words: Iterable[str]) -> Extreme | None:
    """What a question without an extreme asks to measure: "how fast is it?"; None for nothing.

    Any value or change of it may answer.
    """
    said = tuple(word for word in words if word in _ASKED)
    if not said:
        return None
    dimension = _ASKED[said[0]]
    counts = dimension == _COMPACT
    return Extreme(
        direction=1,
        by_merit="accuracy" in dimension,
        change=None,
        change_sign=0,
        counts=counts,
        of_rate=not counts,
        unit=None,
        names=(),
        words=said,
        topic=(),
        dimension=dimension,
        only_dimension=True,
    )


def is_measure(word: str) -> bool:
    """Whether a word of a question asks for something measured."""
    return word in _ASKED


def direction_of(word: str) -> int:
    """1 for a superlative or comparative of more ("longest", "more"), -1 of less; else 0."""
    superlative = _as_superlative(word)
    return (superlative in _UP) - (superlative in _DOWN)


def _as_superlative(word: str) -> str:
    """The superlative of a comparative: "lowest" for "lower"; any other word as it is."""
    superlative = _COMPARED.get(word) or (f"{word[:-1]}st" if word.endswith("er") else word)
    return superlative if superlative in _UP or superlative in _DOWN else word


def _is_content(word: str) -> bool:
    superlative = _as_superlative(word)
    known = superlative in _UP or superlative in _DOWN
    return not known and word not in function_words() | lexicon(
        "paper_words", "asking_words", "scope_words"
    )


def _may_be_topic(word: str) -> bool:
    return (
        singular(word) not in lexicon("academic_words", "scope_words")
        and stem(word) not in _RISES | _FALLS
    )
