"""Looking papers up by their keys in the lexical index; see `rag.index.words.keys`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy

from rag.index.generations.faults import reading


class Lookups(ABC):
    """The part of `LexicalIndex` that looks keys up. Papers that are hidden have none."""

    _folder: Path
    _index: tantivy.Index
    _schema: tantivy.Schema

    @abstractmethod
    def _shown(self, query: tantivy.Query) -> tantivy.Query:
        """``query`` without hidden papers."""

    def key_counts(self, keys: Sequence[str]) -> list[int]:
        """How many papers have each key, which begins with its kind."""
        searcher = self._index.searcher()
        counts = []
        for key in keys:
            counted = searcher.doc_freq("keys", key)  # quick, but with hidden papers
            found: Any = searcher.search(self._keyed(key), 1, count=True) if counted else None
            counts.append(int(found.count) if found else 0)
        return counts

    def holders(self, key: str, most: int) -> list[str]:
        """The ids of at most ``most`` papers that have a key, in no particular order."""
        searcher = self._index.searcher()
        hits = searcher.search(self._keyed(key), most, count=False).hits
        return [str(searcher.doc(where).get_first("paper_id")) for _, where in hits]

    def keys(self, kind: str, begin: str = "") -> list[tuple[str, int]]:
        """The keys of a kind that begin so, without the kind, and how many papers have each."""
        searcher = self._index.searcher()
        every = self._shown(tantivy.Query.all_query())
        with reading(self._folder, ValueError):
            found = searcher.terms_with_prefix("keys", f"{kind}{begin}", every)
        return [(key.removeprefix(kind), papers) for key, papers in found if papers]

    def _keyed(self, key: str) -> tantivy.Query:
        """All papers that have a key."""
        term = tantivy.Query.term_query(self._schema, "keys", key, index_option="basic")
        return self._shown(tantivy.Query.const_score_query(term, 0.0))
