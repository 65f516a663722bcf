"""The sync report of `paperchat ingest`, in words."""

from __future__ import annotations

from dataclasses import replace

from rag.types import KeptApart, Ledger, Merged, Rejected, Remark
from ui.cli.terminal.output import change_text, ledger_text


def test_the_ledger_in_words() -> None:
    ledger = Ledger(
        added=1,
        updated=2,
        unchanged=3,
        removed=4,
        rejected=(Rejected("a.bib", "entry x", "it has no title"),),
        papers=6,
        chunks=7,
        embedded=8,
        seconds=1.25,
        merged=tuple(Merged("doi:1", "b.ris", f"Title {i}\x1b[2J") for i in range(12)),
        kept_out=1,
        without_abstract=2,
        missing=("/c.bib",),
        remarks=(Remark("/d.csv", "row 2 and 3 more", "its title is a number; is it one?"),),
        stopped=True,
        kept_apart=tuple(
            KeptApart("b", "b.ris", f"Chapter {i}\x1b[2J", "doi:1 is also that of 'A'")
            for i in range(11)
        ),
    )
    lines = ledger_text(ledger).split("\n")
    assert lines[0] == (
        "6 papers in 7 chunks: 1 added, 2 updated, 3 unchanged, 4 removed, 12 merged, "
        "1 rejected (1.2 s)"
    )
    assert lines[1].endswith("[b.ris] into doi:1") and "\x1b" not in lines[1]
    assert lines[11:13] == [
        "merged: 2 more; --json lists all",
        "kept apart: Chapter 0[2J: doi:1 is also that of 'A'",
    ]
    assert lines[22:] == [
        "kept apart: 1 more; --json lists all",
        "rejected: it has no title [entry x]",
        "to check: its title is a number; is it one? [row 2 and 3 more of /d.csv]",
        "without an abstract: 2, found by title alone",
        "left out: 1 removed before; see `paperchat restore`",
        "gone: /c.bib; the papers stay unless you give --prune",
        "stopped: run the same command again to go on from here",
    ]


def test_a_change_in_words() -> None:
    nothing = Ledger(0, 0, 3, 0, (), 3, 3, 0, 0.1)
    assert change_text(nothing) == ""
    gone = replace(nothing, missing=("/c.bib",))
    assert change_text(gone) == "1 gone but kept: 3 papers (0.1 s)"
