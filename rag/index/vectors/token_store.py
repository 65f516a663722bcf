"""The token store: every paper of a generation as the encoder read it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.index.vectors.paper_rows import PaperRows
from rag.index.vectors.read_paper import ReadPaper


class TokenStore:
    """`ReadPaper` by paper id; thread-safe."""

    def __init__(self, rows: PaperRows) -> None:
        self._rows = rows

    def close(self) -> None:
        """Nothing to close: files are unmapped when nobody reads them."""

    def of(self, papers: Sequence[str]) -> dict[str, ReadPaper]:
        """Those of these papers that are here, by id."""
        found: dict[str, ReadPaper] = {}
        for paper_id, row in zip(papers, self._rows.find(papers).tolist(), strict=True):
            if row >= 0:
                part, own = self._rows.place(row)
                found[paper_id] = part.read(own)
        return found

    def count_sentences(self) -> int:
        """How many sentences all papers have."""
        return self._rows.counts()[1]
