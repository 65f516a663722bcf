"""Titles and lists of names as sentences have them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SMALL = frozenset("a an and by for from in of on the through to via with".split())


def short_title(title: str) -> str:
    """What the paper is called: the part of its title before a colon, or its first words."""
    words = re.split(r":|- ", title)[0].split()
    if len(words) <= 8:
        return " ".join(words)
    head = words[:6]
    while head[-1].lower() in _SMALL:  # "... Segmentation for" is no place to stop
        head.pop()
    return f"{' '.join(head)} ..."


def enumerated(names: Sequence[str]) -> str:
    """Names as a sentence has them: "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
