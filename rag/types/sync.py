"""What one ingest did, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]  # (done, total)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, and why.

    With ``breaks_off`` the rest of its source could not be read either, so it is not known what
    else the source holds.
    """

    source: str
    record: str
    reason: str
    breaks_off: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """A record that was merged into the paper of an earlier record."""

    paper_id: str
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sync report; ``dataclasses.asdict`` of it, without ``breaks_off``, is the JSON of
    ``paperchat ingest``.

    ``merged`` are those of the records read this time. ``kept_out`` counts papers among them that
    were removed by hand and therefore stay out. ``missing`` are indexed sources under the given
    paths whose files are gone from the disk; their papers stay unless pruned. ``stopped`` means
    that the ingest ended early: what was done by then is indexed.
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
