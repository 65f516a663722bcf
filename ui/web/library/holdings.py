"""What a library holds and how an import goes, as the Library page gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rag.engine import count_papers, indexes
from rag.settings import DEFAULT, Settings, load_settings
from rag.types import Paper
from ui.web import owner
from ui.web.calls import Asked
from ui.web.library.importer import Importer
from ui.web.render import library as render
from ui.web.render.status import progress
from ui.web.render.text import failure


def seen(settings: Settings, papers: Sequence[Paper], importer: Importer) -> Asked:
    """``parts`` are HTML, by where on the page they go; ``papers`` are those that are open."""
    now, work = importer.last, importer.job.progress
    titles = {paper.paper_id: paper.title for paper in papers}
    why = owner.why_not(settings.host)
    collections = collections_of(settings, importer.begun_with)
    rows = [(source.name, source.records, source.rejected, source.done) for source in now.sources]
    refused = now.ledger.rejected if now.ledger else now.rejected
    return {
        "parts": {
            "work": progress(work),
            "reading": render.reading(rows),
            "ledger": render.ledger(now.ledger, undone=now.undone) if now.ledger else "",
            "rejects": render.rejected(refused),
            "merges": render.merged(now.ledger.merged, titles) if now.ledger else "",
            "sources": render.sources(sources_of(papers), mine=not why),
            "collections": render.collections(collections, mine=not why),
        },
        "running": work.running,
        "trouble": failure(*work.trouble) if work.trouble else "",
        "undoable": now.undoable,
        "added": list(now.added),
        "why_not": failure(why, "Open paperchat on its own machine to add papers.") if why else "",
    }


def sources_of(papers: Sequence[Paper]) -> list[tuple[str, int]]:
    """Each file or reference with how many papers it holds, those with most first."""
    named = (source for paper in papers for source in (paper.source, *paper.other_sources))
    return Counter(source.partition("!")[0] for source in named).most_common()


def collections_of(settings: Settings, begun_with: Path) -> list[tuple[str, int, bool]]:
    """Every collection as (name, papers, whether it is open); those without a name first."""
    found = {DEFAULT: load_settings(index=DEFAULT).index}
    collections = indexes(settings.collections)
    if begun_with not in (*found.values(), *collections.values()):
        found[str(begun_with)] = begun_with
    found |= collections
    return [(name, count_papers(index), index == settings.index) for name, index in found.items()]
