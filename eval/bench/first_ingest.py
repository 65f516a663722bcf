"""The first ingest of the delivered papers, beside the versions in other checkouts and LlamaIndex.

    python -m eval.bench.first_ingest [CHECKOUT ...]

LlamaIndex's side is its starter: a VectorStoreIndex in Chroma, with the packaged MiniLM through
its HuggingFaceEmbedding (pip install --no-deps llama-index-embeddings-huggingface). Each side is a
process of its own, in turn, into an empty folder. Seconds are those of the ingest, with everything
imported and the model loaded, and of the whole process; processor seconds, which other work on the
machine hardly changes, are summed over all cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

_ROUNDS = 5
_HERE = Path(__file__).resolve().parents[2]
_COLUMNS = ("seconds", "processor", "process_seconds", "process_processor", "bytes")


def main() -> None:
    """Measure every side in turn and print a table of medians."""
    sides = [(str(_HERE), "sync"), *((path, "sync") for path in sys.argv[1:])]
    sides.append((str(_HERE), "starter"))
    measured: list[list[dict[str, float]]] = [[] for _ in sides]
    for _ in range(_ROUNDS):
        for results, (checkout, side) in zip(measured, sides, strict=True):
            results.append(_process(checkout, side))
    print("| side | ingest s | processor s | whole process s | processor s | bytes |")
    print("|---|---|---|---|---|---|")
    for results, (checkout, side) in zip(measured, sides, strict=True):
        name = "LlamaIndex's starter" if side == "starter" else checkout
        cells = [median(result[column] for result in results) for column in _COLUMNS]
        print(
            f"| {name} | {' | '.join(f'{cell:,.2f}' for cell in cells[:-1])} | {cells[-1]:,.0f} |"
        )


def _process(checkout: str, side: str) -> dict[str, float]:
    """One ingest in a process of its own, which imports what is in ``checkout``."""
    path = os.pathsep.join([checkout, *filter(None, [os.environ.get("PYTHONPATH")])])
    with tempfile.TemporaryDirectory() as folder:
        started, before = time.perf_counter(), os.times()
        done = subprocess.run(
            [sys.executable, "-P", __file__, side, folder],
            env={**os.environ, "PYTHONPATH": path, "PAPERCHAT_LLM": "quotes"},
            cwd=checkout,
            check=True,
            stdout=subprocess.PIPE,
        )
        after = os.times()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    processor = sum(after[2:4]) - sum(before[2:4])
    own: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    whole = {"process_seconds": time.perf_counter() - started, "process_processor": processor}
    return {**own, **whole, "bytes": size}


def _sync(folder: Path) -> Callable[[], Any]:
    """This project's ingest, as far as an older version has the same names."""
    from rag.engine import Engine
    from rag.index import dense, lexical  # noqa: F401  (their import is not measured)
    from rag.index.build import pipeline  # noqa: F401  (their import is not measured)
    from rag.models.choice import open_embedder
    from rag.settings import load_settings

    settings = load_settings(index=folder / "index")
    embedder = open_embedder(settings)
    return Engine(settings, embedder=lambda: embedder).sync


def _starter(folder: Path) -> Callable[[], Any]:
    """LlamaIndex's, with abstracts as documents and titles as their metadata."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from rag.corpus.files import read_file
    from rag.corpus.record import Record
    from rag.models.packaged import packaged_minilm

    records = [one for one in read_file(_HERE / "data/trending-papers.txt")]
    papers = [
        Document(text=one.abstract, metadata={"title": one.title})
        for one in records
        if isinstance(one, Record)
    ]
    model = HuggingFaceEmbedding(model_name=str(packaged_minilm()), device="cpu")

    def ingest() -> None:
        client = chromadb.PersistentClient(str(folder))
        store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("papers"))
        VectorStoreIndex.from_documents(
            papers,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=model,
        )

    return ingest


def _measure(ingest: Callable[[], Any]) -> None:
    started, processor = time.perf_counter(), time.process_time()
    ingest()
    took = {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - processor,
    }
    print(json.dumps(took))


if __name__ == "__main__":
    if sys.argv[1:2] == ["sync"]:
        _measure(_sync(Path(sys.argv[2])))
    elif sys.argv[1:2] == ["starter"]:
        _measure(_starter(Path(sys.argv[2])))
    else:
        main()
