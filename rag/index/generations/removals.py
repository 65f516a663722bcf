"""removed.json: the papers that were taken out by hand, with a checksum."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.index.generations.durable import replace_file
from rag.index.generations.manifest import UNREADABLE, read_manifest, sealed, unsealed

REMOVED = "removed.json"


@dataclass(frozen=True, slots=True)
class Removal:
    """A paper that was removed by hand, and the generation that was current then."""

    paper_id: str
    title: str
    generation: str


def read_removals(root: Path) -> dict[str, Removal]:
    """The removed papers by id. Raises one of UNREADABLE if the file is missing or damaged."""
    raw = unsealed((root / REMOVED).read_text(encoding="utf-8"))
    return {item["paper_id"]: Removal(**item) for item in raw}


def removal_faults(root: Path, generation: Path) -> list[str]:
    """What is wrong with the file, a clause; empty if nothing is. ``generation`` is current."""
    try:
        read_removals(root)
    except FileNotFoundError:
        # Generations without checksums come from a time when there was no such file at first.
        with suppress(*UNREADABLE):
            if read_manifest(generation).files:
                return [f"{REMOVED} is missing"]
    except UNREADABLE:
        return [f"{REMOVED} is not as it was written"]
    return []


def write_removals(root: Path, removals: Iterable[Removal]) -> None:
    """Replace the removed papers in one step. Raises OSError."""
    replace_file(root / REMOVED, sealed([asdict(item) for item in removals]))
