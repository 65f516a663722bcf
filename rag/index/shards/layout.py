"""Where the shards of an index are, and which of them has a paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SHARDS = "shards.json"
MOST = 1000  # shards of one index; their names have three digits


def shard_of(paper_id: str, shards: int) -> int:
    """The shard of a paper, from 0; the same on every machine and in every version."""
    digest = hashlib.blake2b(paper_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % shards


def shard_roots(root: Path) -> list[Path]:
    """The folders of an index's shards that are there, in order; none if it is not in shards."""
    return sorted(path for path in root.glob("shard-[0-9][0-9][0-9]") if path.is_dir())


def shard_number(root: Path) -> int:
    """Which shard has this folder, from 0."""
    return int(root.name.removeprefix("shard-"))


def make_roots(root: Path, shards: int) -> list[Path]:
    """Make the folders of this many shards. Raises OSError."""
    roots = [root / f"shard-{place:03d}" for place in range(shards)]
    for path in roots:
        path.mkdir(parents=True, exist_ok=True)
    return roots


def lexical_of(generation: Path, place: int) -> Path:
    """The folder in a generation of the root with the lexical index of one shard."""
    return generation / f"lexical-{place:03d}"


class Member(NamedTuple):
    """One shard in a generation of the root: its generation, its papers, and `Lengths.documents`.

    ``papers`` and ``documents`` include papers that were removed since.
    """

    generation: Path
    papers: int
    documents: int


def write_members(generation: Path, members: Sequence[Member]) -> None:
    """Note which shards belong to a generation of the root. Raises OSError."""
    rows = [(f"{m.generation.parent.name}/{m.generation.name}", *m[1:]) for m in members]
    (generation / SHARDS).write_text(json.dumps({"shards": rows}), encoding="utf-8")


def members_of(generation: Path) -> list[Member]:
    """The shards that belong to a generation, in order; none if the index is not in shards.

    Raises OSError, or ValueError or another of `manifest.UNREADABLE` for a damaged file.
    """
    try:
        text = (generation / SHARDS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    rows = json.loads(text)["shards"]
    return [Member(generation.parent / name, *counts) for name, *counts in rows]
