"""The token budget of a result: what fits, and what was left out.

No tokenizer is the client's own, so tokens are counted by a rule: one for every three bytes of the
compact JSON in UTF-8. The tokenizers of today's language models make fewer of the same text, in
every script, so a result is never larger than was asked for.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic_core import to_jsonable_python

T = TypeVar("T")

BYTES_A_TOKEN = 3
_FOR_OMITTED = 140  # tokens that say what was left out


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a result does not have for want of tokens: ``count`` of ``what``; ``how`` to get it."""

    what: str
    count: int
    how: str


def as_plain(value: Any) -> Any:
    """A dataclass, or anything made of them, as JSON's own types."""
    return to_jsonable_python(value)


def as_compact(value: Any) -> str:
    """The value as JSON without spaces; letters stay unescaped."""
    return json.dumps(as_plain(value), ensure_ascii=False, separators=(",", ":"))


def tokens_of(value: Any) -> int:
    """How many tokens the value counts for."""
    return -(-len(as_compact(value).encode()) // BYTES_A_TOKEN)


class Budget:
    """The tokens that are left for a result; what goes into it first is sure to be there."""

    def __init__(self, tokens: int, frame: object) -> None:
        """``frame`` is the result with only what it has in any case."""
        self._left = tokens - tokens_of(frame) - _FOR_OMITTED
        self._omitted: list[LeftOut] = []

    def take(self, tokens: int) -> bool:
        """Count so many tokens if they are left; whether they are."""
        if tokens > self._left:
            return False
        self._left -= tokens
        return True

    def spend(self, *values: Any) -> bool:
        """Count the values if all of them fit; whether they do."""
        return self.take(sum(tokens_of(value) + 1 for value in values))  # 1: the comma after it

    def fit(self, what: str, items: Sequence[T], how: str) -> tuple[T, ...]:
        """The first ``items`` that fit; the number of the others is noted as left out."""
        kept: list[T] = []
        for item in items:
            if not self.spend(item):
                break
            kept.append(item)
        self.omit(what, len(items) - len(kept), how)
        return tuple(kept)

    def cut(self, text: str) -> str:
        """The start of ``text`` that fits, to the end of a word."""
        if self.spend(text):
            return text
        sizes = range(len(text) + 1)
        most = bisect_right(sizes, self._left, key=lambda size: tokens_of(text[:size])) - 1
        self._left = 0
        kept = text[: max(most, 0)]
        return kept[: kept.rfind(" ") + 1] or kept

    def omit(self, what: str, count: int, how: str) -> None:
        """Note that something is left out; nothing is noted for a count of 0."""
        if count > 0:
            self._omitted.append(LeftOut(what, count, how))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """All that was left out so far."""
        return tuple(self._omitted)
