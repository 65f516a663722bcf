"""The corpus to look through: its map, and the papers that words find."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from rag.index.generations import Identity
from rag.index.library import Library
from rag.retrieval.explore.corpus_map import CorpusMap, draw
from rag.retrieval.explore.map_file import MapFile, key_of
from rag.retrieval.search import retrieve
from rag.text.titles import normalise_title
from rag.types import Filter, Scope

_NEAR = 12  # papers that are offered for their meaning
# Below this score, or this share of the best one's, a paper is near nothing that was typed: on the
# delivered papers the best score for words that none of them speaks of is .25.
_LEAST, _OF_BEST = 0.36, 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """Places in `Library.papers`, best first.

    ``words``: the papers that have every word that was typed, or a word that begins so.
    ``near``: others, near in meaning.
    """

    words: tuple[int, ...]
    near: tuple[int, ...]


class CorpusBrowser:
    """Looks through one library. Safe among threads; the map is drawn once."""

    def __init__(self, library: Library, identity: Identity, kept: MapFile) -> None:
        self.library = library
        self.key = key_of(library.papers, identity)
        self._kept = kept
        self._place = {paper.paper_id: at for at, paper in enumerate(library.papers)}
        # A blank before each word: " wor" finds a word that begins so.
        self._titles = [f" {normalise_title(paper.title)}" for paper in library.papers]
        self._texts = [f" {normalise_title(f'{p.title} {p.abstract}')}" for p in library.papers]
        self._lock = threading.Lock()
        self._atlas: Future[CorpusMap] | None = None

    def within(self, wanted: Filter) -> list[int]:
        """The places of the papers that the filter lets in, in order."""
        papers = self.library.papers
        ids = set(self.library.lexical.within(Scope(filter=wanted), len(papers)))
        return [at for at, paper in enumerate(papers) if paper.paper_id in ids]

    def atlas(self) -> Future[CorpusMap]:
        """The map, drawn in a thread of its own unless it was kept. Returns at once.

        A drawing that failed is tried again at the next call.
        """
        with self._lock:
            failed = self._atlas is not None and self._atlas.done() and self._atlas.exception()
            if self._atlas is None or failed:
                self._atlas = Future()
                self._atlas.set_running_or_notify_cancel()  # a visitor who leaves cancels nothing
                args = (self._atlas,)
                threading.Thread(
                    target=self._draw, args=args, name="paperchat-map", daemon=True
                ).start()
            return self._atlas

    def _draw(self, drawn: Future[CorpusMap]) -> None:
        try:
            atlas = self._kept.get(self.key)
            if atlas is None:
                papers = self.library.papers
                vectors = self.library.dense.paper_vectors([paper.paper_id for paper in papers])
                atlas = draw(vectors, [(paper.title, paper.abstract) for paper in papers])
                self._kept.put(self.key, atlas)
            drawn.set_result(atlas)
        except Exception as exc:  # noqa: BLE001 - raised where the result is awaited
            drawn.set_exception(exc)

    def find(self, text: str) -> Found:
        """The papers for what was typed so far; none for no words."""
        words = [f" {word}" for word in normalise_title(text).split()]
        if not words:
            return Found((), ())
        found = retrieve(self.library, text, len(self.library.papers))
        rank = {item.paper.paper_id: at for at, item in enumerate(found.ranked)}
        having = [at for at, held in enumerate(self._texts) if all(word in held for word in words)]
        papers = self.library.papers
        having.sort(
            key=lambda at: (
                not all(word in self._titles[at] for word in words),
                rank.get(papers[at].paper_id, len(papers)),
                at,
            )
        )
        have = set(having)
        best = max((item.score for item in found.ranked), default=0.0)
        least = max(_LEAST, _OF_BEST * best)
        near = [self._place[item.paper.paper_id] for item in found.ranked if item.score >= least]
        return Found(tuple(having), tuple([at for at in near if at not in have][:_NEAR]))
