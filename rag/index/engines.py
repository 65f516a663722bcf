"""What a library needs of its engines: of one folder, of several shards, or of other machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rag.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from rag.index.vectors.hits import Hit
    from rag.index.vectors.read_paper import ReadPaper
    from rag.models.embedding.embedder import Vector


class Dense(Protocol):
    """See `rag.index.vectors.dense.DenseIndex`."""

    @property
    def chunks(self) -> Any: ...

    def search_chunks(
        self, query: Vector, k: int, scope: Scope = EVERYTHING
    ) -> list[tuple[str, Hit]]: ...

    def paper_vectors(self, papers: Sequence[str]) -> Vector: ...

    def close(self) -> None: ...


class Lexical(Protocol):
    """See `rag.index.words.lexical.LexicalIndex`."""

    def terms(self, text: str) -> list[str]: ...

    def stems(self, text: str) -> list[str]: ...

    def search(self, text: str, k: int, scope: Scope = EVERYTHING) -> list[tuple[str, float]]: ...

    @property
    def size(self) -> int: ...

    def count(self, scope: Scope) -> int: ...

    def within(self, scope: Scope, most: int) -> list[str]: ...

    def may_hold(self, name: str, scope: Scope = EVERYTHING) -> list[str]: ...

    def key_counts(self, keys: Sequence[str]) -> list[int]: ...

    def holders(self, key: str, most: int) -> list[str]: ...

    def keys(self, kind: str, begin: str = "") -> list[tuple[str, int]]: ...

    def frequency(self, term: str) -> int: ...

    def full_score(self, text: str) -> float: ...


class Tokens(Protocol):
    """See `rag.index.vectors.token_store.TokenStore`."""

    def of(self, papers: Sequence[str]) -> dict[str, ReadPaper]: ...

    def close(self) -> None: ...
