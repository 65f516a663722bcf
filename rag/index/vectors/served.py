"""An index whose chunks a Chroma server has: it searches them by its HNSW graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from chromadb.errors import NotFoundError

from rag.errors import IndexUnavailableError
from rag.index.vectors.dense import Chunks, VectorRecord
from rag.index.vectors.exact import ExactIndex
from rag.index.vectors.hits import Hit
from rag.types import EVERYTHING, Paper, Scope

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection
    from chromadb.api.types import QueryResult

    from rag.index.vectors.server import ChromaServer
    from rag.models.embedding.embedder import Vector

_BATCH = 300  # rows in one call: what Chroma Cloud allows by default


class ServedChunks(Chunks):
    """The chunks in a collection of a Chroma server. Methods raise IndexUnavailableError."""

    def __init__(self, server: ChromaServer, chunks: ChromaCollection) -> None:
        super().__init__(chunks, _BATCH, labelled=True)
        self._server = server

    def close(self) -> None:
        """Nothing is open: every request is its own."""

    def count(self) -> int:
        """How many chunks the collection has."""
        return self._server.repeated(self.chunks.count)

    def remove(self, chunks: Iterable[str]) -> None:
        with self._server.asking():
            super().remove(chunks)

    def add_chunks(self, chunks: Sequence[VectorRecord], papers: Mapping[str, Paper]) -> None:
        with self._server.asking():
            super().add_chunks(chunks, papers)

    def relabel(self, papers: Sequence[Paper]) -> None:
        with self._server.asking():
            super().relabel(papers)

    def _asked(self, ask: Callable[[], QueryResult]) -> QueryResult:
        try:
            return self._server.repeated(ask)
        except NotFoundError as exc:
            raise lost(self._server.url) from exc


def lost(url: str) -> IndexUnavailableError:
    """The error where a server does not have the chunks of an index."""
    return IndexUnavailableError(
        f"The Chroma server at {url} does not have the chunks of this index.",
        "Run `paperchat ingest` to put them there; nothing is embedded again.",
    )


class ServedIndex:
    """As `ExactIndex`, but a server searches.

    The server's collection may be that of a later generation; what it finds of papers that are not
    shown here is left out. While a build changes it the own vectors are searched.
    """

    def __init__(
        self, own: ExactIndex, served: ServedChunks, is_changing: Callable[[], bool]
    ) -> None:
        self._own, self._served, self._is_changing = own, served, is_changing
        served.shows = own.shows

    @property
    def chunks(self) -> ChromaCollection:
        """The server's collection."""
        return self._served.chunks

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Hit]]:
        """The ``k`` nearest chunks, each with its paper's id, best first."""
        searched = self._own if self._is_changing() else self._served
        return searched.search_chunks(query, k, scope)

    def paper_vectors(self, papers: Sequence[str]) -> Vector:
        """As `ExactIndex.paper_vectors`."""
        return self._own.paper_vectors(papers)

    def close(self) -> None:
        """Close the files."""
        self._own.close()
