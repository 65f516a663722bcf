"""Where an answer ends early: before a text that the client names, or after some tokens. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ui.api.openai import tokens
from ui.api.openai.replies import Why


@dataclass(frozen=True, slots=True)
class Limits:
    """``stops``: texts before which it ends; ``most``: tokens, None for any number."""

    stops: tuple[str, ...] = ()
    most: int | None = None

    def end_of(self, text: str) -> tuple[int, Why]:
        """How much of a whole answer is said, in characters, and why no more."""
        found = [at for stop in self.stops if (at := text.find(stop)) >= 0]
        end = min(found, default=len(text))
        cut = None if self.most is None else tokens.end_of(text[:end], self.most)
        return (end, "stop") if cut is None else (cut, "length")

    def sure_of(self, text: str) -> int:
        """How much of an answer that still grows is said whatever comes, in characters."""
        held = max(map(len, self.stops), default=1) - 1  # a stop may have begun
        return min(self.end_of(text)[0], max(0, len(text) - held))
