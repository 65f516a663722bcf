"""The last corpus map, stored as one JSON file next to the index.

It has the papers' ids, so that a map of other papers can be made from it in which those that were
there before keep their places, and a hash of everything that the map depends on.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rag.index.generations.manifest import Identity
from rag.retrieval.explore.corpus_map import VERSION, CorpusMap
from rag.retrieval.explore.describing import Cluster
from rag.types import Paper

log = logging.getLogger(__name__)

FILE = "corpus_map.json"


@dataclass(frozen=True, slots=True)
class StoredMap:
    """A map with the ids of its papers, in order.

    ``key`` is that of `key_of`, and ``base`` that of `base_of`: vectors of another base cannot be
    compared with those that the map was made from.
    """

    key: str
    base: str
    papers: tuple[str, ...]
    made: CorpusMap


def key_of(papers: Sequence[Paper], identity: Identity) -> str:
    """The hash under which the map of these papers is stored."""
    digest = hashlib.sha256(base_of(identity).encode())
    for paper in papers:
        digest.update("\0".join((paper.paper_id, paper.title, paper.abstract, "")).encode())
    return digest.hexdigest()


def base_of(identity: Identity) -> str:
    """The hash of what made the papers' vectors, and of what makes maps of them."""
    return hashlib.sha256(json.dumps([VERSION, asdict(identity)]).encode()).hexdigest()


class MapFile:
    """Stores one map. An unreadable file counts as empty; a failed write is ignored."""

    def __init__(self, root: Path) -> None:
        self._file = root / FILE

    def get(self) -> StoredMap | None:
        """The stored map, or None."""
        try:
            raw = json.loads(self._file.read_text(encoding="utf-8"))
            made = CorpusMap(
                tuple((float(x), float(y)) for x, y in raw["points"]),
                _whole(raw["labels"]),
                tuple(map(_cluster, raw["clusters"])),
                int(raw["projected"]),
                _whole(raw["later"]),
                _whole(raw["new"]),
                bool(raw["instead"]),
                float(raw["laid_out_trust"]),
                float(raw["trust"]),
            )
            papers = tuple(map(str, raw["papers"]))
            if not len(papers) == len(made.points) == len(made.labels):
                return None
            return StoredMap(str(raw["key"]), str(raw["base"]), papers, made)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, stored: StoredMap) -> None:
        """Store a map atomically."""
        values = {field.name: getattr(stored.made, field.name) for field in fields(stored.made)}
        values["clusters"] = [asdict(cluster) for cluster in stored.made.clusters]
        of = {"key": stored.key, "base": stored.base, "papers": stored.papers}
        text = json.dumps({**of, **values}, ensure_ascii=False)
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


def _whole(raw: Sequence[Any]) -> tuple[int, ...]:
    return tuple(map(int, raw))


def _cluster(raw: dict[str, Any]) -> Cluster:
    return Cluster(
        tuple(map(str, raw["words"])),
        int(raw["size"]),
        str(raw["name"]),
        _whole(raw["central"]),
        int(raw["colour"]),
    )
