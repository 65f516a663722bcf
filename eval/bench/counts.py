"""Counts what one question costs; unlike times, counts are the same on a busy machine.

    python -m eval.bench.counts

It counts passes of the embedder over a question, dense and lexical searches, texts that were
tokenised, and modules of the engine that were entered. Each question is asked twice, and the second
time counts, with warm caches.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from rag.engine import Engine
from rag.settings import load_settings
from rag.types import Turn

_HISTORY = (
    Turn("user", "How are pictures reconstructed from brain scans?"),
    Turn("assistant", "By diffusion."),
)
_QUESTIONS: dict[str, tuple[str, Sequence[Turn]]] = {
    "plain": ("Can images be generated from text?", ()),
    "of a named paper": ("How many parameters does SINet have?", ()),
    "with a history it does not need": ("Can images be generated from text?", _HISTORY),
    "list": ("Which papers use a mixture of experts?", ()),
}
_COLUMNS = ("embeddings", "dense searches", "lexical searches", "tokenised", "modules")


class _Counted:
    """Wraps a part of the index or the embedder; each call of one of ``names`` adds to a count."""

    def __init__(self, part: object, add: Callable[[], None], *names: str) -> None:
        self._part, self._add, self._names = part, add, names

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            self._add()
        return getattr(self._part, name)


def count(engine: Engine, question: str, history: Sequence[Turn]) -> Counter[str]:
    """The counts of one question."""
    counts: Counter[str] = Counter()

    def adding(name: str) -> Callable[[], None]:
        return lambda: counts.update((name,))

    library: Any = engine.library
    parts = {name: getattr(library, name) for name in ("embedder", "dense", "lexical")}
    analyzers = {name: getattr(library.lexical, name) for name in ("_query_stems", "_query_words")}
    library.embedder = _Counted(library.embedder, adding("embeddings"), "ask")
    library.dense = _Counted(library.dense, adding("dense searches"), "search_chunks")
    for name, analyzer in analyzers.items():
        setattr(library.lexical, name, _Counted(analyzer, adding("tokenised"), "analyze"))
    library.lexical = _Counted(library.lexical, adding("lexical searches"), "search")
    try:
        with _modules_entered() as modules:
            engine.ask(question, history=history)
    finally:
        for name, part in parts.items():
            setattr(library, name, part)
        for name, analyzer in analyzers.items():
            setattr(library.lexical, name, analyzer)
    counts["modules"] = len(modules)
    return counts


@contextmanager
def _modules_entered() -> Iterator[set[str]]:
    """The modules of `rag` in which a function is called during the block."""
    entered: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith("rag."):
            entered.add(name)

    sys.setprofile(note)
    try:
        yield entered
    finally:
        sys.setprofile(None)


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder) / "index", llm="quotes")
        with Engine(settings) as engine:
            engine.sync()
            print(f"| question | {' | '.join(_COLUMNS)} |\n|{'---|' * (len(_COLUMNS) + 1)}")
            for name, (question, history) in _QUESTIONS.items():
                engine.ask(question, history=history)
                counts = count(engine, question, history)
                print(f"| {name} | {' | '.join(str(counts[column]) for column in _COLUMNS)} |")


if __name__ == "__main__":
    main()
