"""Papers to vectors: llama-index's ingestion pipeline, with our chunker and embedder as its steps.

The chunks go into Chroma through llama-index's own vector store, so that any llama-index query
engine can read the same collection. Each chunk carries its paper's id as ``ref_doc_id``, without
which llama-index could not delete or replace it later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import (
    BaseNode,
    Document,
    NodeRelationship,
    RelatedNodeInfo,
    TextNode,
    TransformComponent,
)
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from rag.index.build.chunks import Chunk, chunk_paper
from rag.index.dense import DenseIndex, VectorRecord
from rag.index.token_store import TokenStore
from rag.models.embedder import Embedder, Vector
from rag.models.tokens import PackedTokens, join
from rag.types import Paper

Progress = Callable[[int, int], None]


class _Chunking(TransformComponent):
    """Documents (one a paper) to chunk nodes with offsets."""

    _papers: dict[str, Paper] = PrivateAttr()
    _embedder: Embedder = PrivateAttr()
    _chunks: dict[str, Chunk] = PrivateAttr()

    def __init__(self, papers: dict[str, Paper], embedder: Embedder, chunks: dict[str, Chunk]):
        super().__init__()
        self._papers, self._embedder, self._chunks = papers, embedder, chunks

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        found: list[BaseNode] = []
        for document in nodes:
            paper = self._papers[document.node_id]
            for chunk in chunk_paper(paper, self._embedder.count, self._embedder.limit):
                node = _node(chunk, paper)
                self._chunks[node.node_id] = chunk
                found.append(node)
        return found


@dataclass(slots=True)
class _Found:
    """What embedding gives besides the chunks' own vectors."""

    sentences: list[VectorRecord] = field(default_factory=list)
    pieces: dict[str, list[PackedTokens]] = field(default_factory=dict)


class _Embedding(TransformComponent):
    """Sets each chunk's vector and collects those of its sentences and its word-pieces."""

    _embedder: Embedder = PrivateAttr()
    _chunks: dict[str, Chunk] = PrivateAttr()
    _found: _Found = PrivateAttr()
    _progress: Progress | None = PrivateAttr()

    def __init__(
        self,
        embedder: Embedder,
        chunks: dict[str, Chunk],
        found: _Found,
        progress: Progress | None,
    ):
        super().__init__()
        self._embedder, self._chunks = embedder, chunks
        self._found, self._progress = found, progress

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        chunks = [self._chunks[node.node_id] for node in nodes]
        every = self._embedder.read(
            [chunk.embedded_text for chunk in chunks],
            [_sentence_offsets(chunk) for chunk in chunks],
            [_shift(chunk) for chunk in chunks],
            self._progress,
        )
        for node, chunk, read in zip(nodes, chunks, every, strict=True):
            node.embedding = read.vector.tolist()
            self._found.sentences += _records(chunk, read.sentences)
            self._found.pieces.setdefault(chunk.paper_id, []).append(read.pieces)
        return nodes


def add_papers(
    index: DenseIndex,
    tokens: TokenStore,
    embedder: Embedder,
    papers: Sequence[Paper],
    progress: Progress | None = None,
    replaced: Sequence[str] = (),
) -> int:
    """Chunk, embed and store papers; returns how many chunks.

    What the index holds of ``replaced`` is taken out once everything is embedded, so that where
    ``progress`` raises nothing has changed. ``progress`` gets (chunks embedded, chunks to embed).
    """
    chunks: dict[str, Chunk] = {}
    found = _Found()
    by_id = {paper.paper_id: paper for paper in papers}
    pipeline = IngestionPipeline(
        transformations=[
            _Chunking(by_id, embedder, chunks),
            _Embedding(embedder, chunks, found, progress),
        ],
        disable_cache=True,
    )
    nodes = pipeline.run(documents=[Document(id_=p.paper_id, text=p.abstract) for p in papers])
    index.remove(replaced)
    if nodes:  # no papers, and llama-index's store raises
        ChromaVectorStore(chroma_collection=index.chunks).add(list(nodes))
    index.add_sentences(found.sentences)
    # Afterwards, for llama-index's store takes no lists as metadata.
    index.label(papers)
    tokens.replace(replaced, {paper_id: join(parts) for paper_id, parts in found.pieces.items()})
    return len(nodes)


def _node(chunk: Chunk, paper: Paper) -> TextNode:
    node = TextNode(
        id_=f"{paper.paper_id}:{chunk.span.start}-{chunk.span.end}",
        text=chunk.span.text,
        start_char_idx=chunk.span.start,
        end_char_idx=chunk.span.end,
        metadata={
            "paper_id": paper.paper_id,
            "title": paper.title,
            "start": chunk.span.start,
            "end": chunk.span.end,
        },
        excluded_embed_metadata_keys=["paper_id", "start", "end"],
        excluded_llm_metadata_keys=["paper_id", "start", "end"],
    )
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=paper.paper_id)
    return node


def _sentence_offsets(chunk: Chunk) -> list[tuple[int, int]]:
    """Where the chunk's sentences stand in the text that is embedded."""
    shift = _shift(chunk)
    return [(sentence.start + shift, sentence.end + shift) for sentence in chunk.sentences]


def _shift(chunk: Chunk) -> int:
    """Where in the text that is embedded the abstract's first character would stand."""
    return len(chunk.embedded_text) - len(chunk.span.text) - chunk.span.start


def _records(chunk: Chunk, vectors: Vector) -> list[VectorRecord]:
    return [
        VectorRecord(chunk.paper_id, sentence, vector)
        for sentence, vector in zip(chunk.sentences, vectors, strict=True)
    ]
