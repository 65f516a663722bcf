"""Reads what limits a set of papers: "five", "but not on children", "with code".

Logistic regressions say of each word how likely it belongs to the number of papers that is asked
for, to the wish for code, to the words that leave something out ("but not on"), and, where there
are such words, to what they leave out. Each part is the stretch with the highest sum of log-odds.
Trained on messages in which they are marked (data/questions/limits.jsonl) by
`python -m eval.fit.limits`; figures in docs/decisions/0019.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from rag.query.topic import best_stretch
from rag.text.quantities.numbers import numbers_in

Part: TypeAlias = Literal["many", "code", "cue", "apart"]
PARTS: tuple[Part, ...] = get_args(Part)
WEIGHTS = Path(__file__).parent / "weights" / "limits.json"

_TOKEN = re.compile(
    r"\bnon(?=-\w)|(?<=\s)-(?=\w)|[^\W_][\w'’+./-]*[^\W_]|[^\W_]|[^\s\w]", re.IGNORECASE
)
_RARE, _NUMBER, _CUE = "<rare>", "#", "<cue>"
_REACH = 3  # words on each side that a word is judged by
_FURTHER = 7  # words on each side of which any may count
_AMOUNTS = {"single": 1, "couple": 2, "few": 3, "handful": 5, "dozen": 12}


@dataclass(frozen=True, slots=True)
class Limits:
    """What limits the papers that a message asks for.

    ``most``: how many are wanted. ``apart``: what they must not be about or have; "" for nothing.
    ``code``: True for those with code, False for those without. ``rest``: the message without these
    words.
    """

    rest: str
    most: int | None = None
    apart: str = ""
    code: bool | None = None

    def __bool__(self) -> bool:
        return self.most is not None or bool(self.apart) or self.code is not None


NO_LIMITS = Limits("")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a message, with its offsets there."""

    text: str
    start: int
    end: int


def read_limits(message: str) -> Limits:
    """What limits the papers that a message asks for."""
    tokens = tokens_of(message)
    found = {part: span for part in PARTS[:-1] if (span := _stretch(tokens, part))}
    if "cue" in found and (span := _stretch(with_cue(tokens, *found["cue"]), "apart")):
        found["apart"] = span
    said = {part: message[start:end] for part, (start, end) in found.items()}
    # What is left out is a topic, or else the code.
    apart = said.get("apart", "")
    code = ("cue" not in said or bool(apart)) if "code" in said else None
    most = _amount(said.get("many", ""))
    unused = {"many"} if most is None else set()
    if not apart and code is not False:
        unused.add("cue")
    rest = message
    for start, end in sorted((found[part] for part in said if part not in unused), reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    return Limits(" ".join(rest.split()), most, apart, code)


def tokens_of(message: str) -> list[Token]:
    """The words and marks of a message; "non" of "non-medical" is a word."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(message)]


def with_cue(tokens: Sequence[Token], start: int, end: int) -> list[Token]:
    """The tokens with those from offset ``start`` to ``end`` as one, so that all cues are alike."""
    before = [token for token in tokens if token.end <= start]
    behind = [token for token in tokens if token.start >= end]
    return [*before, Token(_CUE, start, end), *behind]


def plain(word: str) -> str:
    """A word in small letters without apostrophes; all numbers are alike."""
    small = word.lower().replace("'", "").replace("’", "")
    number = numbers_in(small)
    return _NUMBER if number and number[0].raw.lower() == small else small


def features(words: Sequence[str], place: int, known: Collection[str]) -> list[str]:
    """What is true of a word: itself, its neighbours, its place, and the words around it.

    ``words`` are `plain`; those that are not ``known`` from training are all alike.
    """
    padded = ["^"] * _REACH + [w if w in known else _RARE for w in words] + ["$"] * _REACH
    at = place + _REACH
    shifts = range(-_REACH, _REACH + 1)
    found = [f"{shift} {padded[at + shift]}" for shift in shifts]
    found += [f"{shift} + {padded[at + shift]} {padded[at + shift + 1]}" for shift in shifts[:-1]]
    found += [f"before {word}" for word in set(padded[max(0, at - _FURTHER) : at]) - {_RARE}]
    found += [f"behind {word}" for word in set(padded[at + 1 : at + 1 + _FURTHER]) - {_RARE}]
    return [*found, f"place {min(place, 4)}", f"left {min(len(words) - place, 4)}"]


def _stretch(tokens: Sequence[Token], part: Part) -> tuple[int, int] | None:
    """The offsets of a part of the message; None if it has none."""
    fitted = _load()
    bias, weights = fitted.parts[part]
    words = [plain(token.text) for token in tokens]
    odds = [
        bias + sum(weights.get(name, 0.0) for name in features(words, place, fitted.known))
        for place in range(len(words))
    ]
    start, end = best_stretch(odds)
    return (tokens[start].start, tokens[end - 1].end) if start < end else None


def _amount(said: str) -> int | None:
    """The highest number that some words say: "two or three" is 3; None for none or zero."""
    numbers = [int(n.value) for n in numbers_in(said) if n.value is not None]
    numbers += [_AMOUNTS[word] for word in said.lower().split() if word in _AMOUNTS]
    most = max(numbers, default=0)
    return (most // 2 if "half" in said.lower().split() else most) or None


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The bias and the weights for each part, and the words that are known."""

    parts: Mapping[Part, tuple[float, Mapping[str, float]]]
    known: frozenset[str]


@cache
def _load() -> _Fitted:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    parts = {part: (fitted[part]["bias"], fitted[part]["weights"]) for part in PARTS}
    return _Fitted(parts, frozenset(fitted["known"]))
