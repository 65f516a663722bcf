"""What a search in vectors finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """The offsets of a chunk in its abstract, and its cosine with the query."""

    start: int
    end: int
    score: float
