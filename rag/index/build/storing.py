"""Stores embedded papers in a draft of a generation, while the encoder reads the next ones."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.index.build.background import Background
from rag.index.generations.manifest import DENSE, LEXICAL
from rag.index.vectors.dense import ChromaError, Chunks, DenseIndex, VectorRecord
from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.parts import EmbeddedPaper, PartWriter
from rag.index.vectors.server import (
    ChromaServer,
    is_changing,
    note_changing,
    note_collection,
    served_chunks,
)
from rag.index.words.lexical import LexicalIndex
from rag.types import Paper, Span

_WAITING = 5000  # chunks for Chroma, which writes all vectors anew each time it gets some


@dataclass(frozen=True, slots=True)
class Batch:
    """Papers, and what the encoder made of each; nothing where only metadata changed.

    What is ``kept`` was written to the part by an earlier build.
    """

    papers: Sequence[Paper]
    embedded: Sequence[EmbeddedPaper] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What a draft has of the last generation: its rows and their papers, and those to drop."""

    rows: PaperRows
    papers: Sequence[Paper]
    drop: Sequence[str]


@contextmanager
def storing(
    generation: Path, before: Before, writer: PartWriter, server: ChromaServer | None
) -> Iterator[Store]:
    """Where the batches of a build go; all is stored when the context ends.

    Raises OSError for what the engines raise when they cannot write, as on a full disk.
    """
    with (
        Background[Batch](lambda batches: _store_words(generation, before.drop, batches)) as words,
        Background[Batch](
            lambda batches: _store_chunks(generation, before, batches, server)
        ) as chunks,
    ):
        yield Store(writer, words, chunks)


class Store:
    """Takes batches. A paper that is there is replaced."""

    def __init__(
        self, writer: PartWriter, words: Background[Batch], chunks: Background[Batch]
    ) -> None:
        self._writer, self._words, self._chunks = writer, words, chunks

    def put(self, batch: Batch) -> None:
        """Store a batch; what was embedded for it is not lost if the process is killed."""
        if batch.embedded and not batch.kept:
            self._writer.append(batch.embedded)
        self._words.put(batch)
        self._chunks.put(batch)


def _store_words(generation: Path, drop: Sequence[str], batches: Iterable[Batch]) -> None:
    with _as_os_errors(ValueError):  # tantivy's error for everything
        lexical = LexicalIndex(generation / LEXICAL, create=True)
        lexical.replace(drop, (paper for batch in batches for paper in batch.papers))


def _store_chunks(
    generation: Path, before: Before, batches: Iterable[Batch], server: ChromaServer | None
) -> None:
    with _as_os_errors(ChromaError, sqlite3.Error):
        with closing(_chunks_of(generation, before, server)) as store:
            store.remove(_chunk_ids(before.rows, before.drop))
            papers: dict[str, Paper] = {}
            records: list[VectorRecord] = []
            for batch in batches:
                if server and not batch.embedded:
                    store.relabel(batch.papers)
                papers |= {paper.paper_id: paper for paper in batch.papers}
                records += [one for paper in batch.embedded for one in _records(paper, papers)]
                if len(records) >= _WAITING:
                    _replace(store, before.rows, records, papers)
                    papers, records = {}, []
            _replace(store, before.rows, records, papers)
        if server is None:
            DenseIndex.finish(generation / DENSE)


def _chunks_of(generation: Path, before: Before, server: ChromaServer | None) -> Chunks:
    """Where the draft's chunks go; if they were elsewhere, they are there now."""
    if server is None:
        elsewhere = not (generation / DENSE).exists()
        note_collection(generation, None)
        store: Chunks = DenseIndex(generation / DENSE, create=True, labelled=False)
    else:
        shutil.rmtree(generation / DENSE, ignore_errors=True)
        root, served = generation.parent, None
        if not is_changing(root):
            served = served_chunks(server, generation, before.rows)
        elsewhere = served is None
        if served is None:
            name, served = server.create()
            note_collection(generation, name)
        else:
            note_changing(root, begins=True)
        store = served
    if elsewhere:
        for start in range(0, len(before.papers), _WAITING):
            papers = before.papers[start : start + _WAITING]
            embedded = (before.rows.embedded(paper.paper_id) for paper in papers)
            by_id = {paper.paper_id: paper for paper in papers}
            store.add_chunks([r for one in embedded if one for r in _records(one, by_id)], by_id)
    return store


def _replace(
    store: Chunks, before: PaperRows, records: Sequence[VectorRecord], papers: Mapping[str, Paper]
) -> None:
    store.remove(_chunk_ids(before, {record.paper_id for record in records}))
    store.add_chunks(records, papers)


def _records(embedded: EmbeddedPaper, papers: Mapping[str, Paper]) -> Iterator[VectorRecord]:
    abstract = papers[embedded.paper_id].abstract
    for (start, end), vector in zip(embedded.spans.tolist(), embedded.vectors, strict=True):
        yield VectorRecord(embedded.paper_id, Span(abstract[start:end], start, end), vector)


def _chunk_ids(rows: PaperRows, papers: Iterable[str]) -> Iterator[str]:
    """The ids in Chroma of the chunks of those of these papers that have rows."""
    ids = list(papers)
    for paper_id, row in zip(ids, rows.find(ids).tolist(), strict=True):
        if row >= 0:
            part, own = rows.place(row)
            for start, end in part.spans_of(own).tolist():
                yield f"{paper_id}:{start}-{end}"


@contextmanager
def _as_os_errors(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as exc:
        raise OSError(errno.EIO, str(exc)) from exc
