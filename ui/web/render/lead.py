"""An answer's lead as HTML: Markdown with chips, links and questions to ask. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.types import Citation
from ui.markdown import Block, Line, Marker, Words, read_blocks, read_line, said
from ui.web.render.answer import UNBREAKABLE, chip
from ui.web.render.math import prose
from ui.web.render.text import away, escape, safe_url

_TAGS = {"bold": "strong", "code": "code"}
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)]")


def lead(
    markdown: str,
    citations: Mapping[int, Citation],
    addresses: Collection[str] = (),
    *,
    asks: bool = False,
) -> str:
    """The lead as paragraphs and lists.

    Only ``addresses`` become links. With ``asks`` the questions in its lists can be clicked.
    """
    return "".join(
        _block(block, citations, addresses, asks=asks) for block in read_blocks(markdown)
    )


def inline(markdown: str) -> str:
    """One line of Markdown without citations."""
    return _line(read_line(markdown), {}, ())


def question(text: str) -> str:
    """A question to ask with a click."""
    return (
        f'<button type="button" class="try" data-question="{escape(text)}">{escape(text)}</button>'
    )


def tries(questions: Sequence[str]) -> str:
    """Questions to go on with, under a heading; empty without any."""
    if not questions:
        return ""
    items = "".join(f"<li>{question(text)}</li>" for text in questions)
    return f'<h3>Go on with</h3><ul class="tries">{items}</ul>'


def _block(
    block: Block, citations: Mapping[int, Citation], addresses: Collection[str], *, asks: bool
) -> str:
    lines = [
        question(said(line))
        if asks and block.shape != "paragraph" and said(line).endswith("?")
        else _line(line, citations, addresses)
        for line in block.lines
    ]
    if block.shape == "paragraph":
        return "".join(f"<p>{line}</p>" for line in lines)
    tag = "ul" if block.shape == "bullets" else "ol"
    questions = ' class="tries"' if all("data-question" in line for line in lines) else ""
    return f"<{tag}{questions}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"


def _line(line: Line, citations: Mapping[int, Citation], addresses: Collection[str]) -> str:
    out = tail = ""  # the tail is a word that stays with its chips, so that no line begins with one
    joined = [
        part
        for part, after in zip_longest(line, line[1:])
        if part != Words(" ") or not isinstance(after, Marker)
    ]
    for part, after in zip_longest(joined, joined[1:]):
        if isinstance(part, Words):
            words, last = _split(part) if isinstance(after, Marker) else (part, Words(""))
            out += _joined(tail) + _words(words, addresses)
            tail = _words(last, addresses)
        elif cited := citations.get(part.number):
            tail += chip(cited, cited.quotes)
        else:
            tail += f" [{part.number}]"
    return out + _joined(tail)


def _split(words: Words) -> tuple[Words, Words]:
    """The words, and the last one of them, unless it is too long to stay on one line."""
    head, space, last = words.text.rstrip().rpartition(" ")
    if len(last) > UNBREAKABLE:
        return words, Words("")
    return replace(words, text=head + space), replace(words, text=last)


def _joined(tail: str) -> str:
    return f'<span class="tail">{tail}</span>' if tail else ""


def _words(words: Words, addresses: Collection[str]) -> str:
    if not words.text:
        return ""
    if words.style != "text":
        tag = _TAGS[words.style]
        return f"<{tag}>{prose(words.text)}</{tag}>"
    out, at = "", 0
    for match in _ADDRESS.finditer(words.text):
        url = safe_url(match.group())
        if url and match.group() in addresses:
            out += prose(words.text[at : match.start()])
            out += away(url, escape(match.group()))
            at = match.end()
    return out + prose(words.text[at:])
