"""What one ingest did, what a rebuild did, and the type of progress callbacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Progress: TypeAlias = Callable[[int, int], None]  # (done, total)
Origin: TypeAlias = Literal["papers", "records", "generation"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read, and why.

    Without a ``record`` nothing was read of the source at all: a catalogue could not be reached, or
    has no such paper, and ``reason`` is a whole sentence with what to do. With ``breaks_off`` the
    rest of its source could not be read either, so the source may have more records.
    """

    source: str
    record: str
    reason: str
    breaks_off: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What the user should check in records that were read: a title that looks like none, say.

    ``record`` is the first such record of the source, with the number of the others.
    """

    source: str
    record: str
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A record that was merged into the paper of an earlier record."""

    paper_id: str
    source: str
    title: str


@dataclass(frozen=True, slots=True)
class KeptApart:
    """A paper that shares an identifier with another one, and why it is a paper of its own."""

    paper_id: str
    source: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sync report; ``dataclasses.asdict`` of it, without ``breaks_off``, is the JSON of
    ``paperchat ingest``.

    ``merged`` are records read this time, ``kept_apart`` papers. ``kept_out`` counts papers read
    this time that stay out because they were removed by hand. ``missing`` are indexed sources under
    the given paths whose files no longer exist; their papers stay unless pruned. ``remarks`` are
    about records that were read this time. ``stopped`` means that the ingest ended early; what was
    done by then is indexed.
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
    remarks: tuple[Remark, ...] = ()
    stopped: bool = False
    kept_apart: tuple[KeptApart, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did; ``dataclasses.asdict`` of it is the JSON of ``paperchat index rebuild``.

    ``generation`` is the one that it read.

    ``origin``: its papers were indexed again, or its records, of which papers were made first, or
    it was whole and is only made current again. ``losses`` has one sentence for everything that
    could not be had back.
    """

    papers: int
    chunks: int
    origin: Origin
    generation: str
    losses: tuple[str, ...]
    seconds: float
