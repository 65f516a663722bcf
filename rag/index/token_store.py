"""The token store: every paper as the encoder read it, in one SQLite file, one row per paper."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from rag.index.faults import reading
from rag.index.read_paper import ReadPaper

_BATCH = 500  # ids in one statement; SQLite's own limit is higher
# Bytes. A text or a vector that is longer ends in a page of its own, which is half empty.
PAGE = 1024
_TABLE = (
    "CREATE TABLE IF NOT EXISTS papers"
    " (paper_id TEXT PRIMARY KEY, bits BLOB NOT NULL, ends BLOB NOT NULL, roles BLOB NOT NULL)"
)


class TokenStore:
    """`ReadPaper` by paper id. Reading is thread-safe; only one process may write."""

    def __init__(self, file: Path, *, create: bool = False) -> None:
        """Open ``file``. Raises OSError if it does not exist or is not a token store."""
        if not create and not file.exists():
            raise FileNotFoundError(2, "no tokens there", str(file))
        # A current generation is never written again, so a reader needs no locks, and can read from
        # a read-only disk.
        address = str(file) if create else f"{file.resolve().as_uri()}?immutable=1"
        self._file, self._lock = file, threading.Lock()
        self._rows = sqlite3.connect(address, uri=not create, check_same_thread=False)
        try:
            self._rows.execute(f"PRAGMA page_size = {PAGE}")  # of a new file
            self._rows.execute(_TABLE if create else "SELECT 1 FROM papers LIMIT 1")
        except sqlite3.Error as exc:
            self._rows.close()
            raise OSError(5, f"the tokens cannot be read, {exc}", str(file)) from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._rows.close()

    def replace(self, remove: Iterable[str], add: Mapping[str, ReadPaper]) -> None:
        """Remove papers and add papers, in one transaction."""
        rows = [(i, p.bits.tobytes(), p.ends.tobytes(), p.roles.tobytes()) for i, p in add.items()]
        with self._lock, self._rows:
            self._rows.executemany("DELETE FROM papers WHERE paper_id = ?", [(i,) for i in remove])
            self._rows.executemany("INSERT OR REPLACE INTO papers VALUES (?, ?, ?, ?)", rows)

    def of(self, papers: Sequence[str]) -> dict[str, ReadPaper]:
        """Those of these papers that are here, by id."""
        found: dict[str, ReadPaper] = {}
        for start in range(0, len(papers), _BATCH):
            batch = papers[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            query = f"SELECT * FROM papers WHERE paper_id IN ({marks})"
            with self._lock, reading(self._file, sqlite3.Error):
                rows = self._rows.execute(query, list(batch)).fetchall()
            found |= {paper_id: _paper_of(*columns) for paper_id, *columns in rows}
        return found

    def count_sentences(self) -> int:
        """How many sentences all papers have."""
        # Two 32-bit numbers for each sentence and for the title.
        query = "SELECT coalesce(sum(length(ends) / 8 - 1), 0) FROM papers"
        with self._lock:
            return int(self._rows.execute(query).fetchone()[0])


def _paper_of(bits: bytes, ends: bytes, roles: bytes) -> ReadPaper:
    places = np.frombuffer(ends, dtype=np.int32).reshape(-1, 2)
    tokens, sentences = int(places[-1, 1]), len(places) - 1
    return ReadPaper(
        np.frombuffer(bits, dtype=np.uint8).reshape(tokens, len(bits) // max(1, tokens)),
        places,
        np.frombuffer(roles, dtype=np.float16).reshape(
            sentences, len(roles) // 2 // max(1, sentences)
        ),
    )
