"""Reader of Markdown, as pandoc and others write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag.checking.manuscripts.citing import with_marks
from rag.checking.manuscripts.draft import Block, Builder, Draft, MarkRole, Reference
from rag.checking.manuscripts.readers.texts import text_of
from rag.checking.manuscripts.references import apart, by_key
from rag.text.identifiers import find_arxiv, linked_arxiv, linked_doi, linked_pmid
from rag.types.manuscripts import PassageKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_NAMED = re.compile(
    r"^bibliography:[ \t]*(?:\[([^\]\n]*)\]|([^\n\[]+)|((?:\n[ \t]*-[^\n]+)+))", re.MULTILINE
)
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:\s*")
_ENTRY = re.compile(r"\[\d{1,4}\]:?\s|\[\^[^\]\s]+\]:")


def read_markdown(path: Path) -> Draft:
    """The draft of a Markdown file. Raises as `text_of`."""
    text = text_of(path)
    draft = Draft("Markdown")
    front = _FRONT.match(text)
    if front:
        draft.bibliographies = [path.parent / name for name in _bibliographies(front[1])]
        # Blank lines keep the numbers of the lines.
        text = "\n" * front[0].count("\n") + text[front.end() :]
    blocks, entries = apart(_blocks(text, path.name))
    draft.references = by_key(entries)
    notes: list[Block] = []
    for block in blocks:
        _footnote(block, draft, notes)
    links = [key for block in blocks for mark in block.marks for key in mark.keys]
    draft.references |= {key: Reference(key, text=key) for key in links}
    prose = [block for block in blocks if block not in notes]
    draft.blocks = [with_marks(block, draft.references) for block in prose]
    return draft


def _bibliographies(front: str) -> list[str]:
    found = _NAMED.search(front)
    if found is None:
        return []
    names = re.split(r"[,\n]", next(filter(None, found.groups())))
    return [bare for name in names if (bare := name.strip(" \t\"'-"))]


def _footnote(block: Block, draft: Draft, notes: list[Block]) -> None:
    """Take a footnote that is a reference, and not prose, for an entry."""
    found = _NOTE.match(block.text)
    if found and not block.marks and "@" not in block.text:
        key = f"^{found[1]}"
        draft.references[key] = Reference(key, text=block.text[found.end() :])
        notes.append(block)


def _blocks(text: str, name: str) -> Iterator[Block]:
    """The headings and paragraphs, also those of lists and quotations; no code, tables or HTML."""
    from markdown_it import MarkdownIt

    # References such as "[1]: https://..." are entries here.
    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    kind: PassageKind = "paragraph"
    table, number = 0, ""
    for token in parser.parse(text):
        if token.type in ("table_open", "table_close"):
            table += 1 if token.type == "table_open" else -1
        elif token.type == "list_item_open":
            number = f"{token.info}. " if token.info else ""
        elif token.type in ("heading_open", "heading_close"):
            kind = "heading" if token.type == "heading_open" else "paragraph"
        elif token.type == "inline" and not table and token.map:
            yield from _inline(token, kind, name, number)
            number = ""


def _inline(token: Token, kind: PassageKind, name: str, number: str) -> Iterator[Block]:
    """The block of a paragraph; lines that begin with a number in brackets are blocks each."""
    line = (token.map or [0])[0] + 1
    builder = Builder(name)
    builder.add(number, line)
    opened: list[tuple[str, int]] = []  # links: the paper's key, and where they begin
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
            builder.add(" ", line)
        elif child.type == "link_open":
            opened.append((_key_of(str(child.attrGet("href") or "")), len(builder.text)))
        elif child.type == "link_close" and opened:
            key, start = opened.pop()
            builder.mark((key,) if key else (), start, _role(builder.text[start:]))
        elif child.type in ("text", "code_inline"):
            begins = child.type == "text" and _ENTRY.match(child.content)
            if begins and (block := builder.block(kind)):
                yield block
            builder.add(child.content, line, literal=child.type == "code_inline")
    if block := builder.block(kind):
        yield block


def _role(words: str) -> MarkRole:
    """What a sentence needs of a link's words: nothing of "[3]", "arXiv:2410.20220" or a DOI."""
    bare = words.strip("[]() ")
    return "aside" if bare.isdigit() or "/" in bare or find_arxiv(bare) else "words"


def _key_of(address: str) -> str:
    """The identifier that a link leads to; empty if it leads to no paper."""
    if doi := linked_doi(address):
        return doi.lower()
    if arxiv := linked_arxiv(address):
        return f"arXiv:{arxiv}"
    pmid = linked_pmid(address)
    return f"PMID:{pmid}" if pmid else ""
