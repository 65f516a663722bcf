"""Finds the topic in a question: what the papers must be about, without the words of asking.

"I'm new to gut bacteria in children, where do I start?" has the topic "gut bacteria in children".
A logistic regression says of each word how likely it belongs to the topic; the topic is the stretch
with the highest sum of log-odds. Trained on messages whose topics are marked
(data/questions/topics.jsonl) by `python -m eval.fit.topics`; figures in docs/decisions/0019.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights" / "topic.json"

_TOKEN = re.compile(r"[^\W_][\w'’+./-]*[^\W_]|[^\W_]|[^\s\w]")
_RARE = "<rare>"
_REACH = 2  # words on each side that a word is judged by


def topic_of(question: str) -> str:
    """The topic of a question; the question itself if it has none."""
    return _topic_in(question) or question


def has_topic(question: str) -> bool:
    """Whether a question names a topic: "give me an overview" does not."""
    return bool(_topic_in(question))


def _topic_in(question: str) -> str:
    tokens = tokens_of(question)
    words = [token.group() for token in tokens]
    bias, weights, known = _load()
    odds = [
        bias + sum(weights.get(name, 0.0) for name in features(words, place, known))
        for place in range(len(words))
    ]
    start, end = best_stretch(odds)
    while start < end and not words[start][0].isalnum():
        start += 1
    while start < end and not words[end - 1][-1].isalnum():
        end -= 1
    return question[tokens[start].start() : tokens[end - 1].end()] if start < end else ""


def tokens_of(question: str) -> list[re.Match[str]]:
    """The words and marks of a question."""
    return list(_TOKEN.finditer(question))


def features(words: Sequence[str], place: int, known: Collection[str]) -> list[str]:
    """What is true of a word: itself, its neighbours, its form and its place.

    Words that are not ``known`` from training are all alike.
    """
    small = [word.lower() for word in words]
    padded = ["^"] * _REACH + [w if w in known else _RARE for w in small] + ["$"] * _REACH
    at = place + _REACH
    found = [f"{shift} {padded[at + shift]}" for shift in range(-_REACH, _REACH + 1)]
    found += [f"-1 0 {padded[at - 1]} {padded[at]}", f"0 1 {padded[at]} {padded[at + 1]}"]
    found += [f"-2 -1 {padded[at - 2]} {padded[at - 1]}", f"1 2 {padded[at + 1]} {padded[at + 2]}"]
    word = words[place]
    found += [f"length {min(len(word), 8)}", f"place {min(place, 8)}"]
    found += [f"left {min(len(words) - place, 6)}"]
    if place and word[:1].isupper():
        found.append("capital")
    return found


def best_stretch(values: Sequence[float]) -> tuple[int, int]:
    """The stretch with the highest sum, half open; empty if no value is above 0."""
    best, found, total, start = 0.0, (0, 0), 0.0, 0
    for place, value in enumerate(values):
        if total <= 0:
            total, start = 0.0, place
        total += value
        if total > best:
            best, found = total, (start, place + 1)
    return found


@cache
def _load() -> tuple[float, Mapping[str, float], frozenset[str]]:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return float(fitted["bias"]), fitted["weights"], frozenset(fitted["known"])
