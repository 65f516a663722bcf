"""Combines the records of one paper, field by field. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from rag.corpus.dedupe.keys import squeeze
from rag.corpus.papers import own_urls
from rag.corpus.record import Record
from rag.text.names.titles import marked_title
from rag.types import Identifiers, Paper, PaperStatus, worst

_PREPRINT = re.compile(
    r"^(?:arxiv|corr\b|biorxiv|medrxiv|chemrxiv|ssrn|preprint|research square)", re.I
)
_CUT = re.compile(r"(?:\.\.\.|…)\s*$")


def combine(
    paper_id: str,
    records: Sequence[Record],
    order: int,
    noticed: PaperStatus = "",
    urls_of: Callable[[str], tuple[str, ...]] = own_urls,
) -> Paper:
    """One paper from its records; the first gives its source.

    Venue and year come from the published version; title and abstract are the most complete. The
    status is the worst that any record has, or a notice about the paper (``noticed``).
    ``urls_of`` is `own_urls` or remembers its results.
    """
    # The sort is stable: among equals the first record wins.
    ranked = sorted(records, key=_is_preprint) if len(records) > 1 else records
    abstract = _abstract(records)
    status = worst((noticed, *(record.status for record in records)))
    urls = [*(url for record in records for url in record.urls), *urls_of(abstract)]
    return Paper(
        paper_id=paper_id,
        title=marked_title(_title(ranked), status),
        abstract=abstract,
        urls=_once(urls),
        order=order,
        source=records[0].source,
        authors=max((record.authors for record in ranked), key=len),
        year=next((record.year for record in ranked if record.year is not None), None),
        venue=next((record.venue for record in ranked if record.venue), ""),
        identifiers=_identifiers(ranked),
        tags=_once(tag for record in records for tag in record.tags),
        other_sources=_once(r.source for r in records if r.source != records[0].source),
        extra=tuple({k: (k, v) for r in reversed(ranked) for k, v in r.extra}.values()),
        status=status,
    )


def own_id(records: Sequence[Record], besides: Collection[str] = ()) -> str:
    """The paper's public identifier, with its kind; empty if it has none ``besides`` these."""
    names = _identifiers(records)
    found = [("arxiv", names.arxiv), ("doi", names.doi), ("pmid", names.pmid)]
    ids = (f"{kind}:{value}" for kind, value in found if value)
    return next((one for one in ids if one not in besides), "")


def _is_preprint(record: Record) -> bool:
    return not record.venue or bool(_PREPRINT.match(record.venue))


def _title(ranked: Sequence[Record]) -> str:
    """The first title, or a longer one that begins with it."""
    best = ranked[0].title
    for record in ranked[1:]:
        longer, shorter = squeeze(record.title), squeeze(best)
        if len(longer) > len(shorter) and longer.startswith(shorter):
            best = record.title
    return best


def _abstract(records: Sequence[Record]) -> str:
    """The longest abstract that does not end in dots."""
    if len(records) == 1:
        return records[0].abstract
    return max((r.abstract for r in records), key=lambda text: (not _CUT.search(text), len(text)))


def _identifiers(records: Sequence[Record]) -> Identifiers:
    names = [record.identifiers for record in records]
    return Identifiers(
        doi=next((name.doi for name in names if name.doi), None),
        arxiv=next((name.arxiv for name in names if name.arxiv), None),
        pmid=next((name.pmid for name in names if name.pmid), None),
    )


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
