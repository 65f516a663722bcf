"""Ingests, each in this process, once everything is imported, loaded and warm.

To be warm, each side first ingests one made-up paper into a folder of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.bench.scale.figures import Measure
from eval.bench.scale.minilm import MiniLM
from eval.bench.scale.processes import Job
from eval.bench.scale.stages import Stages
from eval.bench.scale.standin import StandIn
from rag.corpus.dedupe.merge import merge
from rag.corpus.files import read_file
from rag.corpus.record import Record
from rag.engine import Engine
from rag.models.embedder import Embedder
from rag.settings import load_settings
from rag.types import Ledger, Paper

_WARM = "A text that is read before the clock starts, so that everything is loaded."


def paperchat(job: Job) -> list[Measure]:
    """This project's sync of ``part`` into ``index``, which may hold other papers."""
    from rag.models.choice import open_embedder

    embedder = open_embedder(load_settings())
    embedder.embed([_WARM])
    return _synced(job, embedder)


def stand_in_index(job: Job) -> list[Measure]:
    """The same with vectors that cost hardly anything: what is left is the stores' share."""
    return _synced(job, StandIn())


def _synced(job: Job, embedder: Embedder) -> list[Measure]:
    engine = Engine(load_settings(index=Path(job.index)), embedder=lambda: embedder)
    stages, ledgers = Stages(), list[Ledger]()
    with stages.timed():
        seconds, processor = _timed(lambda: ledgers.append(engine.sync([job.part])))
    papers = ledgers[0].added
    if not papers:
        raise RuntimeError(f"nothing of {job.part} was added")
    beside = Measure("ingest", "beside the encoder", "s", seconds - stages.seconds["encode"])
    rest = 1000 * (seconds - sum(stages.seconds.values())) / papers
    return [
        *_rates(papers, seconds, processor),
        beside,
        *stages.measures(papers),
        Measure("ingest by stage", "everything else", "ms/paper", rest),
    ]


def encoder(job: Job) -> list[Measure]:
    """The encoder alone: one pass over every chunk, in the product's threads, nothing kept."""
    from rag.index.build.chunks import chunk_paper
    from rag.models.choice import open_embedder

    embedder = open_embedder(load_settings())
    embedder.embed([_WARM])
    papers = papers_of(Path(job.part))
    texts = [
        chunk.embedded_text
        for paper in papers
        for chunk in chunk_paper(paper, embedder.count, embedder.limit)
    ]
    seconds, processor = _timed(lambda: embedder.embed(texts))
    return _rates(len(papers), seconds, processor)


def starter(job: Job) -> list[Measure]:
    """LlamaIndex's: a VectorStoreIndex over Chroma in ``folder``, abstracts with their titles."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    papers = papers_of(Path(job.part))
    documents = [Document(text=paper.abstract, metadata={"title": paper.title}) for paper in papers]
    model = MiniLM()
    model.get_text_embedding(_WARM)

    def ingest() -> None:
        client = chromadb.PersistentClient(job.folder)
        store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("papers"))
        VectorStoreIndex.from_documents(
            documents,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=model,
        )

    seconds, processor = _timed(ingest)
    return _rates(len(papers), seconds, processor)


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
