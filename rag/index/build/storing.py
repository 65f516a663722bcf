"""Stores embedded papers in a draft of a generation, while the encoder reads the next ones."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.index.build.background import Background
from rag.index.dense import ChromaError, DenseIndex, VectorRecord
from rag.index.lexical import LexicalIndex
from rag.index.manifest import DENSE, LEXICAL
from rag.index.paper_rows import PaperRows
from rag.index.parts import EmbeddedPaper, PartWriter
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


@contextmanager
def storing(
    generation: Path, before: PaperRows, drop: Sequence[str], writer: PartWriter
) -> Iterator[Store]:
    """Where the batches of a build go; all is stored when the context ends.

    ``before`` are the draft's rows so far, of which ``drop`` are taken out. Raises OSError for what
    the engines raise when they cannot write, as on a full disk.
    """
    with (
        Background[Batch](lambda batches: _store_words(generation, drop, batches)) as words,
        Background[Batch](
            lambda batches: _store_chunks(generation, before, drop, batches)
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
    generation: Path, before: PaperRows, drop: Sequence[str], batches: Iterable[Batch]
) -> None:
    with _as_os_errors(ChromaError, sqlite3.Error):
        with closing(DenseIndex(generation / DENSE, create=True, labelled=False)) as dense:
            dense.remove(_chunk_ids(before, drop))
            papers: dict[str, Paper] = {}
            records: list[VectorRecord] = []
            for batch in batches:
                papers |= {paper.paper_id: paper for paper in batch.papers}
                records += [one for paper in batch.embedded for one in _records(paper, papers)]
                if len(records) >= _WAITING:
                    _replace(dense, before, records, papers)
                    papers, records = {}, []
            _replace(dense, before, records, papers)
        DenseIndex.finish(generation / DENSE)


def _replace(
    dense: DenseIndex,
    before: PaperRows,
    records: Sequence[VectorRecord],
    papers: Mapping[str, Paper],
) -> None:
    dense.remove(_chunk_ids(before, {record.paper_id for record in records}))
    dense.add_chunks(records, papers)


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
