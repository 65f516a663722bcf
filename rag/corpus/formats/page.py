"""The saved listing page as one of the formats."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rag.corpus.formats.clean import make_record
from rag.corpus.formats.listing import Block, blocks_of, titled
from rag.corpus.formats.source import Source
from rag.corpus.papers import own_urls
from rag.corpus.record import Record
from rag.errors import FormatError
from rag.types import Rejected

# Characters. A page is read whole, because its header is found from the far side.
_PAGE_LIMIT = 20_000_000
_STATEMENT = 60  # characters; a text with less than this after its title has no abstract
_HEADER_AT_LEAST = 3  # short lines before the only abstract: a title and its authors are two
_HEADINGS = frozenset(
    "abstract background introduction objective objectives aim aims purpose methods results "
    "findings discussion conclusion conclusions keywords".split()
)


def is_page(head: str, name: str) -> bool:
    """Whether a text file is a listing: titles and abstracts in turn, a line and a blank line each.

    A text without anything that is an abstract counts as one too: its reader says so.
    """
    if not name.lower().endswith((".txt", ".text")):
        return False
    blocks = blocks_of(head)
    abstracts = [block.is_abstract for block in blocks]
    if True not in abstracts:
        return sum(len(block.text) for block in blocks[1:]) < _STATEMENT
    pairs = [title for title, block in pairwise(blocks) if block.is_abstract > title.is_abstract]
    if _is_wrapped(blocks) or any(t.text.lower().strip(":.") in _HEADINGS for t in pairs):
        return False
    return len(pairs) >= 2 or (len(pairs) == 1 and abstracts.index(True) > _HEADER_AT_LEAST)


def _is_wrapped(blocks: list[Block]) -> bool:
    """Whether lines follow lines: a paragraph that was broken for the width of a screen."""
    follow = sum(after.line == before.line + 1 for before, after in pairwise(blocks))
    return follow > 0.2 * len(blocks)


def read_page(source: Source) -> Iterator[Record | Rejected]:
    """The papers of the page. Raises FormatError, naming the line, as `titled` does."""
    with source.text() as text:
        page = text.read(_PAGE_LIMIT + 1)
    if len(page) > _PAGE_LIMIT:
        what = f"the page has more than {_PAGE_LIMIT:,} characters."
        raise FormatError(source.name, 1, what, "Save it in parts.")
    for title, abstract in titled(page, source=source.name):
        yield make_record(
            title=title.text,
            abstract=abstract.text,
            source=source.name,
            place=f"line {title.line}",
            urls=own_urls(abstract.text),
        )
