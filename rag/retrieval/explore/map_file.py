"""The last map that was drawn, beside the index: one JSON file in the index folder's root.

It stands under a key of all that the map follows from, so that it outlives generations that differ
in nothing, and no stale one is ever read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from rag.index.generations import Identity
from rag.retrieval.explore.corpus_map import VERSION, CorpusMap, Group
from rag.types import Paper

log = logging.getLogger(__name__)

FILE = "atlas.json"


def key_of(papers: Sequence[Paper], identity: Identity) -> str:
    """What a map of these papers is kept under."""
    digest = hashlib.sha256(json.dumps([VERSION, asdict(identity)]).encode())
    for paper in papers:
        digest.update("\0".join((paper.paper_id, paper.title, paper.abstract, "")).encode())
    return digest.hexdigest()


class MapFile:
    """Keeps one map. A file that cannot be read holds none; one that cannot be written stays."""

    def __init__(self, root: Path) -> None:
        self._file = root / FILE

    def get(self, key: str) -> CorpusMap | None:
        """The map that was kept under ``key``."""
        try:
            raw = json.loads(self._file.read_text(encoding="utf-8"))
            if raw["key"] != key:
                return None
            return CorpusMap(
                tuple((float(x), float(y)) for x, y in raw["points"]),
                tuple(int(label) for label in raw["labels"]),
                tuple(Group(tuple(g["words"]), int(g["size"])) for g in raw["groups"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, atlas: CorpusMap) -> None:
        """Keep ``atlas`` in place of what was kept; a reader finds the one or the other."""
        text = json.dumps({"key": key, **asdict(atlas)}, ensure_ascii=False)
        try:
            handle, fresh = tempfile.mkstemp(prefix=f"{FILE}.", dir=self._file.parent)
        except OSError as exc:
            log.info("the map is not kept: %s", exc)
            return
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).replace(self._file)
        except OSError as exc:
            log.info("the map is not kept: %s", exc)
            with suppress(OSError):
                Path(fresh).unlink()
