"""Looking papers up by their keys in the lexical index; see `rag.index.keys`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tantivy

from rag.index.faults import reading


class Lookups:
    """The part of `LexicalIndex` that looks keys up. Papers that are hidden have none."""

    _folder: Path
    _index: tantivy.Index
    _schema: tantivy.Schema

    def _shown(self, query: tantivy.Query) -> tantivy.Query:
        """``query`` without hidden papers."""
        raise NotImplementedError

    def has_key(self, key: str) -> bool:
        """Whether a paper has a key, which begins with its kind."""
        counted = self._index.searcher().doc_freq("keys", key)  # quick, but with hidden papers
        return counted > 0 and self.key_count(key) > 0

    def key_count(self, key: str) -> int:
        """How many papers have a key."""
        found: Any = self._index.searcher().search(self._keyed(key), 1, count=True)
        return int(found.count)

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
