"""What a library holds and how an import goes, as the Library page gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rag.errors import IndexUnavailableError
from rag.index.collections import indexes
from rag.index.generations import IndexFolder
from rag.settings import DEFAULT, Settings, load_settings
from rag.types import Paper
from ui.render import library as render
from ui.render.text import failure
from ui.web import owner
from ui.web.calls import Asked
from ui.web.importer import Importer
from ui.web.status import progress


def seen(settings: Settings, papers: Sequence[Paper], importer: Importer) -> Asked:
    """``parts`` are HTML, by where on the page they go; ``papers`` are those that are open."""
    now = importer.progress
    titles = {paper.paper_id: paper.title for paper in papers}
    why = owner.why_not(settings.host)
    rows = [(source.name, source.records, source.rejected, source.done) for source in now.sources]
    refused = now.ledger.rejected if now.ledger else now.rejected
    return {
        "parts": {
            "work": progress(now.work),
            "reading": render.reading(rows),
            "ledger": render.ledger(now.ledger, undone=now.undone) if now.ledger else "",
            "rejects": render.rejected(refused),
            "merges": render.merged(now.ledger.merged, titles) if now.ledger else "",
            "sources": render.sources(sources_of(papers), mine=not why),
            "collections": render.collections(named(settings, importer.begun_with), mine=not why),
        },
        "running": now.running,
        "trouble": failure(*now.trouble) if now.trouble else "",
        "undoable": now.undoable,
        "added": list(now.added),
        "why_not": failure(why, "Open paperchat on its own machine to add papers.") if why else "",
    }


def sources_of(papers: Sequence[Paper]) -> list[tuple[str, int]]:
    """Each file or reference with how many papers it tells of, those with most first."""
    told = (source for paper in papers for source in (paper.source, *paper.other_sources))
    return Counter(source.partition("!")[0] for source in told).most_common()


def named(settings: Settings, begun_with: Path) -> list[tuple[str, int, bool]]:
    """Every collection as (name, papers, whether it is open); those without a name first."""
    found = {DEFAULT: load_settings(index=DEFAULT).index}
    collections = indexes(settings.collections)
    if begun_with not in (*found.values(), *collections.values()):
        found[str(begun_with)] = begun_with
    found |= collections
    return [(name, _count(index), index == settings.index) for name, index in found.items()]


def _count(index: Path) -> int:
    try:
        manifest = IndexFolder(index).manifest()
    except IndexUnavailableError:  # it says so when it is chosen
        return 0
    return manifest.papers if manifest else 0
