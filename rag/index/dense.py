"""The dense index: one Chroma database with a collection of chunks and one of sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import chromadb
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.index.labels import demands, labels_of
from rag.types import EVERYTHING, Paper, Scope, Span

if TYPE_CHECKING:
    from rag.models.embedder import Vector

__all__ = ["ChromaError", "DenseIndex", "Near", "VectorRecord"]

# Chroma's own limit on one call is a few thousand records; this stays under it.
_BATCH = 1000
_LABELLED = 100  # papers whose rows are looked up at once
_COSINE: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "ef_search": 128, "ef_construction": 128}
}


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """One row of a collection: a stretch of one abstract and its vector."""

    paper_id: str
    span: Span
    vector: Vector

    @property
    def record_id(self) -> str:
        """Unique and repeatable: the same stretch of the same paper has the same id."""
        return f"{self.paper_id}:{self.span.start}-{self.span.end}"


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of an abstract, by offsets, and its cosine with the query."""

    start: int
    end: int
    score: float


class DenseIndex:
    """Cosine search in one folder. Scores are cosines, -1 to 1. Papers in ``hidden`` are not
    found.
    """

    def __init__(self, folder: Path, hidden: Collection[str] = ()) -> None:
        self._hidden = frozenset(hidden)
        folder.mkdir(parents=True, exist_ok=True)
        settings = ChromaSettings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(folder), settings=settings)
        self.chunks = self._collection("chunks")
        self.sentences = self._collection("sentences")

    def _collection(self, name: str) -> chromadb.Collection:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration=_COSINE
        )

    def close(self) -> None:
        """Let go of the files; the folder can be copied or removed afterwards."""
        # The type that the client is declared with lacks what every client has.
        cast(Any, self._client).close()

    def remove(self, papers: Iterable[str]) -> None:
        """Take out everything of these papers."""
        ids = list(papers)
        for start in range(0, len(ids), _BATCH):
            among = _among(ids[start : start + _BATCH])
            self.chunks.delete(where=among)
            self.sentences.delete(where=among)

    def add_sentences(self, records: Sequence[VectorRecord]) -> None:
        """Put sentences in; those that stand there already are replaced."""
        for start in range(0, len(records), _BATCH):
            batch = records[start : start + _BATCH]
            self.sentences.upsert(
                ids=[record.record_id for record in batch],
                embeddings=np.stack([record.vector for record in batch]),
                documents=[record.span.text for record in batch],
                metadatas=[
                    {"paper_id": r.paper_id, "start": r.span.start, "end": r.span.end}
                    for r in batch
                ],
            )

    def label(self, papers: Sequence[Paper]) -> None:
        """Write what filters look at to everything of these papers, in place of what was there."""
        for start in range(0, len(papers), _LABELLED):
            batch = papers[start : start + _LABELLED]
            of_paper = {paper.paper_id: _labelled(paper) for paper in batch}
            for collection in (self.chunks, self.sentences):
                ids = collection.get(where=_among(list(of_paper)), include=[])["ids"]
                for first in range(0, len(ids), _BATCH):
                    rows = ids[first : first + _BATCH]
                    collection.update(rows, metadatas=[of_paper[_paper_of(row)] for row in rows])

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Near]]:
        """The ``k`` nearest chunks as (paper id, where and how near), best first."""
        return _search(self.chunks, query, k, scope, self._hidden)

    def search_sentences(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Near]]:
        """The ``k`` nearest sentences as (paper id, where and how near), best first."""
        return _search(self.sentences, query, k, scope, self._hidden)

    def sentences_of(self, papers: Sequence[str]) -> list[VectorRecord]:
        """All sentences of these papers with their vectors, in no order."""
        if not papers:
            return []
        rows = self.sentences.get(
            where=_among(papers), include=["metadatas", "documents", "embeddings"]
        )
        columns = zip(
            _some(rows["metadatas"]),
            _some(rows["documents"]),
            _some(rows["embeddings"]),
            strict=True,
        )
        return [
            VectorRecord(
                str(meta["paper_id"]), _span(meta, text), np.asarray(vector, dtype=np.float32)
            )
            for meta, text, vector in columns
        ]

    def paper_vectors(self, papers: Sequence[str]) -> Vector:
        """The mean of each paper's chunk vectors; shape (papers, dimensions), unit length.

        A paper without chunks has zeros.
        """
        place = {paper_id: at for at, paper_id in enumerate(papers)}
        means: Vector | None = None
        for start in range(0, self.chunks.count(), _BATCH):
            rows = self.chunks.get(limit=_BATCH, offset=start, include=["embeddings"])
            vectors = np.asarray(_some(rows["embeddings"]), dtype=np.float32)
            if means is None:
                means = np.zeros((len(papers), vectors.shape[1]), dtype=np.float32)
            for record_id, vector in zip(rows["ids"], vectors, strict=True):
                at = place.get(_paper_of(record_id))
                if at is not None:
                    means[at] += vector
        if means is None:
            return np.zeros((len(papers), 1), dtype=np.float32)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        np.divide(means, lengths, out=means, where=lengths > 0)
        return means


