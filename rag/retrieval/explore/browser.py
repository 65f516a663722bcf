"""Browsing the corpus: its map, search as you type, and what papers can be filtered by.

Nothing here is made before somebody browses: a program that only answers needs none of it.
"""

from __future__ import annotations

import os
import sys
import threading
import unicodedata
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.index.generations.manifest import Identity
from rag.index.library import Library
from rag.retrieval.explore.corpus_map import CorpusMap, make_map
from rag.retrieval.explore.facets import Facets, facets_of, sources_of
from rag.retrieval.explore.holding import can_hold, held
from rag.retrieval.explore.layout import Vectors
from rag.retrieval.explore.map_file import MapFile, StoredMap, base_of, key_of
from rag.retrieval.explore.typed_words import TypedWords
from rag.retrieval.search import retrieve
from rag.text.names.titles import normalise_title
from rag.types import Filter, Paper

_RANKED = 240  # papers that a search ranks at most; other matches follow in order
_MOST_SIMILAR = 12  # papers that are shown for their meaning alone
# A paper is similar to the typed text from this score, and this share of the best score, on. Words
# that no delivered paper is about have a best score of .25.
_LEAST, _OF_BEST = 0.36, 0.6
_NICENESS = 10  # of the thread that makes the map, so that answers come first


@dataclass(frozen=True, slots=True)
class Found:
    """Indexes into `Library.papers`, best first.

    ``words``: papers that have every typed word, or a word that begins with it.
    ``near``: other papers, similar in meaning.
    """

    words: tuple[int, ...]
    near: tuple[int, ...]


class CorpusBrowser:
    """Browses one library. Thread-safe; the map is computed once."""

    def __init__(self, library: Library, identity: Identity, file: MapFile) -> None:
        self.library = library
        self._identity, self._file = identity, file
        self._typed = TypedWords(library.papers)
        self._lock = threading.Lock()
        self._map: Future[CorpusMap] | None = None
        self._preparing = False

    @cached_property
    def key(self) -> str:
        """A hash of the papers and of what made their vectors."""
        return key_of(self.library.papers, self._identity)

    @cached_property
    def facets(self) -> Facets:
        """What the papers can be filtered by."""
        return facets_of(self.library.papers)

    @cached_property
    def sources(self) -> Sequence[tuple[str, int]]:
        """Each file or reference with its number of papers, the largest first."""
        return sources_of(self.library.papers)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {paper.paper_id: at for at, paper in enumerate(self.library.papers)}

    @cached_property
    def title_ranks(self) -> NDArray[np.uint32]:
        """Each paper's place in the order of titles, without regard to case and accents."""
        folded = [_folded(paper.title) for paper in self.library.papers]
        ranks = np.empty(len(folded), dtype=np.uint32)
        ranks[sorted(range(len(folded)), key=folded.__getitem__)] = np.arange(len(folded))
        return ranks

    def papers_at(self, places: Sequence[int]) -> list[Paper]:
        """The papers at these indexes."""
        papers = self.library.papers
        return [papers[at] for at in places]

    def places(self, paper_ids: Sequence[str]) -> list[int]:
        """The indexes of those of these papers that are here, in the order given."""
        return [self._place[paper_id] for paper_id in paper_ids if paper_id in self._place]

    def within(self, wanted: Filter) -> list[int]:
        """The indexes of the papers that pass the filter, in order.

        Raises InputError if it is by the reader's marks and no paper has them.
        """
        scope = self.library.scope((), wanted)
        ids = self.library.lexical.within(scope, len(self.library.papers))
        return sorted(self.places(ids))

    def prepare(self) -> None:
        """Begin to prepare the search of words in the background; returns at once."""
        with self._lock:
            begun, self._preparing = self._preparing, True
        if not begun:
            threading.Thread(target=self._typed.prepare, name="browse-words", daemon=True).start()

    def corpus_map(self, *, anew: bool = False) -> Future[CorpusMap]:
        """The map, read from its file or computed in a thread. Returns at once.

        The papers of the map that is stored keep their places, unless ``anew`` asks for another
        layout. If computing it failed, the next call tries again.
        """
        with self._lock:
            done = self._map is not None and self._map.done()
            if self._map is None or (done and (anew or self._map.exception())):
                self._map = Future()
                self._map.set_running_or_notify_cancel()  # so that no waiting caller can cancel it
                args = (self._map, anew)
                threading.Thread(
                    target=self._compute, args=args, name="paperchat-map", daemon=True
                ).start()
            return self._map

    def _compute(self, result: Future[CorpusMap], anew: bool) -> None:
        try:
            stored = None if anew else self._file.get()
            if stored is None or stored.key != self.key:
                ids = tuple(paper.paper_id for paper in self.library.papers)
                stored = StoredMap(self.key, base_of(self._identity), ids, self._made(ids, stored))
                self._file.put(stored)
            result.set_result(stored.made)
        except Exception as exc:  # noqa: BLE001 - raised where the result is awaited
            result.set_exception(exc)

    def _made(self, ids: Sequence[str], before: StoredMap | None) -> CorpusMap:
        """The map of the papers with these ``ids``, from the one ``before`` if that can be held."""
        vectors, library = _PaperVectors(self.library), self.library
        if before is not None and before.base != base_of(self._identity):
            before = None
        if before is not None and can_hold(before.made, before.papers, ids):
            return held(before.made, before.papers, ids, vectors)
        _give_way()
        texts = [(paper.title, paper.abstract) for paper in library.papers]
        made = make_map(vectors, texts, library.embedder.embed)
        return replace(made, instead=before is not None and not set(ids).isdisjoint(before.papers))

    def find(self, text: str) -> Found:
        """The papers for the text typed so far; none if it has no word."""
        words = normalise_title(text).split()
        if not words:
            return Found((), ())
        ranked = retrieve(self.library, text, _RANKED).ranked
        best_first = self.places([item.paper.paper_id for item in ranked])
        matching = self._typed.papers_with(words)
        titled = set(self._typed.titled(matching, words))
        others = set(matching).difference(titled)
        order = [
            *(at for at in best_first if at in titled),
            *sorted(titled.difference(best_first)),
            *(at for at in best_first if at in others),
            *sorted(others.difference(best_first)),
        ]
        least = max(_LEAST, _OF_BEST * max((item.score for item in ranked), default=0.0))
        near = [
            at
            for at, item in zip(best_first, ranked, strict=True)
            if item.score >= least and at not in titled and at not in others
        ]
        return Found(tuple(order), tuple(near[:_MOST_SIMILAR]))


class _PaperVectors:
    """The papers' vectors, read as they are asked for: all at once may not fit into memory."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __len__(self) -> int:
        return len(self._library.papers)

    def __getitem__(self, places: NDArray[np.intp]) -> Vectors:
        papers = self._library.papers
        vectors: Vectors = self._library.dense.paper_vectors([papers[at].paper_id for at in places])
        return vectors


def _folded(title: str) -> str:
    """A title for sorting: in small letters, without accents."""
    text = unicodedata.normalize("NFKD", title)
    return "".join(letter for letter in text if not unicodedata.combining(letter)).casefold()


def _give_way() -> None:
    """Let other threads go first on a busy machine. Only Linux has priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
