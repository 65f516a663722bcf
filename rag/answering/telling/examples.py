"""Groups of written example messages, and the group whose examples are nearest to a message.

How near two messages are is the cosine of their vectors, mixed with that of the words, pairs of
words and letters that they share: a short message has few words, and the vector of "thx" says
little. Figures: `tests/answering/test_telling_talk.py`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.models.embedding.embedder import Embedder, Vector
from rag.query.query import QueryText
from rag.text.words import stem, words_of

_FOLDER = Path(__file__).parent / "examples"
_HEADING = "= "
_MEANING = 0.7  # weight of the vectors beside the words
_LETTERS = 0.4  # weight of four letters beside a word
_UNKNOWN = 0.5  # weight of what no example has
# A group counts by its three nearest examples.
_NEAREST = (1.0, 0.35, 0.2)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The group nearest to a message; ``score`` is up to 1.55, for three equal examples."""

    group: str
    score: float


class Examples:
    """The example messages of one file, read for one embedder.

    They are embedded when a message comes that is none of them: most greetings are.
    """

    def __init__(self, name: str, embedder: Embedder) -> None:
        groups = read_examples(name)
        texts = [text for examples in groups.values() for text in examples]
        self._embedder = embedder
        self._texts = texts
        self._groups = {group: len(examples) for group, examples in groups.items()}
        self._same = {_plain(text): group for group, own in groups.items() for text in own}
        counted = [_features(text) for text in texts]
        holders = Counter(feature for features in counted for feature in features)
        self._place = {feature: at for at, feature in enumerate(holders)}
        self._rarity = {f: math.log(1 + len(texts) / n) for f, n in holders.items()}
        self._rarest = math.log(1 + len(texts))
        self._words = np.stack([self._row(features) for features in counted])

    def nearest(self, message: QueryText) -> Nearest:
        """The group whose examples are nearest."""
        if same := self._same.get(_plain(message.text)):
            return Nearest(same, sum(_NEAREST))
        words = self._words @ self._row(_features(message.text))
        likeness = _MEANING * (self._vectors @ message.vector) + (1 - _MEANING) * words
        scores: dict[str, float] = {}
        start = 0
        for group, size in self._groups.items():
            best = np.sort(likeness[start : start + size])[::-1][: len(_NEAREST)]
            scores[group] = float(sum(x * w for x, w in zip(best, _NEAREST, strict=False)))
            start += size
        group = max(scores, key=scores.__getitem__)
        return Nearest(group, scores[group])

    @cached_property
    def _vectors(self) -> Vector:
        """The examples' vectors; shape (examples, dimensions). A third of a second, once."""
        return self._embedder.embed(self._texts)

    def _row(self, features: Mapping[str, float]) -> NDArray[np.float64]:
        """Weights of the features that examples have; of unit length together with the others."""
        row = np.zeros(len(self._place))
        others = 0.0
        for feature, weight in features.items():
            if feature in self._place:
                row[self._place[feature]] = weight * self._rarity[feature]
            else:
                others += (weight * self._rarest * _UNKNOWN) ** 2
        length = math.sqrt(float(row @ row) + others)
        return row / length if length else row


@lru_cache(maxsize=8)
def examples_for(name: str, embedder: Embedder) -> Examples:
    """The examples of a file for an embedder, read once."""
    return Examples(name, embedder)


def read_examples(name: str) -> dict[str, list[str]]:
    """The examples of a file by group, in order: "= group", then one message a line."""
    groups: dict[str, list[str]] = {}
    examples: list[str] = []
    for line in (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith(_HEADING):
            examples = groups.setdefault(line.removeprefix(_HEADING), [])
        elif line and not line.startswith("#"):
            examples.append(line)
    return groups


def _plain(text: str) -> str:
    """The words of a text, or the text itself if it has none."""
    return " ".join(words_of(text)) or text.strip()


def _features(text: str) -> dict[str, float]:
    """Stems, pairs of neighbouring stems and runs of four letters, with their weights."""
    words = words_of(text)
    stems = [stem(word) for word in words] or [text.strip()]
    features = dict.fromkeys(_and_pairs(stems), 1.0)
    for word in words:
        marked = f"_{word}_"
        runs = (marked[at : at + 4] for at in range(max(1, len(marked) - 3)))
        features |= {f"#{run}": _LETTERS for run in runs}
    return features


def _and_pairs(stems: list[str]) -> Iterable[str]:
    yield from stems
    ended = ["^", *stems, "$"]
    yield from (f"{one} {other}" for one, other in pairwise(ended))
