"""The stores that the other sides search: LlamaIndex's in Chroma, bare tantivy, bare vectors.

They hold what the index holds: its papers, and the vectors of its chunks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.scale.inputs import asked_of
from eval.bench.scale.measures.processes import Job
from eval.bench.scale.report import figures
from eval.bench.scale.report.figures import Measure
from rag.engine import Engine
from rag.models.embedding.embedder import Vector
from rag.settings import load_settings
from rag.types import Paper

STARTER, TANTIVY, VECTORS, ASKED = "starter", "tantivy", "vectors.f32", "asked.json"
_ROWS = 5_000  # of Chroma in one call


def prepare(job: Job) -> list[Measure]:
    """Fill the stores in ``folder`` from ``index``; seconds that filling each took.

    Beside them lies what all sides will be asked.
    """
    folder = Path(job.folder)
    with Engine(load_settings(index=Path(job.index))) as engine:
        papers = engine.library.papers
        ids, vectors = stored_vectors(engine.library.dense.chunks)
    asked_of(papers, job.queries).write(folder / ASKED)
    vectors.tofile(folder / VECTORS)
    first = {row.rpartition(":")[0]: at for at, row in reversed(list(enumerate(ids)))}
    rows = vectors[[first[paper.paper_id] for paper in papers]]
    started = time.perf_counter()
    _fill_starter(folder / STARTER, papers, rows)
    starter = time.perf_counter() - started
    started = time.perf_counter()
    _fill_tantivy(folder / TANTIVY, papers)
    words = time.perf_counter() - started
    return [
        Measure("stores filled, vectors at hand", f"{figures.STARTER}|seconds", "s", starter),
        Measure("stores filled, vectors at hand", f"{figures.TANTIVY}|seconds", "s", words),
    ]


def stored_vectors(chunks: Any) -> tuple[list[str], Vector]:
    """The ids and the vectors, shape (rows, dimensions), of a Chroma collection."""
    ids: list[str] = []
    found: list[NDArray[np.float32]] = []
    for start in range(0, chunks.count(), _ROWS):
        rows = chunks.get(limit=_ROWS, offset=start, include=["embeddings"])
        ids += rows["ids"]
        found.append(np.asarray(rows["embeddings"], dtype=np.float32))
    return ids, np.concatenate(found)


@contextmanager
def starter_chunks(folder: Path) -> Iterator[Any]:
    """The starter's collection in ``folder``, made where it is not there; then closed."""
    import chromadb

    client: Any = chromadb.PersistentClient(str(folder))
    with closing(client):
        yield client.get_or_create_collection("papers")


def _fill_starter(folder: Path, papers: Sequence[Paper], vectors: Vector) -> None:
    """A collection as VectorStoreIndex makes it, with vectors that are there already."""
    from llama_index.core.schema import BaseNode, TextNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    with starter_chunks(folder) as chunks:
        store = ChromaVectorStore(chroma_collection=chunks)
        for start in range(0, len(papers), _ROWS):
            batch = papers[start : start + _ROWS]
            nodes: list[BaseNode] = [
                TextNode(
                    id_=paper.paper_id,
                    text=paper.abstract,
                    metadata={"title": paper.title},
                    embedding=row.tolist(),
                )
                for paper, row in zip(batch, vectors[start : start + _ROWS], strict=True)
            ]
            store.add(nodes)


def _fill_tantivy(folder: Path, papers: Sequence[Paper]) -> None:
    import tantivy

    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("paper_id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for paper in papers:
        writer.add_document(
            tantivy.Document(paper_id=paper.paper_id, text=f"{paper.title}\n{paper.abstract}")
        )
    writer.commit()
    writer.wait_merging_threads()
