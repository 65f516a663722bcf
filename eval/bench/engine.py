"""Timings of the engine in this process: ingest, questions and a comparison, all in quotes mode."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from eval.bench.table import Row
from rag.engine import Engine
from rag.models.choice import open_embedder
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings, load_settings
from rag.types import Paper

_INGESTS = 3
_QUESTIONS = 150
_COMPARISONS = 9


def ingest() -> list[Row]:
    """The delivered corpus into an empty folder, and again; imports and loading not included."""
    from rag.index.build import pipeline  # noqa: F401  (their import is not measured)
    from rag.index.vectors import dense  # noqa: F401  (its import is not measured)
    from rag.index.words import lexical  # noqa: F401  (its import is not measured)

    started = time.perf_counter()
    settings = load_settings()
    embedder = open_embedder(settings)
    loaded = time.perf_counter() - started
    first, again = [], []
    for _ in range(_INGESTS):
        with tempfile.TemporaryDirectory() as folder:
            settings = load_settings(index=Path(folder) / "index", llm="quotes")
            first.append(_timed_sync(settings, embedder))
            again.append(_timed_sync(settings, embedder))
    return [
        Row("embedder: imports and load", (loaded,)),
        Row("first ingest of 82 papers", tuple(first), 5.0),
        Row("unchanged re-ingest", tuple(again), 1.0),
    ]


def comparison() -> list[Row]:
    """Ten papers by the eight aspects, without a language model, once open."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="quotes")
        with Engine(settings) as engine:
            engine.sync()
            ids = [paper.paper_id for paper in engine.library.papers[:10]]
            engine.compare(ids)
            taken = []
            for _ in range(_COMPARISONS):
                started = time.perf_counter()
                engine.compare(ids)
                taken.append(time.perf_counter() - started)
    return [Row("10 papers by 8 aspects, warm", tuple(taken), 1.0)]


def questions() -> list[Row]:
    """Questions made of the titles, one by one and as a batch file of `paperchat ask`."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="quotes")
        engine = Engine(settings)
        engine.sync()
        asked = _questions(engine.library.papers)
        engine.ask(asked[0])
        single, sources = [], []
        for question in asked:
            started = time.perf_counter()
            stream = engine.stream(question)
            next(stream)
            sources.append(time.perf_counter() - started)
            for _ in stream:
                pass
            single.append(time.perf_counter() - started)
        whole, after_first = _batch(settings, asked, Path(folder) / "batch.jsonl")
    return [
        Row("one question, warm", tuple(single), 0.15),
        Row("its sources", tuple(sources), 0.3),
        Row(f"ask --batch, {len(asked)} questions, models loaded", (after_first,), 30.0),
        Row(f"ask --batch, {len(asked)} questions, imports and loading too", (whole,)),
    ]


def _questions(papers: Sequence[Paper]) -> list[str]:
    made = [f"What does {paper.title} propose?" for paper in papers]
    made += [f"Which results are reported on {paper.title.split(':')[0]}?" for paper in papers]
    return made[:_QUESTIONS]


def _timed_sync(settings: Settings, embedder: Embedder) -> float:
    started = time.perf_counter()
    Engine(settings, embedder=lambda: embedder).sync()
    return time.perf_counter() - started


def _batch(settings: Settings, asked: list[str], path: Path) -> tuple[float, float]:
    """Seconds for the whole command, and from its first answer to its last."""
    lines = [json.dumps({"id": str(i), "question": q}) for i, q in enumerate(asked)]
    path.write_text("\n".join(lines), encoding="utf-8")
    started = time.perf_counter()
    first = 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "ui", "ask", "--batch", str(path), "--json", "--llm", "quotes"],
        env={**os.environ, "PAPERCHAT_INDEX": str(settings.index)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdout is not None
        for _ in child.stdout:
            first = first or time.perf_counter()
    ended = time.perf_counter()
    return ended - started, ended - first
