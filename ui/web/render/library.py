"""The Library page as HTML: sync report, sources and collections. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import unquote

from rag.settings import DEFAULT
from rag.text.names.titles import short_title
from rag.types import (
    KeptApart,
    Ledger,
    Merged,
    Paper,
    Rejected,
    Remark,
)
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import count, escape
from ui.web.render.zotero import ZOTERO

_SHOWN = 200  # rows of a list; the saved report has all of them


Row: TypeAlias = tuple[str, int, int, bool, bool]


def reading(sources: Sequence[Row]) -> str:
    """A row for each file or reference: (name, records read, records refused, done, missing).

    ``done`` says that it was read to its end, and ``missing`` that there was nothing to read.

    Of many, those that were read first are only counted.
    """
    waiting = next((at for at, source in enumerate(sources) if not source[3]), len(sources))
    before = max(0, min(waiting, len(sources) - _SHOWN))
    after = len(sources) - before - _SHOWN
    rows = sources[before : before + _SHOWN]
    return (
        _line(f"{count(before, 'file')} read before" if before else "")
        + _read(rows)
        + _line(f"and {after:,} more" if after > 0 else "")
    )


def _read(sources: Sequence[Row]) -> str:
    return "".join(
        f'<li class="{"read" if done else "waiting"}">'
        f'<span class="name">{escape(_bare(name))}</span>'
        f'<span class="said">{_tally(records, refused, done, missing)}</span></li>'
        for name, records, refused, done, missing in sources
    )


def ledger(done: Ledger, *, undone: bool) -> str:
    """The sync report of an import: counts, then a sentence about the papers."""
    counts = [
        ("added", done.added),
        ("updated", done.updated),
        ("unchanged", done.unchanged),
        ("removed", done.removed),
        ("merged", len(done.merged)),
        ("rejected", sum(bool(item.record) for item in done.rejected)),
    ]
    shown = "".join(
        f'<li class="{name}{"" if number else " none"}"><b>{number:,}</b> {name}</li>'
        for name, number in counts
    )
    parts = [f"{count(done.papers, 'paper')} now", f"{done.seconds:.1f} s"]
    if done.without_abstract:
        parts.insert(1, f"{done.without_abstract:,} without an abstract, found by title alone")
    if done.kept_out:
        parts.insert(1, f"{count(done.kept_out, 'paper')} left out, as you removed them before")
    if done.stopped:
        parts.insert(0, "Stopped; add the files again to go on from here")
    if undone:
        parts.insert(0, "Undone")
    return f'<ul class="counts">{shown}</ul><p class="totals">{" · ".join(parts)}</p>'


def came(added: int, altered: int, removed: int, title: str, papers: int | None = None) -> str:
    """A line on what became of the collection; empty if nothing did.

    ``title`` is that of a paper that was added or altered. ``papers`` is how many there are, where
    another collection was opened.
    """
    if papers is not None:
        return f"Another collection was opened, of {count(papers, 'paper')}."
    verbs = ((added, "added"), (altered, "changed"), (removed, "taken out"))
    said = [(number, verb) for number, verb in verbs if number]
    if not said:
        return ""
    (first, verb), *more = said
    line = f"{count(first, 'paper')} {'was' if first == 1 else 'were'} {verb}"
    line += "".join(f", {number:,} {verb}" for number, verb in more)
    others = f" and {added + altered - 1:,} more" if added + altered > 1 else ""
    return f"{line}: {prose(short_title(title))}{others}." if title else f"{line}."


def stopped() -> str:
    """That an import was stopped while it read."""
    return '<p class="totals">Stopped while reading: nothing was added.</p>'


def rejected(items: Sequence[Rejected]) -> str:
    """A line for what could not be had at all; then the refused records: source, place, reason."""
    lines = "".join(_missing(item) for item in items if not item.record)
    rows = [(item.source, item.record, item.reason) for item in items if item.record]
    return lines + _table(f"{count(len(rows), 'record')} rejected", "Why", rows)


def _missing(item: Rejected) -> str:
    source = escape(item.source)
    return (
        f'<p class="failure missing" role="alert"><span>{escape(item.reason)}</span> '
        f'<button type="button" class="tiny again" data-source="{source}"'
        f' aria-label="Try {escape(_bare(item.source))} again">Try again</button></p>'
    )


def remarks(items: Sequence[Remark]) -> str:
    """What to check in records that were read: source, place, remark."""
    rows = [(item.source, item.record, item.text) for item in items]
    return _table(f"{count(len(items), 'remark')} to check", "What", rows)


def _table(head: str, last: str, rows: Sequence[tuple[str, str, str]]) -> str:
    """A table of sources, places and texts; empty without rows."""
    if not rows:
        return ""
    shown = "".join(
        f"<tr><td>{escape(_bare(source))}</td><td>{escape(place)}</td><td>{escape(text)}</td></tr>"
        for source, place, text in rows[:_SHOWN]
    )
    return _folded(
        head,
        f'<table><thead><tr><th scope="col">File</th><th scope="col">Record</th>'
        f'<th scope="col">{last}</th></tr></thead><tbody>{shown}</tbody></table>{_more(rows)}',
        opened=True,
    )


def merged(items: Sequence[Merged], papers: Mapping[str, Paper]) -> str:
    """The records that were merged into a paper that was already there."""
    if not items:
        return ""
    rows = "".join(
        f"<li>{prose(item.title)} <span>from {escape(_bare(item.source))}, now part of "
        f"“{_title(papers, item.paper_id)}”</span></li>"
        for item in items[:_SHOWN]
    )
    return _folded(f"{count(len(items), 'record')} merged", f"<ul>{rows}</ul>{_more(items)}")


def _title(papers: Mapping[str, Paper], paper_id: str) -> str:
    paper = papers.get(paper_id)
    return prose(paper.title) if paper else escape(paper_id)


def kept_apart(items: Sequence[KeptApart]) -> str:
    """The papers that share an identifier with another one."""
    if not items:
        return ""
    rows = "".join(
        f"<li>{prose(item.title)} <span>{escape(item.reason)}</span></li>"
        for item in items[:_SHOWN]
    )
    head = f"{count(len(items), 'paper')} kept apart from another one with the same identifier"
    return _folded(head, f"<ul>{rows}</ul>{_more(items)}")


def sources(counts: Sequence[tuple[str, int]], *, mine: bool) -> str:
    """Where the papers come from: (source, how many).

    ``mine`` adds a button to remove them, and one to read a Zotero library again.
    """
    return "".join(
        f'<li><span class="name" title="{escape(source)}">{escape(_bare(source))}</span>'
        f'<span class="said">{count(number, "paper")}</span>'
        f"{_refresh(source) + _remove(source) if mine else ''}</li>"
        for source, number in counts[:_SHOWN]
    ) + _line(f"and {len(counts) - _SHOWN:,} more" if len(counts) > _SHOWN else "")


def collections(named: Sequence[tuple[str, int, bool]], *, mine: bool) -> str:
    """The collections: (name, papers, whether it is open); ``mine`` adds buttons."""
    return "".join(_collection(*each, mine=mine) for each in named)


def _collection(name: str, papers: int, is_open: bool, *, mine: bool) -> str:
    said = escape(name)
    acts = ""
    if mine and not is_open and name != DEFAULT:
        acts = (
            f'<button type="button" class="tiny rename" aria-label="Rename {said}">Rename</button>'
            f'<button type="button" class="tiny delete" aria-label="Delete {said}">Delete</button>'
        )
    state = ' class="current"' if is_open else ""
    now = ' aria-current="true"' if is_open else ""
    return (
        f'<li{state} data-name="{said}"><button type="button" class="pick-it"'
        f' data-name="{said}"{now}>{said}</button>'
        f'<span class="said">{count(papers, "paper")}</span>{acts}</li>'
    )


def _refresh(source: str) -> str:
    if not source.startswith(ZOTERO):
        return ""
    return (
        f'<button type="button" class="tiny again" data-source="{escape(source)}"'
        f' aria-label="Read {escape(_bare(source))} again">Refresh</button>'
    )


def _remove(source: str) -> str:
    return (
        f'<button type="button" class="remove" data-source="{escape(source)}"'
        f' aria-label="Remove the papers of {escape(_bare(source))}">Remove</button>'
    )


def _bare(source: str) -> str:
    """A source's short name: a file without its folders, a reference as it was given."""
    if source.startswith(ZOTERO):
        inside = unquote(source.removeprefix(ZOTERO)).partition("collection/")
        return " › ".join(filter(None, ("Zotero", inside[0].strip("/"), *inside[2].split("/"))))
    outer, mark, inner = source.partition("!")
    if outer.startswith("/"):
        outer = outer.rpartition("/")[2]
    outer = outer.removeprefix("uploaded/")
    return f"{outer}{' › ' if mark else ''}{inner}"


def _tally(records: int, refused: int, done: bool, missing: bool) -> str:
    if missing and not records:
        return "nothing added"
    if not (records or refused or done):
        return "waiting"
    parts = [count(records, "record")]
    if refused:
        parts.append(f"{refused:,} rejected")
    return ", ".join(parts) + ("" if done else " …")


def _folded(head: str, body: str, *, opened: bool = False) -> str:
    return f"<details{' open' if opened else ''}><summary>{head}</summary>{body}</details>"


def _line(text: str) -> str:
    """A line of a list that stands for what is left out; empty for no text."""
    return f'<li class="more">{text}</li>' if text else ""


def _more(items: Sequence[object]) -> str:
    left = len(items) - _SHOWN
    return f'<p class="more">and {left:,} more, in the saved report</p>' if left > 0 else ""
