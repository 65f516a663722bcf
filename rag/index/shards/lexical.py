"""BM25 over shards, with the scores of one index; see `level`."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain
from pathlib import Path
from typing import Protocol

from rag.index.shards.fan_out import FanOut
from rag.index.shards.level import BALLAST, documents_in
from rag.index.words.lexical import LexicalIndex
from rag.index.words.terms import NGRAM_BOOST, Clause, QueryTerms, weight
from rag.types import EVERYTHING, Scope

_REMEMBERED = 100_000  # frequencies of terms: 15 MB


class LexicalOfShard(Protocol):
    """What is asked of the lexical index of one shard."""

    def frequencies(self, clauses: Sequence[Clause]) -> list[int]: ...

    def best(
        self, clauses: Sequence[Clause], k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, float]]: ...

    def count(self, scope: Scope) -> int: ...

    def within(self, scope: Scope, most: int) -> list[str]: ...

    def may_hold(self, name: str, scope: Scope = EVERYTHING) -> list[str]: ...

    def key_counts(self, keys: Sequence[str]) -> list[int]: ...

    def holders(self, key: str, most: int) -> list[str]: ...

    def keys(self, kind: str, begin: str = "") -> list[tuple[str, int]]: ...


class LexicalShard(LexicalIndex):
    """A levelled lexical index."""

    def __init__(self, folder: Path, hidden: Collection[str] = ()) -> None:
        """Open the index in ``folder``, which `level` made. Raises OSError."""
        super().__init__(folder, [*hidden, BALLAST])
        self._counted = documents_in(folder)
        self._ballast = self.engine.searcher().doc_freq("paper_id", BALLAST)

    @property
    def size(self) -> int:
        return super().size - self._ballast

    def frequencies(self, clauses: Sequence[Clause]) -> list[int]:
        """How many papers here have the term of each clause in its field."""
        searcher = self.engine.searcher()
        return [searcher.doc_freq(clause.field, clause.term) for clause in clauses]

    def best(
        self, clauses: Sequence[Clause], k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, float]]:
        """The ``k`` best papers for clauses whose boosts contain the weight of rarity."""
        held = zip(clauses, self.frequencies(clauses), strict=True)
        here = [
            clause._replace(boost=clause.boost / weight(self._counted, [papers]))
            for clause, papers in held
            if papers
        ]
        return self.search_clauses(here, k, scope)


class ShardedLexical(QueryTerms):
    """The lexical indexes of all shards as one; ids and scores are those of one index."""

    def __init__(self, shards: FanOut, documents: int) -> None:
        """``documents`` are those of all shards that count for scores."""
        super().__init__()
        self._shards, self._documents = shards, documents
        self._known: dict[tuple[str, str], int] = {}

    @property
    def size(self) -> int:
        """How many papers are in the index, hidden ones and those of shards that are down too."""
        return sum(self._shards.papers)

    def search(self, text: str, k: int, scope: Scope = EVERYTHING) -> list[tuple[str, float]]:
        """As `LexicalIndex.search`."""
        clauses = self.clauses(text)
        held = zip(clauses, self._frequencies(clauses), strict=True)
        rare = [
            clause._replace(boost=clause.boost * weight(self._documents, [papers]))
            for clause, papers in held
            if papers
        ]
        if not rare:
            return []
        found = self._shards.ask(lambda _, shard: shard.lexical.best(rare, k, scope))
        return heapq.nsmallest(k, chain(*found), key=lambda item: (-item[1], item[0]))

    def count(self, scope: Scope) -> int:
        """As `LexicalIndex.count`."""
        return sum(self._shards.ask(lambda _, shard: shard.lexical.count(scope)))

    def within(self, scope: Scope, most: int) -> list[str]:
        """As `LexicalIndex.within`."""
        if most < 1:
            return []
        found = self._shards.ask(lambda _, shard: shard.lexical.within(scope, most))
        return list(chain(*found))[:most]

    def may_hold(self, name: str, scope: Scope = EVERYTHING) -> list[str]:
        """As `LexicalIndex.may_hold`."""
        found = self._shards.ask(lambda _, shard: shard.lexical.may_hold(name, scope))
        return list(chain(*found))

    def key_counts(self, keys: Sequence[str]) -> list[int]:
        """As `LexicalIndex.key_counts`."""
        found = self._shards.ask(lambda _, shard: shard.lexical.key_counts(keys))
        return [sum(papers) for papers in zip(*found, strict=True)]

    def holders(self, key: str, most: int) -> list[str]:
        """As `LexicalIndex.holders`."""
        found = self._shards.ask(lambda _, shard: shard.lexical.holders(key, most))
        return list(chain(*found))[:most]

    def keys(self, kind: str, begin: str = "") -> list[tuple[str, int]]:
        """As `LexicalIndex.keys`."""
        papers: Counter[str] = Counter()
        for found in self._shards.ask(lambda _, shard: shard.lexical.keys(kind, begin)):
            papers.update(dict(found))
        return list(papers.items())

    def frequency(self, term: str) -> int:
        """As `LexicalIndex.frequency`."""
        return max(self._frequencies([Clause(name, term, 1) for name in ("title", "abstract")]))

    def full_score(self, text: str) -> float:
        """As `LexicalIndex.full_score`."""
        words = [self.frequency(term) for term in self.terms(text)]
        ngrams = self._frequencies([Clause("ngrams", ngram, 1) for ngram in self.ngrams(text)])
        return weight(self.size, words) + NGRAM_BOOST * weight(self.size, ngrams)

    def _frequencies(self, clauses: Sequence[Clause]) -> list[int]:
        """How many papers have the term of each clause in its field, over all shards."""
        found = {key: self._known[key] for c in clauses if (key := c[:2]) in self._known}
        new = [clause for clause in clauses if clause[:2] not in found]
        if new:
            held = self._shards.ask(lambda _, shard: shard.lexical.frequencies(new))
            found |= {c[:2]: sum(n) for c, n in zip(new, zip(*held, strict=True), strict=True)}
            if len(held) == len(self._shards):  # else the numbers are too small
                self._remember(found)
        return [found[clause[:2]] for clause in clauses]

    def _remember(self, found: dict[tuple[str, str], int]) -> None:
        if len(self._known) > _REMEMBERED:
            self._known = {}
        self._known.update(found)
