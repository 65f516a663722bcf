"""Ingests, each in this process, once everything is imported, loaded and warm.

To be warm, each side first ingests one made-up paper into a folder of its own.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.bench.scale.inputs import made_up, write_part
from eval.bench.scale.measures.processes import Job
from eval.bench.scale.measures.stages import Stages
from eval.bench.scale.report.figures import Measure
from eval.bench.scale.sides.minilm import MiniLM
from eval.bench.scale.sides.standin import StandIn
from eval.bench.scale.sides.stores import starter_chunks
from rag.corpus.dedupe.merge import merge
from rag.corpus.files import read_file
from rag.corpus.record import Record
from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import Ledger, Paper


def paperchat(job: Job) -> list[Measure]:
    """This project's sync of ``part`` into ``index``, which may hold other papers."""
    from rag.models.choice import open_embedder

    return _synced(job, open_embedder(load_settings()))


def stand_in_index(job: Job) -> list[Measure]:
    """The same with vectors that cost hardly anything: what is left is the stores' share."""
    return _synced(job, StandIn())


def _synced(job: Job, embedder: Embedder) -> list[Measure]:
    def sync(index: Path, part: str) -> Ledger:
        return Engine(load_settings(index=index), embedder=lambda: embedder).sync([part])

    with _one_paper() as warm:
        sync(warm.parent / "index", str(warm))
    stages, ledgers = Stages(), list[Ledger]()
    with stages.timed():
        seconds, processor = _timed(lambda: ledgers.append(sync(Path(job.index), job.part)))
    papers = ledgers[0].added
    if not papers:
        raise RuntimeError(f"nothing of {job.part} was added")
    beside = seconds - stages.seconds["encode"]
    return [
        *_rates(papers, seconds, processor),
        Measure("ingest", "beside the encoder", "s", beside),
        *stages.measures(papers),
    ]


def encoder(job: Job) -> list[Measure]:
    """The encoder alone: one pass over every chunk, in the product's threads, nothing kept."""
    from rag.index.build.chunks import chunk_paper
    from rag.models.choice import open_embedder

    embedder = open_embedder(load_settings())
    papers = papers_of(Path(job.part))
    texts = [
        chunk.embedded_text
        for paper in papers
        for chunk in chunk_paper(paper, embedder.count, embedder.limit)
    ]
    embedder.embed(texts[:1])
    seconds, processor = _timed(lambda: embedder.embed(texts))
    return _rates(len(papers), seconds, processor)


def starter(job: Job) -> list[Measure]:
    """LlamaIndex's: a VectorStoreIndex over Chroma in ``folder``, abstracts with their titles."""
    model = MiniLM()
    with _one_paper() as warm:
        _start(warm.parent / "index", papers_of(warm), model)
    papers = papers_of(Path(job.part))
    seconds, processor = _timed(lambda: _start(Path(job.folder), papers, model))
    return _rates(len(papers), seconds, processor)


def _start(folder: Path, papers: Sequence[Paper], model: MiniLM) -> None:
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    with starter_chunks(folder) as chunks:
        store = ChromaVectorStore(chroma_collection=chunks)
        VectorStoreIndex.from_documents(
            [Document(text=paper.abstract, metadata={"title": paper.title}) for paper in papers],
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=model,
        )


@contextmanager
def _one_paper() -> Iterator[Path]:
    """A file with one made-up paper, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "warm.jsonl"
        write_part(part, made_up(1), 1)
        yield part


def papers_of(part: Path) -> Sequence[Paper]:
    """The papers that the records of a file are merged into."""
    return merge([item for item in read_file(part) if isinstance(item, Record)]).papers


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds, and processor seconds of all threads."""
    started, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - processor


def _rates(papers: int, seconds: float, processor: float) -> list[Measure]:
    return [
        Measure("ingest", "papers a second", "/s", papers / seconds),
        Measure("ingest", "processor time a paper", "ms/paper", 1000 * processor / papers),
        Measure("ingest", "papers", "", papers),
        Measure("ingest", "seconds", "s", seconds),
    ]
