"""Searches and answers in this process, alone and with eight threads; what each takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from eval.bench.scale import inputs
from eval.bench.scale.measures.memory import held
from eval.bench.scale.measures.processes import Job
from eval.bench.scale.report import figures
from eval.bench.scale.report.figures import Measure
from eval.bench.scale.sides.minilm import MiniLM
from eval.bench.scale.sides.standin import StandIn
from eval.bench.scale.sides.stores import (
    ASKED,
    STARTER,
    TANTIVY,
    VECTORS,
    starter_chunks,
    stored_vectors,
)
from rag.engine import Engine
from rag.models.embedding.embedder import Vector
from rag.settings import load_settings
from rag.types import EVERYTHING, Scope, Turn

_K = 10
_THREADS = 8
_WARM = 5  # questions before the clock starts
_RECALLED = 50  # questions of which recall is measured
_DIMENSIONS = 384

Ask = Callable[[str], Any]


def paperchat(job: Job) -> list[Measure]:
    """Hybrid search with passages, without and with filters; memory afterwards."""
    asked = _asked(job)
    with _engine(job) as engine:
        before = time.perf_counter()
        _ = engine.library
        opened = time.perf_counter() - before

        def search(question: str, scope: Scope = EVERYTHING) -> Any:
            return engine.search(question, _K, scope)

        found = [Measure("start", "index opened, encoder loaded", "s", opened)]
        found += _latencies("search", search, asked.questions)
        few = asked.questions[: max(10, len(asked.questions) // 3)]
        for name, scope in asked.scopes.items():
            found += _alone(f"search, filter: {name}", partial(search, scope=scope), few)
        return [*found, *held("answering")]


def questions(job: Job) -> list[Measure]:
    """Answers in quotes mode: a plain question, a list, an overview, and a follow-up."""
    asked = _asked(job)
    first, *plain = asked.questions[::2]
    history = (Turn("user", first), Turn("assistant", "By a trick."))
    with _engine(job) as engine:
        taken = _taken(engine.ask, first)
        kinds: dict[str, tuple[Ask, Sequence[str]]] = {
            "plain question": (engine.ask, plain[: len(asked.lists)]),
            "which papers use ...": (engine.ask, asked.lists),
            "overview": (engine.ask, [f"Tell me about {topic}" for topic in inputs.TOPICS]),
            "how many papers": (engine.ask, [f"How many papers use {t}?" for t in inputs.TOPICS]),
            "follow-up": (partial(engine.ask, history=history), ["And how is it trained?"] * 3),
        }
        found = [Measure("answers", "first question in the process", "s", taken)]
        for name, (ask, those) in kinds.items():
            found += _alone(f"answers, {name}", ask, those)
        return [*found, *held("answering questions")]


def starter(job: Job) -> list[Measure]:
    """LlamaIndex's retriever: it embeds the question and asks Chroma."""
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    asked = _asked(job).questions
    with starter_chunks(Path(job.folder) / STARTER) as chunks:
        store = ChromaVectorStore(chroma_collection=chunks)
        index = VectorStoreIndex.from_vector_store(store, embed_model=MiniLM())
        retriever = index.as_retriever(similarity_top_k=_K)
        return [*_latencies("search", retriever.retrieve, asked), *held("answering")]


def bare(job: Job) -> list[Measure]:
    """The parts alone; a figure's name begins with its side. Numpy has one thread, as in ours."""
    import tantivy

    from rag.models.choice import open_embedder

    folder, asked = Path(job.folder), _asked(job).questions
    embedder = open_embedder(load_settings())
    vectors = dict(zip(asked, (embedder.embed_query(one) for one in asked), strict=True))
    words = tantivy.Index.open(str(folder / TANTIVY))
    searcher = words.searcher()
    rows = np.fromfile(folder / VECTORS, dtype=np.float32).reshape(-1, _DIMENSIONS)

    def lexical(question: str) -> Any:
        plain = "".join(c if c.isalnum() else " " for c in question)
        hits = searcher.search(words.parse_query(plain, ["text"]), _K).hits
        return [searcher.doc(where) for _, where in hits]

    with starter_chunks(folder / STARTER) as chunks, threadpool_limits(limits=1, user_api="blas"):
        sides: dict[str, Ask] = {
            figures.ENCODER: embedder.ask,
            figures.TANTIVY: lexical,
            figures.CHROMA: lambda question: _chroma(chunks, vectors[question]),
            figures.NUMPY: lambda question: _nearest(rows, vectors[question]),
        }
        return [
            measure._replace(name=f"{side}|{measure.name}")
            for side, ask in sides.items()
            for measure in _latencies("search", ask, asked)
        ]


