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
) -> Reading | None:
    """What the files and then the references have, counted by ``tally``; the files are removed.

    ``engine`` has the index that gets the papers. None if ``stop()`` became true before all was
    read.
    """
    writer, readings = engine.writer, []
    try:
        for at, upload in enumerate(uploads):
            if not stop():
                name, seen = f"{FOLDER}/{upload.name}", partial(tally.add, at)
                readings.append(writer.read_upload(upload.path, name, seen, stop))
                tally.close(at)
    finally:
        for upload in uploads:
            shutil.rmtree(upload.path.parent, ignore_errors=True)
    for at, reference in enumerate(references, start=len(uploads)):
        readings.append(writer.read_online(reference, partial(tally.add, at), stop))
        tally.close(at)
    return None if stop() or not readings else sum(readings[1:], readings[0])
