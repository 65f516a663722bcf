"""Reader of Markdown, as pandoc and others write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.checking.manuscripts.citing import link_role, linked_in, with_marks
from rag.checking.manuscripts.draft import Block, Builder, Draft, Reference
from rag.checking.manuscripts.parts import says_nothing
from rag.checking.manuscripts.readers.texts import text_of
from rag.checking.manuscripts.references import apart, by_key, is_heading
from rag.text.names.identifiers import key_of_link
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
    draft.references |= linked_in(blocks)
    prose = _without_citing_notes(blocks, draft)
    draft.blocks = [with_marks(block, draft.references) for block in prose]
    return draft


def _bibliographies(front: str) -> list[str]:
    found = _NAMED.search(front)
    if found is None:
        return []
    names = re.split(r"[,\n]", next(filter(None, found.groups())))
    return [bare for name in names if (bare := name.strip(" \t\"'-"))]


def _without_citing_notes(blocks: list[Block], draft: Draft) -> list[Block]:
    """The blocks without footnotes that only cite, each of which becomes what its number cites."""
    prose: list[Block] = []
    for block in blocks:
        found = _NOTE.match(block.text)
        if found is None:
            prose.append(block)
            continue
        own = replace(block.after(found.end()), kind="footnote")
        note = with_marks(own, draft.references)
        keys = tuple(dict.fromkeys(key for mark in note.marks for key in mark.keys))
        if keys and not says_nothing(note):
            prose.append(note)
        elif keys:
            draft.references[f"^{found[1]}"] = Reference(f"^{found[1]}", also=keys)
        else:
            key = f"^{found[1]}"
            draft.references[key] = Reference(key, text=own.text, name=f"footnote {found[1]}")
    return prose


def _blocks(text: str, name: str) -> Iterator[Block]:
    """The headings and paragraphs, also those of lists and quotations; no code, tables or HTML."""
    from markdown_it import MarkdownIt

    # References such as "[1]: https://..." are entries here.
    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    kind: PassageKind = "paragraph"
    table, number, listing = 0, "", False
    for token in parser.parse(text):
        if token.type in ("table_open", "table_close"):
            table += 1 if token.type == "table_open" else -1
        elif token.type == "list_item_open":
            number = f"{token.info}. " if token.info and listing else ""
        elif token.type in ("heading_open", "heading_close"):
            kind = "heading" if token.type == "heading_open" else "paragraph"
        elif token.type == "inline" and not table and token.map:
            listing = is_heading(token.content) if kind == "heading" else listing
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
            opened.append((key_of_link(str(child.attrGet("href") or "")), len(builder.text)))
        elif child.type == "link_close" and opened:
            key, start = opened.pop()
            builder.mark((key,) if key else (), start, link_role(builder.text[start:]))
        elif child.type in ("text", "code_inline"):
            begins = child.type == "text" and _ENTRY.match(child.content)
            if begins and (block := builder.block(kind)):
                yield block
            builder.add(child.content, line, literal=child.type == "code_inline")
    if block := builder.block(kind):
        yield block
