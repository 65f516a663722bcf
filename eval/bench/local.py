"""Timings of the embedded model: the first checked sentence, and a comparison."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from pathlib import Path

from eval.bench.table import Row
from rag.answering.selecting.groups import Selection
from rag.answering.writing.drafting import draft_claims
from rag.decisions.aspects import ASPECTS, choose_columns
from rag.engine import Engine
from rag.models.endpoints.chat import ChatModel
from rag.retrieval.search import retrieve
from rag.settings import load_settings
from rag.types import Evidence, Sentence, Span

_ABSTRACTS = 4
_COMPARED = 5
_OWN = "what is it trained on?"
_QUESTIONS = (
    "How does MultiModN fuse modalities?",
    "What did Convergent Learning find about the features of different networks?",
    "How do MindBridge and NeuroPictor differ?",
    "How are vision transformers combined with convolutions?",
    "Why do attention heads not all matter equally?",
)


def first_sentence() -> list[Row]:
    """From evidence sentences and from whole abstracts, on the same questions in turn."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="local")
        Engine(settings).sync()
        with Engine(settings) as engine:
            started = time.perf_counter()
            chat = engine.assistant.chat
            loaded = time.perf_counter() - started
            if chat is None:
                raise RuntimeError("local mode has a language model")
            ours, whole, naive = [], [], []
            for question in _QUESTIONS:
                first, total = _ours(engine, question)
                ours.append(first)
                whole.append(total)
                naive.append(_naive(engine, chat, question))
    return [
        Row("embedder and language model: imports, checks, load", (loaded,)),
        Row("first sentence, evidence sentences", tuple(ours), 8.0),
        Row("whole answer, evidence sentences", tuple(whole)),
        Row(f"first sentence, {_ABSTRACTS} whole abstracts", tuple(naive), 20.0),
    ]


def comparison() -> list[Row]:
    """Five papers by eight aspects; again from the cache; then one more column."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="local")
        with Engine(settings) as engine:
            engine.sync()
            ids = [paper.paper_id for paper in engine.library.papers[:_COMPARED]]
            whole = engine.compare(ids).timings
            again = engine.compare(ids).timings
            more = engine.compare(ids, (*ASPECTS, *choose_columns([_OWN], []))).timings
    return [
        Row(f"{_COMPARED} papers by 8 aspects: first row", (whole.first_row_ms / 1000,), 20.0),
        Row("- the whole", (whole.total_ms / 1000,)),
        Row("- again, from the cache", (again.total_ms / 1000,), 0.3),
        Row("- one more column", (more.total_ms / 1000,), 0.3 * whole.total_ms / 1000),
    ]


def _ours(engine: Engine, question: str) -> tuple[float, float]:
    started = time.perf_counter()
    first = 0.0
    for event in engine.stream(question):
        if isinstance(event, Sentence):
            first = first or time.perf_counter() - started
    return first, time.perf_counter() - started


def _naive(engine: Engine, chat: ChatModel, question: str) -> float:
    started = time.perf_counter()
    ranked = retrieve(engine.library, question, _ABSTRACTS).ranked
    abstracts = tuple(
        Evidence(i, r.paper, Span(r.paper.abstract, 0, len(r.paper.abstract)), r.score)
        for i, r in enumerate(ranked, start=1)
    )
    with closing(draft_claims(chat, question, Selection(abstracts, None))) as drafts:
        next(drafts, None)
        return time.perf_counter() - started
