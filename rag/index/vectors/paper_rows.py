"""The embedded papers of a generation: its parts, and which of their rows count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from rag.index.vectors.parts import EmbeddedPaper, Mask, Numbers, Part, Rows, numbers_of

_LIVE = "live.bin"  # a byte for each paper of all parts: whether it counts


class PaperRows:
    """The papers of all parts, one row each, numbered through; thread-safe.

    A paper has at most one row that is live.
    """

    def __init__(self, parts: Sequence[Part], live: Mask) -> None:
        self.parts, self.live = tuple(parts), live
        # The papers of part i are those from first_rows[i] to first_rows[i + 1].
        self.first_rows: Rows = np.cumsum([0, *map(len, parts)])
        numbers = [part.papers["number"] for part in parts]
        self.numbers: Numbers = np.concatenate([np.zeros(0, dtype=np.uint64), *numbers])
        shown = np.flatnonzero(live)
        order = np.argsort(self.numbers[shown], kind="stable")
        self._by_number = shown[order]
        self._sorted = self.numbers[self._by_number]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the parts in ``folder``; there are none if it does not exist.

        Raises OSError for parts that are not whole.
        """
        if not folder.is_dir():
            return cls((), np.zeros(0, dtype=np.bool_))
        parts = [Part(path) for path in sorted(folder.iterdir()) if path.is_dir()]
        live = np.fromfile(folder / _LIVE, dtype=np.uint8).astype(np.bool_)
        if len(live) != sum(map(len, parts)):
            raise OSError(5, "it does not fit the parts", str(folder / _LIVE))
        return cls(parts, live)

    def write_live(self, folder: Path) -> None:
        """Write which rows count beside the parts in ``folder``. Raises OSError."""
        self.live.astype(np.uint8).tofile(folder / _LIVE)

    def rows_of(self, numbers: Numbers) -> Rows:
        """The live row of each paper, by `number_of` its id; -1 where there is none."""
        if not len(self._sorted):
            return np.full(len(numbers), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        return np.where(self._sorted[places] == numbers, self._by_number[places], -1)

    def find(self, paper_ids: Iterable[str]) -> Rows:
        """The live row of each paper; -1 where there is none."""
        return self.rows_of(numbers_of(paper_ids))

    def place(self, row: int) -> tuple[Part, int]:
        """The part of a row, and the row's place in it."""
        at = int(np.searchsorted(self.first_rows, row, side="right")) - 1
        return self.parts[at], row - int(self.first_rows[at])

    def embedded(self, paper_id: str) -> EmbeddedPaper | None:
        """All that is stored of a paper; None if it has no live row."""
        [row] = self.find([paper_id]).tolist()
        if row < 0:
            return None
        part, own = self.place(row)
        return part.embedded(own)

    def paper_ids(self, rows: Rows) -> list[str]:
        """The ids of the papers in these rows."""
        ids = np.empty(len(rows), dtype=object)
        for part, first, end in zip(
            self.parts, self.first_rows[:-1], self.first_rows[1:], strict=True
        ):
            inside = np.flatnonzero((rows >= first) & (rows < end))
            ids[inside] = part.paper_ids(rows[inside] - first)
        found: list[str] = ids.tolist()
        return found

    def chunk_counts(self) -> Rows:
        """How many chunks each row has; shape (rows,)."""
        counts = [np.diff(part.first_chunks) for part in self.parts]
        return np.concatenate([np.zeros(0, dtype=np.int64), *counts])

    def sentence_counts(self) -> Rows:
        """How many sentences each row has; shape (rows,)."""
        counts = [part.sentences for part in self.parts]
        return np.concatenate([np.zeros(0, dtype=np.int64), *counts])

    def counts(self) -> tuple[int, int]:
        """How many chunks and how many sentences all papers have."""
        chunks, sentences = self.chunk_counts(), self.sentence_counts()
        return int(chunks[self.live].sum()), int(sentences[self.live].sum())
