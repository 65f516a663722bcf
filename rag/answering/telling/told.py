"""An answer that rests on no sentence of an abstract, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.index.library import Library
from rag.text.characters.escaping import from_markdown
from rag.types import Paper, Reason


@dataclass(frozen=True, slots=True)
class Told:
    """The answer as Markdown; ``[1]`` in it stands for the first of ``papers``, and so on.

    ``reason`` is set if the question is declined.
    """

    text: str
    papers: tuple[Paper, ...] = ()
    reason: Reason | None = None

    @property
    def plain(self) -> str:
        """The text without Markdown and without markers, on one line."""
        return " ".join(from_markdown(re.sub(r"\s*\[\d+\]|\*\*", "", self.text)).split())


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of similar papers: its name, and its papers, the most typical first."""

    name: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """What an answer about the collection is made of.

    ``topics`` returns the groups of the corpus map, the largest first, or None if there is no map
    yet and making it takes long; it may take seconds. ``questions`` returns questions that the
    papers answer.
    """

    library: Library
    topics: Callable[[], Sequence[Topic] | None]
    questions: Callable[[int], Sequence[str]]
