"""Reader of a saved listing page: some header lines, then title, abstract, title, abstract ...

Blocks are separated by blank lines and each block is one line. Nothing marks where the header
ends, so it is found from the far side: titles and abstracts alternate up to the end of the page,
an abstract is long and a title is short, and the header is what stands before the first such pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.corpus.papers import derived_id, make_paper
from rag.errors import FileError, FormatError
from rag.types import Paper

# Characters. On the delivered page the shortest abstract has 1386 and the longest title 125. A
# shorter block is an abstract too when it closes with a full stop, which titles do not.
_ABSTRACT_AT_LEAST = 250
_STATEMENT_AT_LEAST = 60
_REMEDY = "Mend that line or save the page again; nothing of this file was read."


@dataclass(frozen=True, slots=True)
class Block:
    """A line that is not blank, and its number, from 1."""

    line: int
    text: str

    @property
    def is_abstract(self) -> bool:
        """Whether it is long, or closes as titles do not."""
        closed = self.text.endswith(".") and len(self.text) >= _STATEMENT_AT_LEAST
        return closed or len(self.text) >= _ABSTRACT_AT_LEAST


def read_listing(path: Path) -> list[Paper]:
    """The papers of the page at ``path``, in its order.

    Raises FileError where it cannot be read and FormatError, naming the line, where the page has
    no papers, a title without an abstract, an abstract without a title, or one title twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
    except UnicodeDecodeError as exc:
        line = exc.object[: exc.start].count(b"\n") + 1
        raise FormatError(str(path), line, "this is not UTF-8 text.", _REMEDY) from exc
    return parse_listing(text, source=str(path))


def parse_listing(text: str, *, source: str) -> list[Paper]:
    """As `read_listing`, of a page already in memory."""
    return [
        make_paper(title.text, abstract.text, order=order, source=source)
        for order, (title, abstract) in enumerate(titled(text, source=source))
    ]


def titled(text: str, *, source: str) -> list[tuple[Block, Block]]:
    """Each title with its abstract, in the page's order. Raises as `parse_listing` does."""
    pairs = _pairs(_without_header(blocks_of(text), source), source)
    seen: dict[str, int] = {}
    for title, _ in pairs:
        paper_id = derived_id(title.text)
        if paper_id in seen:
            what = f"the title stands already on line {seen[paper_id]}: {title.text[:60]!r}."
            raise FormatError(source, title.line, what, _REMEDY)
        seen[paper_id] = title.line
    return pairs


def blocks_of(text: str) -> list[Block]:
    """The lines that are not blank."""
    return [
        Block(number, line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]


def _without_header(blocks: list[Block], source: str) -> list[Block]:
    """From the first title on: the block just before the first abstract."""
    first = next((i for i, block in enumerate(blocks) if block.is_abstract), None)
    if first is None:
        line = blocks[-1].line if blocks else 1
        raise FormatError(source, line, "the page ends and holds no papers.", _REMEDY)
    if first == 0:
        raise FormatError(source, blocks[0].line, "an abstract stands without a title.", _REMEDY)
    return blocks[first - 1 :]


def _pairs(body: list[Block], source: str) -> list[tuple[Block, Block]]:
    pairs = []
    for i in range(0, len(body), 2):
        title = body[i]
        if title.is_abstract:
            what = f"an abstract stands where a title should: {title.text[:60]!r}."
            raise FormatError(source, title.line, what, _REMEDY)
        if i + 1 == len(body) or not body[i + 1].is_abstract:
            what = f"the abstract of {title.text[:60]!r} is missing or empty."
            raise FormatError(source, title.line, what, _REMEDY)
        pairs.append((title, body[i + 1]))
    return pairs
