"""The cache of cells that a language model wrote, so that no cell is requested twice.

One SQLite file in the root of the index folder has them, so they outlive the index's generations.
A cell is found again if the paper's text, the aspect, the prompt's version and the model are the
same.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

FILE = "cells.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS cells (key TEXT PRIMARY KEY, cell TEXT NOT NULL)"


class CellCache:
    """JSON values by key. Safe to share among threads and processes; a failing file reads empty."""

    def __init__(self, root: Path) -> None:
        """Store cells in ``root``, or in memory if that cannot be written to."""
        self._lock = threading.Lock()
        try:
            self._rows = self._open(str(root / FILE))
        except sqlite3.Error:
            self._rows = self._open(":memory:")

    def _open(self, address: str) -> sqlite3.Connection:
        rows = sqlite3.connect(address, check_same_thread=False, timeout=5)
        try:
            with rows:
                rows.execute(_TABLE)
        except sqlite3.Error:
            rows.close()
            raise
        return rows

    def get(self, keys: Sequence[str]) -> dict[str, object]:
        """The values that are stored under these keys."""
        found: dict[str, object] = {}
        with self._lock, suppress(sqlite3.Error):
            for key in keys:
                row = self._rows.execute("SELECT cell FROM cells WHERE key = ?", (key,)).fetchone()
                if row:
                    with suppress(ValueError):
                        found[key] = json.loads(row[0])
        return found

    def put(self, cells: Mapping[str, object]) -> None:
        """Store these. If the disk is full or locked, nothing is stored and nothing is raised."""
        rows = [(key, json.dumps(cell, ensure_ascii=False)) for key, cell in cells.items()]
        with self._lock, suppress(sqlite3.Error), self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO cells VALUES (?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._rows.close()


def key_of(*parts: str) -> str:
    """A key for these parts, in this order; no two lists of parts share one."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
