"""Chunks and embeds papers: llama-index's ingestion pipeline with our own steps.

Its nodes are stored by `rag.index.build.storing`: llama-index's own store would add a copy of every
node as JSON, as large as its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, Document, TextNode, TransformComponent
from pydantic import PrivateAttr

from rag.index.build.chunks import Chunk, chunk_paper, whole_text
from rag.index.vectors.parts import EmbeddedPaper
from rag.index.vectors.read_paper import read_paper
from rag.models.embedding.embedder import EmbeddedChunk, Embedder
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
        papers = [self._papers[document.node_id] for document in nodes]
        # Most papers are one chunk, so what is counted here is embedded next.
        self._embedder.read_ahead([_whole(paper) for paper in papers])
        count, limit = self._embedder.count, self._embedder.limit
        return [_ChunkNode(chunk) for paper in papers for chunk in chunk_paper(paper, count, limit)]


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
            node._embedded = result
        return nodes


def chunked(papers: Sequence[Paper], embedder: Embedder) -> list[BaseNode]:
    """The chunks of papers as nodes, in order."""
    pipeline = IngestionPipeline(
        transformations=[_Chunking({paper.paper_id: paper for paper in papers}, embedder)],
        disable_cache=True,
    )
    documents = [Document(id_=paper.paper_id, text=paper.abstract) for paper in papers]
    return list(pipeline.run(documents=documents))


def embedded(
    nodes: Sequence[BaseNode],
    embedder: Embedder,
    content_of: Callable[[str], int],
    progress: Progress | None = None,
) -> list[EmbeddedPaper]:
    """The papers of `chunked` nodes, embedded.

    ``content_of`` gives `EmbeddedPaper.content` of an id; ``progress`` gets (chunks embedded,
    chunks).
    """
    pipeline = IngestionPipeline(
        transformations=[_Embedding(embedder, progress)], disable_cache=True
    )
    found: dict[str, list[_ChunkNode]] = {}
    for node in cast(Sequence[_ChunkNode], pipeline.run(nodes=list(nodes))):
        found.setdefault(node._chunk.paper_id, []).append(node)
    return [
        EmbeddedPaper(
            paper_id,
            content_of(paper_id),
            np.array([(n._chunk.span.start, n._chunk.span.end) for n in of_paper], dtype=np.int32),
            np.stack([node._embedded.vector for node in of_paper]),
            read_paper([(node._chunk, node._embedded) for node in of_paper]),
        )
        for paper_id, of_paper in found.items()
    ]


def _whole(paper: Paper) -> str:
    """The text of a paper that is one chunk."""
    return whole_text(" ".join(paper.title.split()), paper.abstract)


def _sentence_offsets(chunk: Chunk) -> list[tuple[int, int]]:
    """The half-open offsets of the chunk's sentences in the embedded text."""
    shift = _shift(chunk)
    return [(sentence.start + shift, sentence.end + shift) for sentence in chunk.sentences]


def _shift(chunk: Chunk) -> int:
    """The offset in the embedded text at which the abstract's first character would be."""
    return len(chunk.embedded_text) - len(chunk.span.text) - chunk.span.start
