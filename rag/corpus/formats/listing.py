"""Reader of a saved listing page: some header lines, then title, abstract, title, abstract ...

Blocks are separated by blank lines, and each block is one line. Nothing marks the end of the
header, so it is found from the end of the page: titles and abstracts alternate, an abstract is long
and a title is short, and everything before the first such pair is the header.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.corpus.formats.fields.normalise import make_record
from rag.corpus.formats.source import Source
from rag.corpus.papers import derived_id, own_urls
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Rejected

# All lengths are in characters. The delivered page's shortest abstract has 1386, its longest title
# 125. A shorter block is an abstract too when it ends with a full stop, which titles do not.
_ABSTRACT_AT_LEAST = 250
_STATEMENT_AT_LEAST = 60
_PAGE_LIMIT = 20_000_000  # a page is read whole, because its header is found from the other end
_HEADER_AT_LEAST = 3  # short lines before the only abstract: a title and its authors are two
_WRAPPED = 0.2  # share of lines directly after another line, above which paragraphs are wrapped
_HEADINGS = frozenset(
    "abstract background introduction objective objectives aim aims purpose methods results "
    "findings discussion conclusion conclusions keywords".split()
)
_REMEDY = "Mend that line or save the page again; nothing of this file was read."


@dataclass(frozen=True, slots=True)
class _Block:
    """A line that is not blank, and its number, from 1."""

    line: int
    text: str

    @property
    def is_abstract(self) -> bool:
        """Whether it is long, or a shorter text with a full stop at its end."""
        statement = self.text.endswith(".") and len(self.text) >= _STATEMENT_AT_LEAST
        return statement or len(self.text) >= _ABSTRACT_AT_LEAST


def is_listing(head: str, name: str) -> bool:
    """Whether a text file has titles and abstracts in turn, one line each, blank lines between.

    A short text without any abstract counts too, so that its reader can say what it lacks.
    """
    if not name.lower().endswith((".txt", ".text")):
        return False
    blocks = _blocks(head)
    abstracts = [block.is_abstract for block in blocks]
    if True not in abstracts:
        return sum(len(block.text) for block in blocks[1:]) < _STATEMENT_AT_LEAST
    titles = [title for title, block in pairwise(blocks) if block.is_abstract > title.is_abstract]
    if _is_wrapped(blocks) or any(t.text.lower().strip(":.") in _HEADINGS for t in titles):
        return False
    return len(titles) >= 2 or (len(titles) == 1 and abstracts.index(True) > _HEADER_AT_LEAST)


def read_listing(source: Source) -> Iterator[Record | Rejected]:
    """The papers of the page, in its order.

    Raises FormatError, which names the line, if the page has no papers, a title without an
    abstract, an abstract without a title, or a title twice; and as `Source.text` does.
    """
    with source.text() as text:
        page = text.read(_PAGE_LIMIT + 1)
    if len(page) > _PAGE_LIMIT:
        what = f"the page has more than {_PAGE_LIMIT:,} characters."
        raise FormatError(source.name, 1, what, "Save it in parts.")
    for title, abstract in _titled(page, source.name):
        yield make_record(
            title=title.text,
            abstract=abstract.text,
            source=source.name,
            place=f"line {title.line}",
            urls=own_urls(abstract.text),
        )


def _titled(text: str, source: str) -> list[tuple[_Block, _Block]]:
    """Each title with its abstract, in the page's order. Raises as `read_listing` does."""
    pairs = _pairs(_without_header(_blocks(text), source), source)
    seen: dict[str, int] = {}
    for title, _ in pairs:
        paper_id = derived_id(title.text)
        if paper_id in seen:
            what = f"the title stands already on line {seen[paper_id]}: {title.text[:60]!r}."
            raise FormatError(source, title.line, what, _REMEDY)
        seen[paper_id] = title.line
    return pairs


def _blocks(text: str) -> list[_Block]:
    lines = enumerate(text.split("\n"), start=1)
    return [_Block(number, line.strip()) for number, line in lines if line.strip()]


def _is_wrapped(blocks: list[_Block]) -> bool:
    """Whether many lines follow each other directly, as in wrapped paragraphs."""
    follow = sum(after.line == before.line + 1 for before, after in pairwise(blocks))
    return follow > _WRAPPED * len(blocks)


def _without_header(blocks: list[_Block], source: str) -> list[_Block]:
    """The blocks from the first title on: the one just before the first abstract."""
    first = next((i for i, block in enumerate(blocks) if block.is_abstract), None)
    if first is None:
        line = blocks[-1].line if blocks else 1
        raise FormatError(source, line, "the page ends and holds no papers.", _REMEDY)
    if first == 0:
        raise FormatError(source, blocks[0].line, "an abstract stands without a title.", _REMEDY)
    return blocks[first - 1 :]


def _pairs(body: list[_Block], source: str) -> list[tuple[_Block, _Block]]:
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
