"""What one ingest did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, and why.

    ``breaks_off`` says that what follows it in its source was not read either, so that nobody
    can tell what the source holds.
    """

    source: str
    record: str
    reason: str
    breaks_off: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """A record that became part of a paper which another record had begun."""

    paper_id: str
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one ingest did; ``dataclasses.asdict`` of it, without ``breaks_off``, is the JSON of
    ``paperchat ingest``.

    ``merged`` are those of the records that were read; ``kept_out`` counts their papers that were
    removed by hand and stay so. ``missing`` are indexed sources under the paths given that are
    gone from the disk; their papers stay unless pruned. ``stopped`` tells that it ended early:
    what was done by then is indexed.
    """

    added: int
    updated: int
    unchanged: int
    removed: int
    rejected: tuple[Rejected, ...]
    papers: int
    chunks: int
    embedded: int
    seconds: float
    merged: tuple[Merged, ...] = ()
    kept_out: int = 0
    without_abstract: int = 0
    missing: tuple[str, ...] = ()
    stopped: bool = False
