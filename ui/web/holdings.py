"""What a library holds and how an import goes, as the Library page gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rag import wiring
from rag.index.collections import INDEX, list_collections
from rag.index.folder import IndexFolder
from rag.settings import DEFAULT, Settings, load_settings
from rag.types import Paper
from ui.render import library as render
from ui.render.text import failure
from ui.web import owner
from ui.web.calls import Asked
from ui.web.importer import Importer
from ui.web.status import progress


def seen(settings: Settings, importer: Importer) -> Asked:
    """``parts`` are HTML, by where on the page they go."""
    now = importer.progress
    papers = wiring.index_folder(settings).papers()
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
    plain = load_settings(index=DEFAULT).index
    found = [(DEFAULT, plain, _count(plain))]
    known = {plain, *(item.folder / INDEX for item in list_collections(settings.collections))}
    if begun_with not in known:
        found.append((str(begun_with), begun_with, _count(begun_with)))
    for item in list_collections(settings.collections):
        found.append((item.name, item.folder / INDEX, item.papers))
    return [(name, papers, index == settings.index) for name, index, papers in found]


def _count(index: Path) -> int:
    manifest = IndexFolder(index).manifest()
    return manifest.papers if manifest else 0