def recall(job: Job) -> list[Measure]:
    """The share of the ten exactly nearest vectors that each dense search finds.

    In an index of stand-in vectors the questions are read by the stand-in, too.
    """
    with _engine(job) as engine:
        library, dense = engine.library, engine.library.dense
        reader = StandIn() if job.stand_in else library.embedder
        asked = [reader.embed_query(one) for one in _asked(job).questions[:_RECALLED]]
        exact = _exact(*stored_vectors(dense.chunks), asked)
        own = [[_row_id(*hit) for hit in dense.search_chunks(one, _K)] for one in asked]
        hnsw = [_chroma(dense.chunks, one) for one in asked]
    with starter_chunks(Path(job.folder) / STARTER) as chunks:
        exact_starter = _exact(*stored_vectors(chunks), asked)
        starters = [_chroma(chunks, one) for one in asked]
    shares = {
        "": _share(own, exact),
        f"{figures.OWN_CHROMA}|": _share(hnsw, exact),
        f"{figures.CHROMA}|": _share(starters, exact_starter),
    }
    return [
        Measure("recall@10", f"{side}dense search", "share", share)
        for side, share in shares.items()
    ]


def _engine(job: Job) -> Engine:
    return Engine(load_settings(index=Path(job.index), llm="quotes"))


def _asked(job: Job) -> inputs.Asked:
    return inputs.read_asked(Path(job.folder) / ASKED)


def _nearest(rows: Vector, vector: Vector) -> Any:
    scores = rows @ vector
    best = np.argpartition(scores, -_K)[-_K:]
    return best[np.argsort(-scores[best])]


def _exact(ids: Sequence[str], rows: Vector, asked: Sequence[Vector]) -> list[list[str]]:
    """The ids of the nearest rows by cosine, in 64-bit numbers."""
    exact = rows.astype(np.float64)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    return [[ids[at] for at in np.argsort(-(exact @ one))[:_K]] for one in asked]


def _chroma(chunks: Any, vector: Vector) -> list[str]:
    found = chunks.query(query_embeddings=vector[np.newaxis], n_results=_K, include=[])
    ids: list[str] = found["ids"][0]
    return ids


def _row_id(paper_id: str, hit: Any) -> str:
    return f"{paper_id}:{hit.start}-{hit.end}"


def _share(found: Sequence[Sequence[str]], exact: Sequence[Sequence[str]]) -> float:
    shares = [len({*a} & {*b}) / max(1, len(b)) for a, b in zip(found, exact, strict=True)]
    return float(np.mean(shares))


def _latencies(group: str, ask: Ask, asked: Sequence[str]) -> list[Measure]:
    return [*_alone(group, ask, asked), *_together(group, ask, asked)]


def _alone(group: str, ask: Ask, asked: Sequence[str]) -> list[Measure]:
    """One question after the other."""
    for question in asked[:_WARM]:
        ask(question)
    used = time.process_time()
    taken = [_taken(ask, question) for question in asked]
    used = time.process_time() - used
    return [
        *_percentiles(group, "", taken),
        Measure(group, "processor time", "ms", 1000 * used / len(asked)),
    ]


def _together(group: str, ask: Ask, asked: Sequence[str]) -> list[Measure]:
    """Eight threads that always have a question."""
    started = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as threads:
        taken = list(threads.map(partial(_taken, ask), [*asked, *asked]))
    rate = len(taken) / (time.perf_counter() - started)
    name = f"{_THREADS} threads"
    return [
        *_percentiles(group, f"{name}, ", taken),
        Measure(group, f"{name}, questions a second", "/s", rate),
    ]


def _taken(ask: Ask, question: str) -> float:
    started = time.perf_counter()
    ask(question)
    return time.perf_counter() - started


def _percentiles(group: str, before: str, taken: Sequence[float]) -> list[Measure]:
    return [
        Measure(group, f"{before}p{p}", "ms", 1000 * float(np.percentile(taken, p)))
        for p in (50, 95, 99)
    ]
