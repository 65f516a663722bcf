"""Writes papers into an answer: each has a number, counted from its first place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.answering.telling.told import Told
from rag.text.characters.escaping import as_markdown
from rag.text.names.titles import short_title
from rag.types import Paper, Reason

_LONG = 10  # words; a longer title is shortened


class Writer:
    """Numbers the papers of one answer in the order in which it names them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._papers: list[Paper] = []

    def title(self, paper: Paper) -> str:
        """The title in bold with the paper's number."""
        return f"**{as_markdown(paper.title)}** {self.mark(paper)}"

    def short(self, paper: Paper) -> str:
        """The title, cut if it is long, with the paper's number."""
        words = paper.title.split()
        title = paper.title if len(words) <= _LONG else short_title(paper.title)
        return f"{as_markdown(title)} {self.mark(paper)}"

    def mark(self, paper: Paper) -> str:
        """The number of the paper, as in "[1]"."""
        if paper.paper_id not in self._numbers:
            self._papers.append(paper)
            self._numbers[paper.paper_id] = len(self._papers)
        return f"[{self._numbers[paper.paper_id]}]"

    def told(self, *blocks: str, reason: Reason | None = None) -> Told:
        """The answer: the blocks that are not empty, as paragraphs."""
        return Told("\n\n".join(filter(None, blocks)), tuple(self._papers), reason)


def bullets(lines: Iterable[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def number_of(count: int, noun: str = "paper") -> str:
    """A count with its noun: "1 paper", "1,200 papers"; "no papers"."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    number = f"{count:,}" if count else "no"
    return f"{number} {noun if count == 1 else plural}"


def names(values: Sequence[str], most: int = 0) -> str:
    """Names for a sentence: "A, B and C", or "A, B and 5 more"; escaped."""
    shown = [as_markdown(value) for value in (values[:most] if most else values)]
    left = len(values) - len(shown)
    if left:
        return f"{', '.join(shown)} and {left} more"
    return joined(shown)


def joined(parts: Sequence[str]) -> str:
    """Parts of a sentence as "A, B and C"; "" if there are none."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
