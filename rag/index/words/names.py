"""The names of authors, by the words that they are found by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from rag.index.engines import Lexical
from rag.index.words.keys import BEHIND

_REMEMBERED = 256  # words whose names are kept


class Names(Mapping[str, frozenset[str]]):
    """The names as they are written, by each word of one kind of key.

    Looking one up reads a few terms of the lexical index; going through all takes half a second
    for 100,000 papers, once.
    """

    def __init__(self, lexical: Lexical, kind: str) -> None:
        self._lexical, self._kind = lexical, kind
        self._names = lru_cache(_REMEMBERED)(self._read)

    def __getitem__(self, word: str) -> frozenset[str]:
        if names := self._names(word):
            return names
        raise KeyError(word)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __bool__(self) -> bool:
        return bool(self._words)

    def _read(self, word: str) -> frozenset[str]:
        begin = f"{word}{BEHIND}"
        found = self._lexical.keys(self._kind, begin)
        return frozenset(key.removeprefix(begin) for key, _ in found)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        keys = (key.partition(BEHIND)[0] for key, _ in self._lexical.keys(self._kind))
        return tuple(dict.fromkeys(sorted(keys)))
