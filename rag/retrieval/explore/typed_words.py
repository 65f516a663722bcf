"""Finds papers by the words that a reader has typed so far; the last may be half a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from rag.text.names.titles import normalise_title
from rag.types import Paper

_REMEMBERED = 64  # words with their papers; a word that is typed on searches only those


class TypedWords:
    """Looks for words in all titles and abstracts. Thread-safe.

    Normalised texts are made when first needed (some seconds for 100,000 papers) and take about
    as much memory as the papers' own.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers
        self._known: dict[str, Sequence[int]] = {}

    # Each word follows a blank, so that " wor" finds words that begin with "wor".
    @cached_property
    def _titles(self) -> Sequence[str]:
        return [f" {normalise_title(paper.title)}" for paper in self._papers]

    @cached_property
    def _texts(self) -> Sequence[str]:
        return [f" {normalise_title(f'{p.title} {p.abstract}')}" for p in self._papers]

    def prepare(self) -> None:
        """Make the normalised texts now."""
        _ = self._titles, self._texts

    def papers_with(self, words: Iterable[str]) -> Sequence[int]:
        """The places of the papers that have every word, or one that begins with it, in order."""
        found: Sequence[int] = range(len(self._papers))
        for word in sorted(set(words), key=len, reverse=True):  # long words are rare
            found = self._among(found, word) if len(found) < len(self._papers) else self._all(word)
        return found

    def titled(self, places: Iterable[int], words: Iterable[str]) -> Sequence[int]:
        """Those of ``places`` that have the words in their titles, in the same order."""
        titles, found = self._titles, list(places)
        for begun in (f" {word}" for word in words):
            found = [at for at in found if begun in titles[at]]
        return found

    def _all(self, word: str) -> Sequence[int]:
        """The papers with ``word``; looked for among those with its longest known beginning."""
        known = self._known
        if word not in known:
            begun = (known[word[:end]] for end in range(len(word), 0, -1) if word[:end] in known)
            found = self._among(next(begun, range(len(self._papers))), word)
            if len(known) >= _REMEMBERED:
                self._known = known = {}
            known[word] = found
        return known[word]

    def _among(self, places: Iterable[int], word: str) -> Sequence[int]:
        texts, begun = self._texts, f" {word}"
        return [at for at in places if begun in texts[at]]
