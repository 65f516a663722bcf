"""Browsing the corpus: its map, and search as you type."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from rag.index.library import Library
from rag.index.manifest import Identity
from rag.retrieval.explore.corpus_map import CorpusMap, make_map
from rag.retrieval.explore.map_file import MapFile, key_of
from rag.retrieval.search import retrieve
from rag.text.titles import normalise_title
from rag.types import Filter, Scope

_MOST_SIMILAR = 12  # papers that are shown for their meaning alone
# A paper is similar to the typed text from this score, and this share of the best score, on. Words
# that no delivered paper is about have a best score of .25.
_LEAST, _OF_BEST = 0.36, 0.6


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
        self.key = key_of(library.papers, identity)
        self._file = file
        self._place = {paper.paper_id: at for at, paper in enumerate(library.papers)}
        # Each word follows a blank, so that " wor" finds words that begin with "wor".
        self._titles = [f" {normalise_title(paper.title)}" for paper in library.papers]
        self._texts = [f" {normalise_title(f'{p.title} {p.abstract}')}" for p in library.papers]
        self._lock = threading.Lock()
        self._map: Future[CorpusMap] | None = None

    def within(self, wanted: Filter) -> list[int]:
        """The indexes of the papers that pass the filter, in order."""
        papers = self.library.papers
        ids = set(self.library.lexical.within(Scope(filter=wanted), len(papers)))
        return [at for at, paper in enumerate(papers) if paper.paper_id in ids]

    def corpus_map(self) -> Future[CorpusMap]:
        """The map, read from its file or computed in a thread. Returns at once.

        If computing it failed, the next call tries again.
        """
        with self._lock:
            failed = self._map is not None and self._map.done() and self._map.exception()
            if self._map is None or failed:
                self._map = Future()
                self._map.set_running_or_notify_cancel()  # so that no waiting caller can cancel it
                args = (self._map,)
                threading.Thread(
                    target=self._compute, args=args, name="paperchat-map", daemon=True
                ).start()
            return self._map

    def _compute(self, result: Future[CorpusMap]) -> None:
        try:
            made = self._file.get(self.key)
            if made is None:
                papers = self.library.papers
                vectors = self.library.dense.paper_vectors([paper.paper_id for paper in papers])
                made = make_map(vectors, [(paper.title, paper.abstract) for paper in papers])
                self._file.put(self.key, made)
            result.set_result(made)
        except Exception as exc:  # noqa: BLE001 - raised where the result is awaited
            result.set_exception(exc)

    def find(self, text: str) -> Found:
        """The papers for the text typed so far; none if it has no word."""
        words = [f" {word}" for word in normalise_title(text).split()]
        if not words:
            return Found((), ())
        found = retrieve(self.library, text, len(self.library.papers))
        rank = {item.paper.paper_id: at for at, item in enumerate(found.ranked)}
        matching = [
            at for at, whole in enumerate(self._texts) if all(word in whole for word in words)
        ]
        papers = self.library.papers
        matching.sort(
            key=lambda at: (
                not all(word in self._titles[at] for word in words),
                rank.get(papers[at].paper_id, len(papers)),
                at,
            )
        )
        matched = set(matching)
        best = max((item.score for item in found.ranked), default=0.0)
        least = max(_LEAST, _OF_BEST * best)
        near = [self._place[item.paper.paper_id] for item in found.ranked if item.score >= least]
        return Found(
            tuple(matching), tuple([at for at in near if at not in matched][:_MOST_SIMILAR])
        )
