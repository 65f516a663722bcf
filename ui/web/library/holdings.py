"""The state of the Library page: what the index has, and how the import is going."""

from __future__ import annotations

from pathlib import Path

from rag.engine import Engine, count_papers, indexes
from rag.settings import DEFAULT, Settings, load_settings
from ui.web import owner
from ui.web.calls import Payload
from ui.web.library.importer import Importer
from ui.web.library.tally import Import
from ui.web.render import library as render
from ui.web.render.basics.status import progress
from ui.web.render.basics.text import failure, note

MOST_LIT = 1000  # new papers that the Papers page marks at once


def page_state(settings: Settings, engine: Engine, importer: Importer) -> Payload:
    """What the page shows: ``parts`` is HTML by place. ``engine`` has the open index."""
    now, work = importer.last, importer.job.progress
    why = owner.closed("add papers, undo an import, or change collections")
    collections = collections_of(settings, importer.first_index)
    rows = [
        (source.name, source.records, source.rejected, source.done, source.missing)
        for source in now.sources
    ]
    refused = now.ledger.rejected if now.ledger else now.rejected
    return {
        "parts": {
            "work": progress(work),
            "reading": render.reading(rows),
            "ledger": _report(now),
            "rejects": render.rejected(refused)
            + (render.remarks(now.ledger.remarks) if now.ledger else ""),
            "merges": render.merged(now.ledger.merged, engine.papers) if now.ledger else "",
            "apart": render.kept_apart(now.ledger.kept_apart) if now.ledger else "",
            "sources": render.sources(engine.browser.sources, mine=not why),
            "collections": render.collections(collections, mine=not why),
        },
        "running": work.running,
        "trouble": failure(*work.trouble) if work.trouble else "",
        "savable": now.ledger is not None,
        "undoable": now.undoable,
        "added": list(now.added[:MOST_LIT]),
        "why_not": note(why) if why else "",
    }


def _report(now: Import) -> str:
    """The sync report, or that the import was stopped before there was one."""
    if now.ledger is None:
        return render.stopped() if now.stopped else ""
    return render.ledger(now.ledger, undone=now.undone)


def collections_of(settings: Settings, first_index: Path) -> list[tuple[str, int, bool]]:
    """Every collection as (name, papers, whether it is open); those without a name first."""
    found = {DEFAULT: load_settings(index=DEFAULT).index}
    collections = indexes(settings.collections)
    if first_index not in (*found.values(), *collections.values()):
        found[str(first_index)] = first_index
    found |= collections
    return [(name, count_papers(index), index == settings.index) for name, index in found.items()]