def _search(
    collection: chromadb.Collection,
    query: Vector,
    k: int,
    scope: Scope,
    hidden: frozenset[str],
) -> list[tuple[str, Near]]:
    """As `_search_all`, without the papers that are hidden: more are asked for until ``k`` are."""
    asked = k
    while True:
        every = _search_all(collection, query, asked, scope)
        found = [hit for hit in every if hit[0] not in hidden]
        if len(found) >= k or len(every) < asked:
            return found[:k]
        asked *= 2


def _search_all(
    collection: chromadb.Collection, query: Vector, k: int, scope: Scope
) -> list[tuple[str, Near]]:
    # Ids and distances come out of the graph itself. Texts and metadata would be looked up in
    # SQLite, which takes four times as long as the search, and the id says where the text stands.
    found = collection.query(
        query_embeddings=query[np.newaxis],
        n_results=k,
        where=_where(scope),
        include=["distances"],
    )
    rows = zip(found["ids"][0], _some(found["distances"])[0], strict=True)
    return [_near(record_id, 1.0 - distance) for record_id, distance in rows]


def _among(papers: Sequence[str]) -> Any:
    return {"paper_id": {"$in": list(papers)}}


def _where(scope: Scope) -> Any:
    """The scope as Chroma asks for it; None for everything."""
    wanted = scope.filter
    clauses: list[Any] = [_among(scope.papers)] if scope.papers else []
    if wanted.first_year is not None:
        clauses.append({"year": {"$gte": wanted.first_year}})
    if wanted.last_year is not None:
        clauses.append({"year": {"$lte": wanted.last_year}})
    for any_of in demands(wanted):
        ways = [_joined("$and", [{"labels": {"$contains": one}} for one in way]) for way in any_of]
        clauses.append(_joined("$or", ways))
    return _joined("$and", clauses) if clauses else None


def _joined(operator: str, clauses: Sequence[Any]) -> Any:
    """Chroma refuses to join one clause with nothing."""
    return clauses[0] if len(clauses) == 1 else {operator: list(clauses)}


def _labelled(paper: Paper) -> Any:
    """Metadata for filters. None takes a field out, and Chroma refuses an empty list."""
    return {"labels": labels_of(paper) or None, "year": paper.year}


def _some(column: Any) -> Any:
    """Chroma types every column as optional; those that were asked for are there."""
    return column if column is not None else []


def _span(meta: Any, text: str) -> Span:
    return Span(text, int(meta["start"]), int(meta["end"]))


def _near(record_id: str, score: float) -> tuple[str, Near]:
    """What `VectorRecord.record_id` says, read back. A paper's id may hold colons and dashes."""
    start, _, end = record_id.rpartition(":")[2].partition("-")
    return _paper_of(record_id), Near(int(start), int(end), score)


def _paper_of(record_id: str) -> str:
    return record_id.rpartition(":")[0]
