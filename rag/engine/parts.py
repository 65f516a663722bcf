"""The parts of an engine: opened when first used, shared with other engines, and closed."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.errors import EndpointError, IndexUnavailableError, PaperchatError
from rag.index.generations.generations import IndexFolder, State
from rag.index.generations.manifest import Identity
from rag.index.identity import identity_of
from rag.index.vectors.server import chroma_server
from rag.models.choice import choose_model, open_chat, open_embedder, open_judge, same_model
from rag.settings import Settings
from rag.types import ModelChoice

if TYPE_CHECKING:
    from rag.answering.flow import Assistant
    from rag.answering.suggestions import Suggestions
    from rag.answering.telling.told import Topic
    from rag.comparing.cache import CellCache
    from rag.comparing.flow import Comparer
    from rag.index.build.writer import IndexWriter
    from rag.index.library import Library
    from rag.index.marks import MarksFile
    from rag.index.opening import Connect
    from rag.models.embedding.embedder import Embedder
    from rag.models.endpoints.chat import ChatModel
    from rag.retrieval.explore.browser import CorpusBrowser

_MAPPING_S = 10.0  # that an answer in the window waits for the map of many papers
_NAMING_S = 10.0  # that an endpoint may take to say which model it serves


class Parts:
    """The index, the embedder, the language model, and the objects that use them."""

    def __init__(
        self,
        settings: Settings,
        *,
        library: Library | None = None,
        embedder: Callable[[], Embedder] | None = None,
        chat: ChatModel | None = None,
        choice: ModelChoice | None = None,
    ) -> None:
        """Open nothing yet. Parts that are given replace those of the settings.

        With a ``choice``, ``chat`` is the language model, or None for no model.
        """
        self.settings = settings
        self._lock = threading.RLock()
        self._library = library
        self._opened_from: State | None = None
        self._load_embedder = embedder or partial(open_embedder, settings)
        self._embedder: Embedder | None = library.embedder if library else None
        self._chat = chat
        self._choice = choice
        self._assistant: Assistant | None = None
        self._suggestions: Suggestions | None = None
        self._comparer: Comparer | None = None
        self._cache: CellCache | None = None
        self._browser: CorpusBrowser | None = None
        self._stays = False  # to answer again: a program that asks once has no later
        self._successor: Parts | None = None

    @property
    def choice(self) -> ModelChoice:
        """Which language model answers, and why. Raises SettingsError."""
        return self._choice or choose_model(self.settings)

    @property
    def folder(self) -> IndexFolder:
        """The index on disk, not opened."""
        return IndexFolder(self.settings.index, chroma_server(self.settings))

    @property
    def identity(self) -> Identity:
        """The identity of an index made with these settings."""
        return identity_of(self.settings.embedder, self.settings.embedder_revision)

    def check_index(self) -> None:
        """Raise IndexUnavailableError if `library` would, without opening it."""
        self.folder.require(self.identity)

    @property
    def made_otherwise(self) -> bool:
        """Whether there is an index that another embedder or chunker made."""
        manifest = self.folder.manifest()
        return manifest is not None and manifest.identity != self.identity

    @property
    def writer(self) -> IndexWriter:
        """Changes the index: sync, remove, restore, uploads."""
        from rag.corpus.zotero.connection import connection_of
        from rag.index.build.writer import IndexWriter

        zotero = connection_of(self.settings)
        return IndexWriter(self.folder, self.identity, self._open_embedder, zotero)

    @property
    def library(self) -> Library:
        """The open index. Raises IndexUnavailableError before the embedder is loaded."""
        with self._lock:
            if self._library is None:
                state, generation = self.folder.state(), self.folder.require(self.identity)
                from rag.index.library import open_generation

                self._library = open_generation(
                    self.folder, generation, self._open_embedder(), self._connect()
                )
                self._opened_from = state
            return self._library

    def _connect(self) -> Connect | None:
        """What finds the shards in the cluster of the settings, if they name one."""
        if not self.settings.ray:
            return None
        from rag.cluster.serving import find_shards

        return partial(find_shards, self.settings.ray)

    @cached_property
    def marks(self) -> MarksFile:
        """What the reader has noted about papers, kept beside the index, which is not opened."""
        from rag.index.marks import MarksFile

        return MarksFile(self.settings.index)

    @property
    def assistant(self) -> Assistant:
        """Answers questions."""
        with self._lock:
            if self._assistant is None:
                from rag.answering.flow import Assistant
                from rag.comparing.rows import quoted_cells

                library = self.library
                chat, choice = self._open_chat()
                self._assistant = Assistant(
                    library,
                    chat,
                    choice,
                    top_papers=self.settings.top_papers,
                    longest_question=self.settings.max_question,
                    budget=self.settings.llm_budget,
                    entails=open_judge(self.settings, chat, choice),
                    compare_cells=quoted_cells,
                    topics=self._topics,
                )
            return self._assistant

    @property
    def suggestions(self) -> Suggestions:
        """Topics of the papers, and questions that they answer."""
        with self._lock:
            if self._suggestions is None:
                from rag.answering.suggestions import Suggestions

                self._suggestions = Suggestions(self.assistant)
            return self._suggestions

    @property
    def comparer(self) -> Comparer:
        """Compares papers."""
        with self._lock:
            if self._comparer is None:
                from rag.comparing.cache import CellCache
                from rag.comparing.flow import Comparer

                library = self.library
                chat, choice = self._open_chat()
                self._cache = self._cache or CellCache(self.settings.index)
                self._comparer = Comparer(library, chat, choice, self._cache)
            return self._comparer

    @property
    def browser(self) -> CorpusBrowser:
        """Browses the papers: by words, by a filter, on a map."""
        with self._lock:
            if self._browser is None:
                from rag.retrieval.explore.browser import CorpusBrowser
                from rag.retrieval.explore.map_file import MapFile

                stored = MapFile(self.settings.index)
                self._browser = CorpusBrowser(self.library, self.identity, stored)
            return self._browser

    def open(self) -> None:
        """Open everything now, in this thread, to answer for long. Raises as the parts do."""
        self._stays = True
        for part in ("assistant", "comparer", "browser"):
            getattr(self, part)
        threading.Thread(target=self._prepare, name="paperchat-prepare", daemon=True).start()

    def _prepare(self) -> None:
        with suppress(IndexUnavailableError):  # whoever asks then is told
            self.library.prepare()

    def _topics(self) -> list[Topic] | None:
        """The groups of the corpus map, the largest first.

        None while that of many papers takes minutes, if one can ask again later (`open`).
        """
        from rag.answering.telling.told import Topic
        from rag.retrieval.explore.layout import MOST_PROJECTED

        hurried = self._stays and len(self.library.papers) > MOST_PROJECTED
        try:
            made = self.browser.corpus_map().result(_MAPPING_S if hurried else None)
        except TimeoutError:
            return None
        papers = self.library.papers
        members = [{at: papers[at] for at in cluster.central} for cluster in made.clusters]
        for at, (paper, label) in enumerate(zip(papers, made.labels, strict=True)):
            members[label].setdefault(at, paper)
        named = zip(made.clusters, members, strict=True)
        return [Topic(cluster.name, tuple(own.values())) for cluster, own in named if own]

    # Engines that share parts with this one, and closing.

    @property
    def outdated(self) -> bool:
        """Whether the index has changed since it was opened."""
        return self._opened_from != self.folder.state()

    def reopened(self, index: Path | None = None) -> Self:
        """Another engine with the same models, over the current state of this or another index."""
        settings = self.settings.model_copy(update={"index": index or self.settings.index})
        embedder = self._open_embedder()
        return type(self)(settings, embedder=lambda: embedder, chat=self._chat, choice=self._choice)

    def with_settings(self, settings: Settings, *, check: bool = False) -> Self:
        """Another engine over the same open papers, with the language model of other settings.

        A model that both settings name is not loaded again. With ``check`` an endpoint is tried
        first. Raises as `open_chat` does, and then leaves nothing open.
        """
        settings = settings.model_copy(update={"index": self.settings.index})
        made = type(self)(settings, library=self.library)
        made._opened_from, made._browser = self._opened_from, self._browser
        if self._chat is not None and same_model(settings, self.settings):
            made._chat, made._choice, check = self._chat, choose_model(settings), False
        try:
            made.open()
            if check and made._chat is not None and made.choice.mode == "openai":
                made._chat.check()
        except PaperchatError:
            if made._chat is not None and made._chat is not self._chat:
                made._chat.close()
            raise
        return made

    def replaced_by(self, successor: Parts) -> None:
        """Close the parts that ``successor`` does not share, once nothing references this engine.

        Until then this engine references its successor, so that no shared part is closed early.
        """
        self._successor = successor
        shared = successor._parts()
        alone = [part for part in self._parts() if not any(part is other for other in shared)]
        weakref.finalize(self, _close_apart, alone).atexit = False

    def close(self) -> None:
        """Close the language model's connections and the index. Not while it answers."""
        with self._lock:
            for part in self._parts():
                part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _parts(self) -> list[ChatModel | CellCache | Library]:
        parts = self._chat, self._cache, self._library
        return [part for part in parts if part is not None]

    def _open_chat(self) -> tuple[ChatModel | None, ModelChoice]:
        """The language model, and the choice with the name that the endpoint gives it."""
        if self._choice is None:
            from rag.answering.prompts import claims_messages

            choice = choose_model(self.settings)
            self._chat = open_chat(self.settings, choice, claims_messages("", ()))
            self._choice = choice
        if self._chat is not None and not self._choice.model:
            with suppress(EndpointError):  # then its first reply tells, or quotes stand in
                self._choice = replace(
                    self._choice, model=self._chat.until(time.monotonic() + _NAMING_S).name
                )
        return self._chat, self._choice

    def _open_embedder(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                self._embedder = self._load_embedder()
            return self._embedder


def _close_apart(parts: Sequence[ChatModel | CellCache | Library]) -> None:
    """Close each part in a thread of its own: it may take seconds, and the caller must not wait."""
    for part in parts:
        threading.Thread(target=part.close, name="paperchat-close", daemon=True).start()
