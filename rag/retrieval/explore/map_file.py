"""The last corpus map, stored as one JSON file next to the index.

A hash of everything that the map depends on is stored with it: a new generation with the same
papers can use the map, and an outdated map is never read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rag.index.manifest import Identity
from rag.retrieval.explore.corpus_map import VERSION, Cluster, CorpusMap
from rag.types import Paper

log = logging.getLogger(__name__)

FILE = "corpus_map.json"


def key_of(papers: Sequence[Paper], identity: Identity) -> str:
    """The hash under which the map of these papers is stored."""
    digest = hashlib.sha256(json.dumps([VERSION, asdict(identity)]).encode())
    for paper in papers:
        digest.update("\0".join((paper.paper_id, paper.title, paper.abstract, "")).encode())
    return digest.hexdigest()


class MapFile:
    """Stores one map. An unreadable file counts as empty; a failed write is ignored."""

    def __init__(self, root: Path) -> None:
        self._file = root / FILE

    def get(self, key: str) -> CorpusMap | None:
        """The stored map if its key is ``key``, else None."""
        try:
            raw = json.loads(self._file.read_text(encoding="utf-8"))
            if raw["key"] != key:
                return None
            return CorpusMap(
                tuple((float(x), float(y)) for x, y in raw["points"]),
                tuple(int(label) for label in raw["labels"]),
                tuple(map(_cluster, raw["clusters"])),
                int(raw["projected"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, corpus_map: CorpusMap) -> None:
        """Store ``corpus_map`` atomically."""
        values = {field.name: getattr(corpus_map, field.name) for field in fields(corpus_map)}
        values["clusters"] = [asdict(cluster) for cluster in corpus_map.clusters]
        text = json.dumps({"key": key, **values}, ensure_ascii=False)
        try:
            handle, draft = tempfile.mkstemp(prefix=f"{FILE}.", dir=self._file.parent)
        except OSError as exc:
            log.info("the map cannot be stored: %s", exc)
            return
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(draft).replace(self._file)
        except OSError as exc:
            log.info("the map cannot be stored: %s", exc)
            with suppress(OSError):
                Path(draft).unlink()


def _cluster(raw: dict[str, Any]) -> Cluster:
    words, central = tuple(map(str, raw["words"])), tuple(map(int, raw["central"]))
    return Cluster(words, int(raw["size"]), str(raw["name"]), central)
