"""The store of chunks: a Chroma database with one collection.

llama-index and other programs open it. This program itself searches `rag.index.vectors.exact`.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import chromadb
import numpy as np
from chromadb.api.types import FtsIndexConfig, HnswIndexConfig, Schema, VectorIndexConfig
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.index.generations.faults import reading
from rag.index.labels import excluded_labels, labels_of, required_labels
from rag.index.vectors.hits import Hit
from rag.types import EVERYTHING, Paper, Scope, Span

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection
    from chromadb.api.types import QueryResult

    from rag.models.embedding.embedder import Vector

__all__ = ["ChromaError", "DenseIndex", "Hit", "VectorRecord"]

# Rows in one call, after each of which Chroma writes all its vector files; its own limit is 5,461.
_BATCH = 5000
_PAPERS = 100  # papers whose rows are looked up in one call
# Rows in Chroma's log before it writes its vector files; fewer it does not take. Vector files that
# were never written are made by whoever opens the index.
_LOGGED = 2
_FREE = 0.25  # share of unused pages above which a database is compacted
_COLLECTION, _DATABASE = "chunks", "chroma.sqlite3"
# Whenever Chroma opens a database it inserts a row into this table to see that it has the lock. The
# lock is taken all the same when the row is left out, and the file keeps its bytes.
_UNCHANGED = """
    CREATE TRIGGER IF NOT EXISTS unchanged BEFORE INSERT ON acquire_write
        BEGIN SELECT RAISE(IGNORE); END;
    DELETE FROM acquire_write;
"""
# Chroma fills a table for searches in documents even if the schema has none, and an index that has
# every text again. Both take more time and room than the rest. So while a database is built, a
# table that stays empty stands in for the first, and the second is dropped: no search uses it.
_LEAN = """
    BEGIN;
    DROP TABLE IF EXISTS embedding_fulltext_search;
    CREATE TABLE embedding_fulltext_search (string_value TEXT);
    CREATE TRIGGER unsearched BEFORE INSERT ON embedding_fulltext_search
        BEGIN SELECT RAISE(IGNORE); END;
    DROP INDEX IF EXISTS embedding_metadata_string_value;
    COMMIT;
"""
_RESTORED = """
    BEGIN;
    DROP TABLE embedding_fulltext_search;
    CREATE VIRTUAL TABLE embedding_fulltext_search USING fts5(string_value, tokenize='trigram');
    COMMIT;
"""


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """One row of the collection: a chunk of one abstract and its vector."""

    paper_id: str
    span: Span
    vector: Vector

    @property
    def record_id(self) -> str:
        """The row's id: the same part of the same paper always has the same one."""
        return f"{self.paper_id}:{self.span.start}-{self.span.end}"


class Chunks(ABC):
    """A collection of chunks. Scores are cosines, -1 to 1.

    A row's metadata are ``paper_id``, ``start``, ``end``, ``title``, and if it is ``labelled``
    ``labels`` and ``year``, without which there are no filters. Any llama-index vector store can
    open the chunks: it makes a text node from each row's document and metadata.
    """

    def __init__(self, chunks: ChromaCollection, batch: int, *, labelled: bool) -> None:
        """``batch`` is how many rows one call may have."""
        self.chunks = chunks
        self._batch, self._labelled = batch, labelled
        self.shows: Callable[[str], bool] = lambda _: True  # whether a search may find a paper

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    @abstractmethod
    def _asked(self, ask: Callable[[], QueryResult]) -> QueryResult:
        """What a search of the collection finds, with its failures as our own errors."""

    def remove(self, chunks: Iterable[str]) -> None:
        """Remove chunks by `VectorRecord.record_id`."""
        ids = list(chunks)
        for start in range(0, len(ids), self._batch):
            self.chunks.delete(ids[start : start + self._batch])

    def add_chunks(self, chunks: Sequence[VectorRecord], papers: Mapping[str, Paper]) -> None:
        """Add chunks of ``papers``, by id; a chunk with the same id is replaced."""
        by_paper = {
            paper_id: {
                "title": paper.title,
                **(_without_none(_filter_metadata(paper)) if self._labelled else {}),
            }
            for paper_id, paper in papers.items()
        }
        for start in range(0, len(chunks), self._batch):
            batch = chunks[start : start + self._batch]
            for _ in range(_LOGGED if len(batch) < _LOGGED else 1):
                self._upsert(batch, by_paper)

    def _upsert(
        self, batch: Sequence[VectorRecord], by_paper: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.chunks.upsert(
            ids=[record.record_id for record in batch],
            embeddings=np.stack([record.vector for record in batch]),
            documents=[record.span.text for record in batch],
            metadatas=[
                {
                    "paper_id": record.paper_id,
                    "start": record.span.start,
                    "end": record.span.end,
                    **by_paper[record.paper_id],
                }
                for record in batch
            ],
        )

    def relabel(self, papers: Sequence[Paper]) -> None:
        """Replace the metadata for filters in all rows of these papers."""
        for start in range(0, len(papers), _PAPERS):
            batch = papers[start : start + _PAPERS]
            of_paper = {paper.paper_id: _filter_metadata(paper) for paper in batch}
            ids = self.chunks.get(where=_among(list(of_paper)), include=[])["ids"]
            for first in range(0, len(ids), self._batch):
                rows = ids[first : first + self._batch]
                self.chunks.update(rows, metadatas=[of_paper[_paper_of(row)] for row in rows])

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Hit]]:
        """The ``k`` nearest chunks, each with its paper's id, best first."""
        count = k
        while True:
            rows = self._nearest(query, count, scope)
            shown = [row for row in rows if self.shows(row[0])]
            if len(shown) >= k or len(rows) < count:
                return shown[:k]
            count *= 2

    def _nearest(self, query: Vector, k: int, scope: Scope) -> list[tuple[str, Hit]]:
        """As `search_chunks`, of all papers."""
        # Ids and distances come from the HNSW graph. Texts and metadata would come from SQLite,
        # which takes four times as long as the search; the id contains the offsets.
        found = self._asked(
            lambda: self.chunks.query(
                query_embeddings=query[np.newaxis],
                n_results=k,
                where=_where(scope),
                include=["distances"],
            )
        )
        rows = zip(found["ids"][0], _some(found["distances"])[0], strict=True)
        return [_hit(record_id, 1.0 - distance) for record_id, distance in rows]


