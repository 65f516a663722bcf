"""An answer's lead as HTML: Markdown with chips, links, names and questions to ask. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest

from rag.text.names.titles import short_title
from rag.types import Citation, PaperRef
from ui.markdown import Block, Line, Marker, Words, read_blocks, read_line, said
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import away, escape, safe_url
from ui.web.render.chat.answer import UNBREAKABLE, chip
from ui.web.render.chat.names import name, place, with_names

_TAGS = {"bold": "strong", "code": "code"}
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)]")
_COUNT = re.compile(r"(?P<before>(?:[A-Z][\w ]* )?)(?P<number>\d[\d,]*) (?P<rest>papers?\b[^\n]*)")
_FOLDED, _SHOWN = 15, 10  # a list of so many items is folded to these (css/chat.css)
_SIZE = re.compile(r"\s*\((?P<size>[^()]*)\)")


def lead(
    markdown: str,
    citations: Mapping[int, Citation],
    addresses: Collection[str] = (),
    *,
    asks: bool = False,
) -> str:
    """The lead as paragraphs, lists, and groups of papers as cards.

    Only ``addresses`` become links. With ``asks`` the questions in its lists can be clicked.
    """
    return "".join(
        _block(block, citations, addresses, asks=asks) for block in read_blocks(markdown)
    )


def counted(markdown: str) -> str:
    """A lead of one line that says how many papers, with the number large; else empty."""
    found = _COUNT.fullmatch(markdown)
    if not found:
        return ""
    before = f"<span>{prose(found['before'].strip())}</span> " if found["before"] else ""
    rest = found["rest"].removesuffix(".")
    return f"{before}<strong>{found['number']}</strong> <span>{prose(rest)}</span>"


def rest(items: int) -> str:
    """The button that unfolds a long list; empty for one that is not folded."""
    if items < _FOLDED:
        return ""
    more = f"Show all {items}"
    return (
        f'<button type="button" class="rest-of" aria-expanded="false" data-more="{more}"'
        f' data-less="Show the first {_SHOWN}">{more}</button>'
    )


def inline(markdown: str, papers: Iterable[Citation | PaperRef] = ()) -> str:
    """One line of Markdown without citations; the names of ``papers`` lead to their cards."""
    line = read_line(markdown)
    if all(isinstance(part, Words) and part.style == "text" for part in line):
        return with_names(said(line), papers)
    return _line(line, {}, ())


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
    if block.shape != "paragraph" and any(_is_group(line, citations) for line in block.lines):
        return "".join(
            _groups(lines, citations) if grouped else _list(block, lines, citations, addresses)
            for grouped, found in groupby(block.lines, lambda line: _is_group(line, citations))
            for lines in [tuple(found)]
        )
    if block.shape == "paragraph":
        return "".join(f"<p>{_line(line, citations, addresses)}</p>" for line in block.lines)
    return _list(block, block.lines, citations, addresses, asks=asks)


def _list(
    block: Block,
    lines: Sequence[Line],
    citations: Mapping[int, Citation],
    addresses: Collection[str],
    *,
    asks: bool = False,
) -> str:
    items = [
        question(said(line))
        if asks and said(line).endswith("?")
        else _line(line, citations, addresses)
        for line in lines
    ]
    tag = "ul" if block.shape == "bullets" else "ol"
    questions = ' class="tries"' if all("data-question" in item for item in items) else ""
    cited = sum(any(isinstance(part, Marker) for part in line) for line in lines)
    more = f'<p class="rest">{rest(cited)}</p>' if rest(cited) else ""
    return f"<{tag}{questions}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>{more}"


def _is_group(line: Line, citations: Mapping[int, Citation]) -> bool:
    """Whether a line is the name of a group, how many papers it has, and some of them."""
    if len(line) < 3 or not isinstance(line[0], Words) or line[0].style != "bold":
        return False
    sized = isinstance(line[1], Words) and _SIZE.match(line[1].text)
    return bool(sized) and any(
        isinstance(part, Marker) and part.number in citations for part in line
    )


def _groups(lines: Sequence[Line], citations: Mapping[int, Citation]) -> str:
    """Groups of papers: a heading with its size, and a card for each paper that is named."""
    drawn = []
    for line in lines:
        label, rest = said(line[:1]), said(line[1:2])
        size = _SIZE.match(rest)
        papers = [
            citations[m.number] for m in line if isinstance(m, Marker) and m.number in citations
        ]
        cards = "".join(f"<li>{_small_card(paper)}</li>" for paper in papers)
        drawn.append(
            f"<section><h3>{prose(label[:1].upper() + label[1:])}</h3>"
            f'<p class="size">{escape(size["size"]) if size else ""}</p>'
            f'<ul class="minis">{cards}</ul></section>'
        )
    return f'<div class="groups">{"".join(drawn)}</div>'


def _small_card(paper: Citation) -> str:
    return (
        f'<button type="button" class="near mini" {place(paper.paper_id, paper.quotes)}>'
        f'<span class="num">{paper.number}</span>'
        f'<span class="whose" dir="auto">{prose(paper.title)}</span></button>'
    )


def _line(line: Line, citations: Mapping[int, Citation], addresses: Collection[str]) -> str:
    out = tail = ""  # the tail is a word that stays with its chips, so that no line begins with one
    joined = [
        part
        for part, after in zip_longest(line, line[1:])
        if part != Words(" ") or not isinstance(after, Marker)
    ]
    for part, after in zip_longest(joined, joined[1:]):
        if isinstance(part, Words):
            cited = citations.get(after.number) if isinstance(after, Marker) else None
            words, named = _named(part, cited) if cited else (part, "")
            words, last = (
                _split(words) if isinstance(after, Marker) and not named else (words, Words(""))
            )
            out += _joined(tail) + _words(words, addresses) + named
            tail = _words(last, addresses)
        elif cited := citations.get(part.number):
            tail += chip(cited, cited.quotes)
        else:
            tail += f" [{part.number}]"
    return out + _joined(tail)


def _named(words: Words, cited: Citation) -> tuple[Words, str]:
    """The words before the name of the paper that they end with, and the name as a link."""
    text = words.text.rstrip()
    for title in filter(None, (cited.title, short_title(cited.title))):
        if text.endswith(title):
            link = name(cited, title, "titled")
            bold = f"<strong>{link}</strong>" if words.style == "bold" else link
            return replace(words, text=text.removesuffix(title)), bold
    return words, ""


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
