"""The papers that the last answer of a conversation showed, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.index.library import Library
from rag.text.escaping import from_markdown
from rag.text.titles import short_title
from rag.types import Turn

_MARKER = re.compile(r"\s*\[\d+\]")
_NAME = re.compile(r"-\s+\*\*(.+?)\*\*:")  # at the beginning of a paper's line
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
    """The papers whose sentences, titles or short names the lines of an answer are."""
    for line in answer.split("\n"):
        named = _NAME.match(line)
        texts = [named[1]] if named else re.split(r"(?<=[.!?\]])\s+", line)
        for text in map(from_markdown, texts):
            said = _MARKER.sub("", text).strip(' -“”"')
            if not named and len(said.split()) < _FEWEST_WORDS:
                continue
            for paper_id, _ in library.lexical.search(said, _LOOKED_AT):
                paper = library.by_id[paper_id]
                own = short_title(paper.title) == said if named else said in paper.abstract
                if own or paper.title in said:
                    yield paper_id
                    break