class DenseIndex(Chunks):
    """The chunks in a database in a folder."""

    def __init__(
        self,
        folder: Path,
        *,
        create: bool = False,
        labelled: bool = True,
    ) -> None:
        """Open the index in ``folder``. Raises OSError if there is none, or it cannot be opened."""
        self._folder = folder
        if not create and not (folder / _DATABASE).exists():
            raise FileNotFoundError(2, "no dense index there", str(folder))
        settings = ChromaSettings(anonymized_telemetry=False)
        try:
            self._client = chromadb.PersistentClient(str(folder), settings=settings)
        except (ValueError, AttributeError) as exc:  # Chroma's, when its database fails it
            raise OSError(5, "the vectors' database cannot be opened", str(folder)) from exc
        try:
            chunks = self._open(create=create)
        except BaseException:
            self.close()  # else the next one to open this folder would get this client
            raise
        super().__init__(chunks, _BATCH, labelled=labelled)

    def _open(self, *, create: bool) -> ChromaCollection:
        if not create:
            return self._client.get_collection(_COLLECTION, embedding_function=None)
        chunks = self._client.get_or_create_collection(
            _COLLECTION, embedding_function=None, schema=schema()
        )
        # Python's SQLite may lack FTS5; then the database stays large.
        with (
            closing(sqlite3.connect(self._folder / _DATABASE)) as database,
            suppress(sqlite3.OperationalError),
        ):
            database.executescript(_LEAN)
        return chunks

    def close(self) -> None:
        """Close the files, so that the folder can be copied or removed."""
        # The client's declared type lacks this method.
        cast(Any, self._client).close()

    @staticmethod
    def finish(folder: Path) -> None:
        """Make the closed database in ``folder`` small, and such that readers do not change it."""
        with closing(sqlite3.connect(folder / _DATABASE)) as database:
            with suppress(sqlite3.OperationalError):  # as below
                database.executescript(_RESTORED)
            database.executescript(_UNCHANGED)
            free, pages = (
                database.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("freelist_count", "page_count")
            )
            if free > _FREE * pages:
                database.execute("VACUUM")

    def _asked(self, ask: Callable[[], QueryResult]) -> QueryResult:
        with reading(self._folder, ChromaError):
            return ask()


def schema() -> Schema:
    """How a collection is made. Cosines, and no search in documents: tantivy does it."""
    hnsw = HnswIndexConfig(ef_search=128, ef_construction=64, sync_threshold=_LOGGED)
    return (
        Schema()
        .create_index(VectorIndexConfig(space="cosine", hnsw=hnsw))
        .delete_index(FtsIndexConfig(), key="#document")
    )


def _among(papers: Sequence[str]) -> Any:
    return {"paper_id": {"$in": list(papers)}}


def _where(scope: Scope) -> Any:
    """The scope as a Chroma query; None for everything."""
    wanted = scope.filter
    clauses: list[Any] = [_among(scope.papers)] if scope.papers else []
    if wanted.first_year is not None:
        clauses.append({"year": {"$gte": wanted.first_year}})
    if wanted.last_year is not None:
        clauses.append({"year": {"$lte": wanted.last_year}})
    for any_of in required_labels(wanted):
        ways = [_joined("$and", [{"labels": {"$contains": one}} for one in way]) for way in any_of]
        clauses.append(_joined("$or", ways))
    clauses += [{"labels": {"$not_contains": label}} for label in excluded_labels(wanted)]
    return _joined("$and", clauses) if clauses else None


def _joined(operator: str, clauses: Sequence[Any]) -> Any:
    """The clauses joined; a single one as it is, because Chroma refuses to join one."""
    return clauses[0] if len(clauses) == 1 else {operator: list(clauses)}


def _filter_metadata(paper: Paper) -> dict[str, Any]:
    """Metadata for filters. In an update None removes a field; Chroma refuses an empty list."""
    return {"labels": labels_of(paper) or None, "year": paper.year}


def _without_none(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if value is not None}


def _some(column: Any) -> Any:
    """The column as not None: Chroma types it as optional, but returns all requested columns."""
    return column if column is not None else []


def _hit(record_id: str, score: float) -> tuple[str, Hit]:
    """Parse `VectorRecord.record_id`. A paper's own id may contain colons and dashes."""
    start, _, end = record_id.rpartition(":")[2].partition("-")
    return _paper_of(record_id), Hit(int(start), int(end), score)


def _paper_of(record_id: str) -> str:
    return record_id.rpartition(":")[0]
