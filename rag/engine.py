"""The one door to the engine: search, ask, compare, sync and look around, on one object.

    with Engine(load_settings()) as engine:
        engine.sync(["library.bib"])
        print(engine.ask("What is SINet?").answer)

Nothing is opened, loaded or imported before it is needed: `sync` needs no language model, `search`
neither that nor the readers of files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.decisions.aspects import ASPECTS, Aspect
from rag.index.generations import Identity, IndexFolder, Removal
from rag.index.identity import identity_of
from rag.models.choice import choose_model, open_chat, open_judge
from rag.settings import Settings
from rag.types import (
    EVERYTHING,
    Answer,
    Check,
    Comparison,
    ComparisonEvent,
    Event,
    Ledger,
    ModelChoice,
    Paper,
    Progress,
    RankedPaper,
    Scope,
    Turn,
)

if TYPE_CHECKING:
    from types import TracebackType

    from rag.answering.flow import Assistant
    from rag.answering.llama_index import PaperchatQueryEngine, PaperchatRetriever
    from rag.comparing.cache import CellCache
    from rag.comparing.columns.proposals import Proposed
    from rag.comparing.flow import Comparer
    from rag.corpus.reading import Fetch, Reading
    from rag.index.library import Library
    from rag.models.chat import ChatModel, Message
    from rag.models.embedder import Embedder
    from rag.retrieval.explore.browser import CorpusBrowser, Found
    from rag.retrieval.explore.corpus_map import CorpusMap


class Engine:
    """One index and the language model that the settings choose. Safe to share among threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        library: Library | None = None,
        embedder: Callable[[], Embedder] | None = None,
        chat: ChatModel | None = None,
        choice: ModelChoice | None = None,
    ) -> None:
        """Open nothing yet. What is given is used instead of what the settings say.

        A ``choice`` says that ``chat`` is the language model, or that there is none.
        """
        self.settings = settings
        self._lock = threading.RLock()
        self._library = library
        self._load_embedder = embedder
        self._chat = chat
        self._choice = choice
        self._assistant: Assistant | None = None
        self._comparer: Comparer | None = None
        self._cache: CellCache | None = None
        self._browser: CorpusBrowser | None = None

    # Answers and comparisons.

    def search(self, query: str, k: int = 10, scope: Scope = EVERYTHING) -> tuple[RankedPaper, ...]:
        """The ``k`` best papers within ``scope``; no language model.

        Raises QuestionError, UnknownPaperError and IndexUnavailableError.
        """
        from rag.retrieval.query.kinds import check_question
        from rag.retrieval.search import retrieve

        text = check_question(query, self.settings.max_question)
        within = self.library.scope(scope.papers, scope.filter)
        return retrieve(self.library, text, k, within).ranked

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        id: str | None = None,
    ) -> Answer:
        """The whole answer. Raises as `Assistant.stream` does."""
        return self.assistant.ask(question, history=history, scope=scope, id=id)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        id: str | None = None,
    ) -> Generator[Event, None, None]:
        """The answer as it grows; see `Assistant.stream`."""
        return self.assistant.stream(question, history=history, scope=scope, id=id)

    def check(self, claim: str, quotes: Sequence[str], titles: Sequence[str] = ()) -> Check:
        """Whether the quotes support the claim, as every sentence of an answer is checked.

        ``titles`` are those of the quoted papers. Raises IndexUnavailableError.
        """
        from rag.answering.verify.alignment import similarity_by
        from rag.answering.verify.support import check_claim

        similarity = similarity_by(self.library.embedder)
        return check_claim(claim, quotes, similarity(claim, quotes), titles)

    def compare(self, paper_ids: Sequence[str], columns: Sequence[Aspect] = ASPECTS) -> Comparison:
        """The whole comparison. Raises as `Comparer.stream` does."""
        return self.comparer.compare(paper_ids, columns)

    def stream_comparison(
        self, paper_ids: Sequence[str], columns: Sequence[Aspect] = ASPECTS
    ) -> Generator[ComparisonEvent, None, None]:
        """The comparison as it grows; see `Comparer.stream`."""
        return self.comparer.stream(paper_ids, columns)

    def propose(self, paper_ids: Sequence[str]) -> Proposed:
        """Columns that tell these papers apart. Raises as `Comparer.stream` does."""
        return self.comparer.propose(paper_ids)

    def as_retriever(self, k: int = 10, scope: Scope = EVERYTHING) -> PaperchatRetriever:
        """A llama-index retriever of the ``k`` best papers' passages. Raises as `search` does."""
        from rag.answering.llama_index import PaperchatRetriever

        return PaperchatRetriever(self.library, k, scope)

    def as_query_engine(self, scope: Scope = EVERYTHING) -> PaperchatQueryEngine:
        """A llama-index query engine that answers as `ask` does. Raises as `assistant` does."""
        from rag.answering.llama_index import PaperchatQueryEngine

        return PaperchatQueryEngine(self.assistant, scope)

    def browse(self, text: str) -> Found:
        """The papers that one may mean by what was typed so far."""
        return self._browsing().find(text)

    def overview(self) -> Future[CorpusMap]:
        """The corpus map with its clusters, computed in the background and stored on disk."""
        return self._browsing().corpus_map()

    # Changing the index.

    def sync(
        self,
        paths: Sequence[Path | str] = (),
        progress: Progress | None = None,
        *,
        fetch: Fetch | None = None,
        columns: Mapping[str, str] | None = None,
        prune: bool = False,
        stop: Callable[[], bool] | None = None,
    ) -> Ledger:
        """Read ``paths`` (the delivered corpus where empty) and bring the index in line with them.

        ``progress`` gets (papers embedded, papers to embed). ``columns`` maps fields to the names
        that a table's columns have; ``fetch`` looks references up, in the online catalogues where
        it is None; ``prune`` and ``stop`` are as in `rag.index.build.sync.sync`. An open library
        stays as it is: open another engine to see what changed. Raises InputError for what cannot
        be read and IndexUnavailableError for an index that cannot be written.
        """
        from rag.corpus.reading import read_given

        sources = [str(path) for path in paths] or [str(self.settings.data)]
        reading = read_given(sources, columns, gone=self.folder.lost_sources, fetch=fetch)
        return self.sync_reading(reading, progress, prune=prune, stop=stop)

    def sync_reading(
        self,
        reading: Reading,
        progress: Progress | None = None,
        *,
        prune: bool = False,
        stop: Callable[[], bool] | None = None,
    ) -> Ledger:
        """As `sync`, with what was read already."""
        from rag.index.build.sync import sync

        load = self._embedder
        return sync(self.folder, self.identity, reading, load, progress, prune=prune, stop=stop)

    def add(self, papers: Sequence[Paper], progress: Progress | None = None) -> None:
        """Index papers as they are, in place of those with their ids; nothing is merged.

        Raises IndexUnavailableError for an index that cannot be written.
        """
        from rag.index.build.sync import index_papers

        index_papers(self.folder, self.identity, papers, self._embedder, progress)

    def stored_reading(self, sources: Collection[str]) -> Reading:
        """What the index holds of ``sources``: syncing it again restores them to how they are."""
        from rag.corpus.reading import Reading

        stored = Reading(read=frozenset(sources))
        records = [item.record for item in self.folder.records()]
        return replace(stored, records=tuple(r for r in records if stored.covers(r.source)))

    def remove(self, paper_ids: Sequence[str]) -> list[Removal]:
        """Take papers out, and keep them out when their sources are read again.

        Raises UnknownPaperError, naming the first id that no paper has; then nothing is removed.
        """
        from rag.index.build.removed import remove

        return remove(self.folder, paper_ids)

    def restore(self, paper_ids: Sequence[str], progress: Progress | None = None) -> Ledger:
        """Take removed papers back. Raises UnknownPaperError for an id that was not removed."""
        from rag.corpus.reading import Reading
        from rag.index.build.removed import unremove

        unremove(self.folder, paper_ids)
        return self.sync_reading(Reading(), progress)

    # The parts, opened when they are first asked for.

    @property
    def folder(self) -> IndexFolder:
        """The index on disk; nothing is opened."""
        return IndexFolder(self.settings.index)

    @property
    def identity(self) -> Identity:
        """The identity of an index made with these settings."""
        return identity_of(self.settings.embedder, self.settings.embedder_revision)

    @property
    def choice(self) -> ModelChoice:
        """Which language model answers, and why. Raises SettingsError."""
        return self._choice or choose_model(self.settings)

    @property
    def library(self) -> Library:
        """The open index. Raises IndexUnavailableError before anything is loaded."""
        with self._lock:
            if self._library is None:
                self.folder.require(self.identity)
                from rag.index.library import open_library

                self._library = open_library(self.folder, self.identity, self._embedder())
            return self._library

    @property
    def assistant(self) -> Assistant:
        """What answers questions. Raises as `library` does, and as `open_chat` does."""
        with self._lock:
            if self._assistant is None:
                from rag.answering.flow import Assistant
                from rag.answering.prompts import claims_messages
                from rag.comparing.cells import quoted_cells

                library = self.library
                chat, choice = self._open_chat(claims_messages("", ()))
                self._assistant = Assistant(
                    library,
                    chat,
                    choice,
                    top_papers=self.settings.top_papers,
                    longest_question=self.settings.max_question,
                    entails=open_judge(self.settings, chat, choice),
                    compared=quoted_cells,
                )
            return self._assistant

    @property
    def comparer(self) -> Comparer:
        """What compares papers. Raises as `assistant` does."""
        with self._lock:
            if self._comparer is None:
                from rag.comparing.cache import CellCache
                from rag.comparing.cell_drafts import cells_opening
                from rag.comparing.flow import Comparer

                library = self.library
                chat, choice = self._open_chat([*cells_opening(), {"role": "user", "content": ""}])
                self._cache = CellCache(self.settings.index)
                self._comparer = Comparer(library, chat, choice, self._cache)
            return self._comparer

    def using(self, settings: Settings, chat: ChatModel | None, choice: ModelChoice) -> Engine:
        """Another engine over the same open papers, with another language model or none."""
        made = Engine(settings, library=self.library, chat=chat, choice=choice)
        made._browser = self._browser
        return made

    def close(self) -> None:
        """Close the language model's connections and the index. Not while it answers."""
        with self._lock:
            for part in (self._chat, self._cache, self._library):
                if part is not None:
                    part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _open_chat(self, prefix: Sequence[Message]) -> tuple[ChatModel | None, ModelChoice]:
        """The language model, with its name where that had to be asked of the endpoint."""
        if self._choice is None:
            choice = choose_model(self.settings)
            self._chat = open_chat(self.settings, choice, prefix)
            self._choice = choice
        if self._chat is not None and not self._choice.model:
            self._choice = replace(self._choice, model=self._chat.name)
        return self._chat, self._choice

    def _embedder(self) -> Embedder:
        if self._library is not None:
            return self._library.embedder
        if self._load_embedder is not None:
            return self._load_embedder()
        from rag.models.embedder import Embedder

        return Embedder(self.settings.embedder, self.settings.embedder_revision)

    def _browsing(self) -> CorpusBrowser:
        with self._lock:
            if self._browser is None:
                from rag.retrieval.explore.browser import CorpusBrowser
                from rag.retrieval.explore.map_file import MapFile

                file = MapFile(self.settings.index)
                self._browser = CorpusBrowser(self.library, self.identity, file)
            return self._browser
