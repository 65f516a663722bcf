"""Reads what somebody gives to be indexed: files that were sent, and references."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ui.web.library.tally import Tally
from ui.web.library.uploads import Upload

if TYPE_CHECKING:
    from rag.engine import Engine, Reading

FOLDER = "uploaded"  # begins the source of a file that was sent


def read_sources(
    engine: Engine,
    uploads: Sequence[Upload],
    references: Sequence[str],
    tally: Tally,
    stop: Callable[[], bool],
    report: Callable[[str, int, int], None] = lambda label, done, total: None,
) -> Reading | None:
    """What the files and then the references have, counted by ``tally``; the files are removed.

    ``engine`` has the index that gets the papers. ``report`` gets what is done now, and how many of
    how many files are read. None if ``stop()`` became true before all was read.
    """
    writer, readings = engine.writer, []
    try:
        for at, upload in enumerate(uploads):
            if not stop():
                report("Reading files", at, len(uploads))
                name, seen = f"{FOLDER}/{upload.name}", partial(tally.add, at)
                readings.append(writer.read_upload(upload.path, name, seen, stop))
                tally.close(at)
    finally:
        for upload in uploads:
            shutil.rmtree(upload.path.parent, ignore_errors=True)
    for at, reference in enumerate(references, start=len(uploads)):
        report(f"Asking {asked_of(reference)}, which takes up to half a minute", 0, 0)
        readings.append(writer.read_online(reference, partial(tally.add, at), stop))
        tally.close(at)
    return None if stop() or not readings else sum(readings[1:], readings[0])


def asked_of(reference: str) -> str:
    """Who is asked for a reference."""
    begins = reference.partition(":")[0].strip().lower()
    named = {"zotero": "Zotero", "s2": "Semantic Scholar", "doi": "Crossref"}
    is_doi = reference.startswith("10.") or "doi.org" in reference
    return "Crossref" if is_doi else named.get(begins, "arXiv")
