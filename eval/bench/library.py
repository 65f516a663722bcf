"""Timings of a large library: a sync of unchanged files, and the removal of a paper.

    python -m eval.bench.library FILE [PAPERS]

The first PAPERS records of FILE (default 20,000) are indexed first, with random vectors, because
the model would take hours and its time says nothing about the index. Everything else is real; the
times are those of whole commands.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import cast

import numpy as np

from eval.bench.table import Row, show
from rag.corpus.files import read_file
from rag.corpus.record import Record
from rag.engine import Engine
from rag.models.embedder import EmbeddedChunk, Embedder, Vector
from rag.models.tokens import TokenStates, pack
from rag.settings import Settings, load_settings

_PAPERS = 20_000
_RUNS = 5
_DIMENSIONS = 384
_TOKENS = 60  # tokens of a chunk; an abstract of two chunks has about 250


class _Noise:
    """What indexing needs of an embedder, with random unit vectors."""

    limit = 254

    def __init__(self) -> None:
        self._draw = np.random.default_rng(0)

    def count(self, text: str) -> int:
        return len(text) // 5 + 1

    def embed_chunks(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[tuple[int, int]]],
        shifts: Sequence[int],
        progress: Callable[[int, int], None] | None = None,
    ) -> list[EmbeddedChunk]:
        if progress:
            progress(len(texts), len(texts))
        return [
            EmbeddedChunk(
                self._vectors(1)[0],
                pack(TokenStates(text, self._vectors(_TOKENS), _offsets(text)), shift),
                np.zeros((len(inside), 0), dtype=np.float32),
            )
            for text, inside, shift in zip(texts, sentences, shifts, strict=True)
        ]

    def _vectors(self, many: int) -> Vector:
        drawn: Vector = self._draw.standard_normal((many, _DIMENSIONS), dtype=np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn


def _offsets(text: str) -> tuple[tuple[int, int], ...]:
    """Offsets of tokens that are all equally long."""
    places = [len(text) * i // _TOKENS for i in range(_TOKENS)]
    return tuple((place, place + 1) for place in places)


def library(file: Path, papers: int, folder: Path) -> list[Row]:
    """Index the papers, sync them again, remove some."""
    part = folder / "papers.jsonl"
    _write_part(file, papers, part)
    settings = load_settings(index=folder / "index", llm="quotes")
    started = time.perf_counter()
    embedder = cast(Embedder, _Noise())
    engine = Engine(settings, embedder=lambda: embedder)
    ledger = engine.sync([part])
    built = time.perf_counter() - started
    again = [_command(settings, "ingest", str(part)) for _ in range(3)]
    ids = [paper.paper_id for paper in engine.folder.papers()[:_RUNS]]
    gone = [_command(settings, "remove", paper_id) for paper_id in ids]
    return [
        Row(f"{ledger.papers:,} papers indexed, the model's time apart", (built,)),
        Row("the same file again, whole command", tuple(again), 15.0),
        Row("one paper removed, whole command", tuple(gone), 1.0),
    ]


def _write_part(file: Path, papers: int, part: Path) -> None:
    """The first papers as JSON lines."""
    import json

    with part.open("w", encoding="utf-8") as out:
        records = (item for item in read_file(file) if isinstance(item, Record))
        for number, record in enumerate(islice(records, papers)):
            said = {"id": f"x{number}", "title": record.title, "abstract": record.abstract}
            out.write(json.dumps(said) + "\n")


def _command(settings: Settings, *arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "ui", "--index", str(settings.index), *arguments],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    papers = int(sys.argv[2]) if len(sys.argv) == 3 else _PAPERS
    with tempfile.TemporaryDirectory() as folder:
        print(show("library", library(Path(sys.argv[1]), papers, Path(folder))))


if __name__ == "__main__":
    main()
