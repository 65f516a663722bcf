"""Values as plain text for a terminal. Pure: values in, strings out.

Text of a paper or a model goes through ``visible``: it may contain codes that move the cursor.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.text.characters.escaping import visible
from rag.types import Answer, CheckedManuscript, Citation, Ledger, RankedPaper, Rebuilt

_WIDTH = 100  # characters
_PASSAGE = 180  # characters
_MERGED = 10  # lines
_MISSING = 3  # files


def ledger_text(ledger: Ledger) -> str:
    """The sync report: a line of counts, then a line for each merged and each rejected record."""
    counts = (
        f"{_count(ledger.papers, 'paper')} in {_count(ledger.chunks, 'chunk')}: "
        f"{ledger.added} added, {ledger.updated} updated, {ledger.unchanged} unchanged, "
        f"{ledger.removed} removed, "
        f"{len(ledger.merged)} merged, {len(ledger.rejected)} rejected ({ledger.seconds:.1f} s)"
    )
    merged = [
        f"merged: {visible(item.title)} [{visible(item.source)}] into {visible(item.paper_id)}"
        for item in ledger.merged[:_MERGED]
    ]
    if len(ledger.merged) > _MERGED:
        merged.append(f"merged: {len(ledger.merged) - _MERGED} more; --json lists all")
    merged += [
        f"kept apart: {visible(item.title)}: {visible(item.reason)}"
        for item in ledger.kept_apart[:_MERGED]
    ]
    if len(ledger.kept_apart) > _MERGED:
        merged.append(f"kept apart: {len(ledger.kept_apart) - _MERGED} more; --json lists all")
    refused = [
        f"rejected: {visible(item.reason)} [{visible(item.record)}]"
        if item.record
        else f"not added: {visible(item.reason)}"
        for item in ledger.rejected
    ]
    return "\n".join([counts, *merged, *refused, *_remarks(ledger)])


def change_text(ledger: Ledger) -> str:
    """What a further sync changed, on one line; empty if that is nothing."""
    counts = (
        (ledger.added, "added"),
        (ledger.updated, "updated"),
        (ledger.removed, "removed"),
        (len(ledger.rejected), "rejected"),
        (len(ledger.missing), "gone but kept"),
    )
    changed = ", ".join(f"{number} {what}" for number, what in counts if number)
    if not changed:
        return ""
    refused = [visible(f"{item.reason} [{item.record}]") for item in ledger.rejected[:1]]
    text = f"{changed}: {_count(ledger.papers, 'paper')} ({ledger.seconds:.1f} s)"
    return "; ".join([text, *refused])


def rebuilt_text(rebuilt: Rebuilt) -> str:
    """What a rebuild did: a line, then one for each loss."""
    how = {
        "papers": f"indexed anew from generation {rebuilt.generation}",
        "records": f"indexed anew from the records of generation {rebuilt.generation}",
        "generation": f"generation {rebuilt.generation} is current again",
    }[rebuilt.origin]
    counts = f"{_count(rebuilt.papers, 'paper')} in {_count(rebuilt.chunks, 'chunk')}"
    return "\n".join([f"{counts}: {how} ({rebuilt.seconds:.1f} s)", *rebuilt.losses])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _remarks(ledger: Ledger) -> list[str]:
    """What else the reader should know, one line each."""
    remarks = [
        f"to check: {visible(item.text)} [{visible(item.record)} of {visible(item.source)}]"
        for item in ledger.remarks
    ]
    if ledger.without_abstract:
        remarks.append(f"without an abstract: {ledger.without_abstract}, found by title alone")
    if ledger.kept_out:
        remarks.append(f"left out: {ledger.kept_out} removed before; see `paperchat restore`")
    if ledger.missing:
        files = ", ".join(visible(source) for source in ledger.missing[:_MISSING])
        more = (
            f" and {len(ledger.missing) - _MISSING} more" if len(ledger.missing) > _MISSING else ""
        )
        remarks.append(f"gone: {files}{more}; the papers stay unless you give --prune")
    if ledger.stopped:
        remarks.append("stopped: run the same command again to go on from here")
    return remarks


def ledger_json(ledger: Ledger) -> dict[str, Any]:
    """The contract's ``ingest --json``."""
    plain = asdict(ledger)
    for item in plain["rejected"]:
        del item["breaks_off"]
    return plain


def ranked_text(ranked: Sequence[RankedPaper]) -> str:
    """Ranked papers, each with the start of its best passage."""
    lines = []
    for place, item in enumerate(ranked, start=1):
        text = item.passages[0].text if item.passages else "(no abstract)"
        passage = textwrap.shorten(visible(text), _PASSAGE, placeholder=" ...")
        lines.append(f"{place:>2}. {item.score:.3f}  {visible(item.paper.title)}")
        lines.append(f"           {item.paper.paper_id}")
        lines.append(_indented(passage, 11))
    return "\n".join(lines)


def ranked_json(ranked: Sequence[RankedPaper]) -> list[dict[str, Any]]:
    """The contract's ``search --json``."""
    return [
        {
            "paper_id": item.paper.paper_id,
            "title": item.paper.title,
            "score": round(item.score, 4),
            "status": item.paper.status,
            "zotero": item.paper.zotero,
            "passages": [asdict(passage) for passage in item.passages],
        }
        for item in ranked
    ]


def manuscript_line(checked: CheckedManuscript) -> str:
    """How many sentences have each verdict, what was read and how long it took, on one line."""
    from ui.web.render.manuscript import VERDICTS, counts_of

    counts = [f"{n} {VERDICTS[verdict].label}" for verdict, n in counts_of(checked).items() if n]
    away = sum(not work.paper_id for work in checked.works)
    said = ", ".join(counts) or "no sentence cites a paper, and none is said by one"
    notes = "".join(f"note: {visible(note)}\n" for note in checked.notes)
    return (
        f"{notes}{_count(checked.examined, 'sentence')} read: {said} · "
        f"{_count(len(checked.works), 'cited paper')}, {away} not in the library · "
        f"{checked.seconds:.1f} s"
    )


def sources_text(citations: Sequence[Citation]) -> str:
    """The cited papers with their quotes."""
    lines = []
    for citation in citations:
        status = f" ({citation.status})" if citation.status == "corrected" else ""
        lines.append(f"[{citation.number}] {visible(citation.title)}{status}")
        lines += [_indented(f"“{visible(quote.text)}”", 4) for quote in citation.quotes]
        lines += [f"    {url}" for url in (citation.url, citation.zotero) if url]
    return "\n".join(lines)


def small_print(answer: Answer) -> str:
    """Mode, time and what the checks removed, on one line."""
    parts = [f"{answer.mode} ({answer.model})", f"{answer.timings.total_ms / 1000:.1f} s"]
    if answer.coverage:
        seen = answer.coverage
        parts.append(f"{seen.matched:,} of {seen.examined:,} papers examined match")
    if answer.removed.replaced:
        parts.append(f"{answer.removed.replaced} sentence(s) replaced by their quote")
    if answer.removed.claims:
        parts.append(f"{answer.removed.claims} sentence(s) left out")
    if answer.removed.citations:
        parts.append(f"{answer.removed.citations} citation(s) without a source removed")
    return " · ".join(parts)


def _indented(text: str, spaces: int) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=" " * spaces, subsequent_indent=" " * spaces)
