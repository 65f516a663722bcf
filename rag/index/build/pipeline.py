"""Chunks, embeds and stores papers: llama-index's ingestion pipeline with our own steps.

Its nodes go into Chroma directly: llama-index's own store would add a copy of every node as JSON,
as large as its text, and cannot store the lists that filters need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, Document, TextNode, TransformComponent
from pydantic import PrivateAttr

from rag.index.build.chunks import Chunk, chunk_paper
from rag.index.dense import DenseIndex, VectorRecord
from rag.index.read_paper import ReadPaper, read_paper
from rag.index.token_store import TokenStore
from rag.models.embedder import EmbeddedChunk, Embedder
from rag.types import Paper, Progress


class _ChunkNode(TextNode):
    """A node with its chunk and, after the embedding step, the embedder's whole output."""

    _chunk: Chunk = PrivateAttr()
    _embedded: EmbeddedChunk = PrivateAttr()

    def __init__(self, chunk: Chunk) -> None:
        super().__init__(text=chunk.span.text)
        self._chunk = chunk


class _Chunking(TransformComponent):
    """Converts documents (one per paper) to nodes (one per chunk)."""

    _papers: Mapping[str, Paper] = PrivateAttr()
    _embedder: Embedder = PrivateAttr()

    def __init__(self, papers: Mapping[str, Paper], embedder: Embedder) -> None:
        super().__init__()
        self._papers, self._embedder = papers, embedder

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        count, limit = self._embedder.count, self._embedder.limit
        return [
            _ChunkNode(chunk)
            for document in nodes
            for chunk in chunk_paper(self._papers[document.node_id], count, limit)
        ]


class _Embedding(TransformComponent):
    """Embeds the chunks of all nodes in one call."""

    _embedder: Embedder = PrivateAttr()
    _progress: Progress | None = PrivateAttr()

    def __init__(self, embedder: Embedder, progress: Progress | None) -> None:
        super().__init__()
        self._embedder, self._progress = embedder, progress

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        chunk_nodes = cast(Sequence[_ChunkNode], nodes)
        chunks = [node._chunk for node in chunk_nodes]
        results = self._embedder.embed_chunks(
            [chunk.embedded_text for chunk in chunks],
            [_sentence_offsets(chunk) for chunk in chunks],
            [_shift(chunk) for chunk in chunks],
            self._progress,
        )
        for node, result in zip(chunk_nodes, results, strict=True):
            node.embedding = result.vector.tolist()
            node._embedded = result
        return nodes


def add_papers(
    index: DenseIndex,
    tokens: TokenStore,
    embedder: Embedder,
    papers: Sequence[Paper],
    progress: Progress | None = None,
    replaced: Sequence[str] = (),
) -> int:
    """Chunk, embed and store papers; returns the number of chunks.

    The old rows of the papers ``replaced`` are removed only after everything is embedded, so that
    nothing has changed if ``progress`` raises. ``progress`` gets (chunks embedded, chunks).
    """
    by_id = {paper.paper_id: paper for paper in papers}
    pipeline = IngestionPipeline(
        transformations=[_Chunking(by_id, embedder), _Embedding(embedder, progress)],
        disable_cache=True,
    )
    documents = [Document(id_=paper.paper_id, text=paper.abstract) for paper in papers]
    nodes = cast(Sequence[_ChunkNode], pipeline.run(documents=documents))
    index.remove(replaced)
    index.add_chunks([_chunk_record(node) for node in nodes], by_id)
    tokens.replace(replaced, _read_papers(nodes))
    return len(nodes)


def _sentence_offsets(chunk: Chunk) -> list[tuple[int, int]]:
    """The half-open offsets of the chunk's sentences in the embedded text."""
    shift = _shift(chunk)
    return [(sentence.start + shift, sentence.end + shift) for sentence in chunk.sentences]


def _shift(chunk: Chunk) -> int:
    """The offset in the embedded text at which the abstract's first character would be."""
    return len(chunk.embedded_text) - len(chunk.span.text) - chunk.span.start


def _chunk_record(node: _ChunkNode) -> VectorRecord:
    return VectorRecord(node._chunk.paper_id, node._chunk.span, node._embedded.vector)


def _read_papers(nodes: Sequence[_ChunkNode]) -> dict[str, ReadPaper]:
    chunks: dict[str, list[tuple[Chunk, EmbeddedChunk]]] = {}
    for node in nodes:
        chunks.setdefault(node._chunk.paper_id, []).append((node._chunk, node._embedded))
    return {paper_id: read_paper(found) for paper_id, found in chunks.items()}
