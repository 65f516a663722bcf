"""Splits a message that asks two things at once into its parts: a classifier of joints.

A joint is a place where one question may end and another begin: a mark of punctuation, or "and",
"also" and the like. A logistic regression on the words around it decides, trained on written
messages (data/questions). Fitted by `python -m eval.fit.parts`; figures in docs/decisions/0019.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from rag.text.lexicons import lexicon

WEIGHTS = Path(__file__).parent / "weights" / "parts.json"

_JOINT = re.compile(
    r"\s*(?:[?!.;,:]+\s+|\n+)(?:(?:and|also|plus|but|then)\s+)*"
    r"|\s+(?:and|also|plus|as well as|or|but|then|&)\s+(?:(?:also|then)\s+)*",
    re.IGNORECASE,
)
_OPENING = lexicon("interrogatives", "auxiliaries", "modals", "asking_words")
_TOKEN = re.compile(r"[\w'’+-]+|[^\s\w]")
_LONGEST = 600  # characters; a longer message is one question with its story


def parts_of(message: str) -> tuple[str, ...]:
    """The questions of which a message consists, in order; the message itself if it is one."""
    if len(message) > _LONGEST:
        return (message,)
    ends = [joint for joint in joints_in(message) if is_joint(message, joint)]
    starts = [0, *(joint.end() for joint in ends)]
    stops = [*(joint.start() for joint in ends), len(message)]
    found = tuple(
        message[start:stop] + ("?" if message[stop : stop + 1] == "?" else "")
        for start, stop in zip(starts, stops, strict=True)
    )
    return found


def asks(part: str) -> bool:
    """Whether a part has the form of a question or request; else it only tells a story."""
    first = part.split()[0].strip(".,:;").lower() if part.split() else ""
    return part.rstrip().endswith("?") or first in _OPENING


def joints_in(message: str) -> Iterator[re.Match[str]]:
    """The places at which the message may be split."""
    for joint in _JOINT.finditer(message):
        if joint.start() > 0 and joint.end() < len(message):
            yield joint


def is_joint(message: str, joint: re.Match[str]) -> bool:
    """Whether one question ends and another begins there."""
    bias, weights = _load()
    return bias + sum(weights.get(name, 0.0) for name in features(message, joint)) >= 0


def features(message: str, joint: re.Match[str]) -> frozenset[str]:
    """What is true of a joint: its own words, those beside it, and how long both sides are."""
    before = _words(message[: joint.start()])
    after = _words(message[joint.end() :])
    own = " ".join(_words(joint.group()))
    found = {f"joint {own}", f"after {min(len(after), 6)}", f"before {min(len(before), 6)}"}
    found |= {f"next {' '.join(after[:n])}" for n in (1, 2, 3)}
    found |= {f"joint {own} next {' '.join(after[:n])}" for n in (1, 2)}
    found |= {f"last {' '.join(before[-n:])}" for n in (1, 2)}
    found |= {f"opens {' '.join(before[:n])}" for n in (1, 2)}
    found |= {f"soon {word}" for word in after[:6]} | {f"earlier {word}" for word in before[:40]}
    found.add("asks" if message.rstrip().endswith("?") else "does not ask")
    return frozenset(found)


def _words(text: str) -> list[str]:
    return ["#" if word.isdigit() else word.lower() for word in _TOKEN.findall(text)]


@cache
def _load() -> tuple[float, Mapping[str, float]]:
    known = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return float(known["bias"]), known["weights"]
