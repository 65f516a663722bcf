"""The papers that the last answer of a conversation showed, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.index.library import Library
from rag.text.escaping import from_markdown
from rag.types import Turn

_MARKER = re.compile(r"\s*\[\d+\]")
_FEWEST_WORDS = 5  # a shorter line quotes nothing
_LOOKED_AT = 3  # papers that may hold a quoted sentence
_MOST = 30


def shown_papers(library: Library, history: Sequence[Turn], *, fewest: int = 1) -> tuple[str, ...]:
    """Their ids; none if no answer showed any.

    An answer without ``papers`` is read again: its sentences stand in the abstracts that it quotes,
    and its lines begin with the titles of the papers that it names. If it shows fewer than
    ``fewest``, the last one before it that shows so many counts.
    """
    answers = [turn for turn in history if turn.role == "assistant"]
    for turn in reversed(answers):
        known = [paper_id for paper_id in turn.papers if paper_id in library.by_id]
        shown = tuple(known or dict.fromkeys(_named_in(library, turn.content)))[:_MOST]
        if len(shown) >= fewest or fewest == 1:
            return shown
    return ()


def _named_in(library: Library, answer: str) -> Iterator[str]:
    for line in re.split(r"(?<=[.!?\]])\s+|\n", from_markdown(_MARKER.sub("", answer))):
        text = line.strip(' -*“”"')
        if len(text.split()) < _FEWEST_WORDS:
            continue
        for paper_id, _ in library.lexical.search(text, _LOOKED_AT):
            paper = library.by_id[paper_id]
            if text in paper.abstract or paper.title in text:
                yield paper_id
                break
