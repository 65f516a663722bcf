"""Bring the index in line with the papers that were read, as one change."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from rag.corpus.changes import Changes, compare
from rag.corpus.read import Reading
from rag.errors import IndexUnavailableError
from rag.index.folder import DENSE, LEXICAL, TOKENS, Identity, IndexFolder, Manifest, write_contents
from rag.models.embedder import Embedder
from rag.types import Ledger

Progress = Callable[[int, int], None]


def sync(
    folder: IndexFolder,
    identity: Identity,
    reading: Reading,
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
) -> Ledger:
    """Add, replace and remove what differs; where nothing differs, nothing is loaded or written.

    ``embedder`` is called only when there is something to embed. Raises IndexUnavailableError
    where the folder cannot be written or another process is building in it.
    """
    started = time.perf_counter()
    with folder.writing():
        manifest = folder.manifest()
        same_identity = manifest is not None and manifest.identity == identity
        indexed = folder.papers()
        changes = compare(indexed, reading, same_identity=same_identity)
        embedded = 0
        if not same_identity or list(changes.papers) != indexed:
            manifest, embedded = _build(
                folder, identity, changes, embedder, progress, afresh=not same_identity
            )
    if manifest is None:
        raise IndexUnavailableError(f"Nothing was indexed in {folder.root}.", "Run it again.")
    return Ledger(
        added=len(changes.added),
        updated=len(changes.updated),
        unchanged=len(changes.unchanged),
        removed=len(changes.removed),
        rejected=reading.rejected,
        papers=manifest.papers,
        chunks=manifest.chunks,
        embedded=embedded,
        seconds=round(time.perf_counter() - started, 3),
    )


def _build(
    folder: IndexFolder,
    identity: Identity,
    changes: Changes,
    embedder: Callable[[], Embedder],
    progress: Progress | None,
    *,
    afresh: bool,
) -> tuple[Manifest, int]:
    """The new generation's manifest, and how many chunks were embedded for it."""
    # Chroma and tantivy are imported here so that an unchanged sync costs neither.
    from rag.index.dense import DenseIndex
    from rag.index.lexical import LexicalIndex
    from rag.index.tokens import TokenIndex

    drop = () if afresh else changes.to_drop
    with folder.draft(empty=afresh) as generation:
        dense = DenseIndex(generation / DENSE)
        with closing(dense), TokenIndex(generation / TOKENS, create=True) as tokens:
            dense.remove(drop)
            tokens.replace(drop, {})
            embedded = 0
            if changes.to_embed:
                from rag.index.pipeline import add_papers

                embedded = add_papers(dense, tokens, embedder(), changes.to_embed, progress)
            counts = dense.chunks.count(), dense.sentences.count()
        lexical = LexicalIndex(generation / LEXICAL, create=True)
        lexical.replace(drop, changes.to_embed)
        manifest = Manifest(identity, len(changes.papers), *counts)
        write_contents(generation, manifest, changes.papers)
    return manifest, embedded
