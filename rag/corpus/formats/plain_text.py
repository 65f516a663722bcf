"""Reader of plain text, one paper per file: the first line is the title, the rest the abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.formats.fields.normalise import ABSTRACT_LIMIT, make_record
from rag.corpus.formats.source import Source
from rag.corpus.record import Record
from rag.types import Rejected

_SUFFIXES = (".txt", ".text", ".md", ".markdown", ".abstract", ".abs")
_NO_PAPERS = frozenset(
    "readme license licence copying changelog changes contributing notice todo requirements".split()
)
_HEADING = re.compile(r"#{1,6}\s")
_HEADING_WORDS = 4  # with the "#" before them
_TITLE_LINE = 1_000  # characters; a longer first line is not a title


def is_plain_text(head: str, name: str) -> bool:
    """Whether the name is that of a text, but not a readme; the text itself does not show it."""
    base = re.split(r"[/\\!]", name.lower())[-1]
    if base.partition(".")[0].rstrip("0123456789-_ ") in _NO_PAPERS:
        return False
    return base.endswith(_SUFFIXES) and bool(head.strip())


def read_plain_text(source: Source) -> Iterator[Record | Rejected]:
    """One record, or one refusal if it has no title or is longer than an abstract."""
    title, start, size = "", 1, 0
    abstract: list[str] = []
    for number, line in source.lines(ABSTRACT_LIMIT):
        size += ABSTRACT_LIMIT if line is None else len(line) + 1
        if line is None or size > ABSTRACT_LIMIT:
            why = f"it has more than {ABSTRACT_LIMIT:,} characters, so it is no abstract"
            yield Rejected(source.name, f"line {number}", why, breaks_off=True)
            return
        if title:
            abstract.append(line)
        elif line.strip():
            title, start = line.strip().lstrip("# ").removeprefix("Title:"), number
    if len(title) > _TITLE_LINE:
        why = "its first line is too long for a title"
        yield Rejected(source.name, f"line {start}", why, breaks_off=True)
        return
    several = sum(map(_may_be_title, abstract)) > 1
    yield make_record(
        title=title,
        abstract=" ".join(abstract),
        source=source.name,
        place=f"line {start}",
        remark="it has several long headings; is it one paper?" if several else "",
    )


def _may_be_title(line: str) -> bool:
    """Whether it is a heading in Markdown, but of more words than "Methods" or "My thoughts"."""
    return _HEADING.match(line) is not None and len(line.split()) > _HEADING_WORDS
