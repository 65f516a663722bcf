"""How long each stage of an ingest takes: timers around the functions that do it."""

from __future__ import annotations

import functools
import importlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from eval.bench.scale.report.figures import Measure

# A stage's functions, as "module:name" where they are looked up. None of them calls another one.
STAGES: dict[str, tuple[str, ...]] = {
    "read": ("rag.index.build.writer:read_given",),
    "merge and plan": (
        "rag.index.generations.generations:IndexFolder.records",
        "rag.index.generations.generations:IndexFolder.stored",
        "rag.index.build.sync:replace_records",
        "rag.index.build.sync:merge",
        "rag.index.build.sync:changes_between",
    ),
    "chunk": ("rag.index.build.pipeline:chunk_paper",),
    "encode": ("rag.models.embedding.embedder:Embedder.embed_chunks",),
    "store in Chroma": (
        "rag.index.vectors.dense:DenseIndex.add_chunks",
        "rag.index.vectors.dense:DenseIndex.remove",
        "rag.index.vectors.dense:DenseIndex.finish",
    ),
    "store vectors and tokens": (
        "rag.index.vectors.parts:PartWriter.append",
        "rag.index.build.merging:merge_parts",
    ),
    "store words": ("rag.index.words.lexical:LexicalIndex.replace",),
    "papers and records": ("rag.index.build.batches:write_contents",),
    "generation": (
        "rag.index.generations.generations:IndexFolder.check",
        "rag.index.generations.generations:shutil.copytree",
        "rag.index.generations.generations:flush",
        "rag.index.generations.generations:IndexFolder.point_at",
    ),
}


class Stages:
    """Seconds of each stage, and processor seconds of the threads that called its functions.

    A thread that stores while others embed also waits for them; that is in its seconds alone.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._processor: dict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time the stages within the block. Raises AttributeError for a function that is gone."""
        with ExitStack() as patches:
            for stage, names in STAGES.items():
                for name in names:
                    owner, attribute = _place(name)
                    wrapped = self._wrapped(stage, getattr(owner, attribute))
                    static = isinstance(vars(owner).get(attribute), staticmethod)
                    put = staticmethod(wrapped) if static else wrapped
                    patches.enter_context(mock.patch.object(owner, attribute, put))
            yield

    def measures(self, papers: int) -> list[Measure]:
        """Milliseconds a paper of each stage; those of stages at the same time overlap."""
        kinds = {
            "ingest by stage": self.seconds,
            "ingest by stage, processor of the calling thread": self._processor,
        }
        return [
            Measure(group, stage, "ms/paper", 1000 * taken[stage] / papers)
            for group, taken in kinds.items()
            for stage in STAGES
        ]

    def _wrapped(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            started, used = time.perf_counter(), time.thread_time()
            try:
                return function(*args, **options)
            finally:
                with self._lock:
                    self.seconds[stage] += time.perf_counter() - started
                    self._processor[stage] += time.thread_time() - used

        return timed


def _place(name: str) -> tuple[Any, str]:
    """The object that has the named function as an attribute, and the attribute's name."""
    module, _, path = name.partition(":")
    *owners, attribute = path.split(".")
    owner: Any = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    return owner, attribute
