"""The engine: search, ask, compare and sync, on one object."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rag.corpus.paths import is_within
from rag.decisions.aspects import ASPECTS, Aspect
from rag.engine.parts import Parts
from rag.engine.readers import for_reader
from rag.errors import InputError
from rag.types import (
    EVERYTHING,
    Answer,
    Check,
    CheckedClaim,
    Comparison,
    ComparisonEvent,
    Event,
    Ledger,
    ManuscriptEvent,
    Paper,
    Progress,
    QuoteSource,
    RankedPaper,
    Reach,
    Rebuilt,
    Scope,
    Turn,
    ZoteroMark,
    ZoteroShelf,
)

if TYPE_CHECKING:
    from rag.answering.llama_index import PaperchatQueryEngine, PaperchatRetriever
    from rag.comparing.columns.proposals import Proposed
    from rag.comparing.selection import PaperSelection
    from rag.index.generations.removals import Removal
    from rag.retrieval.explore.browser import Found
    from rag.retrieval.explore.corpus_map import CorpusMap


class Engine(Parts):
    """One index and the language model that the settings choose. Safe to share among threads.

    Methods raise QuestionError, UnknownPaperError or ComparisonError for bad input,
    IndexUnavailableError for the index, and ModelUnavailableError or EndpointError for the language
    model if they need one.
    """

    def for_reader(self, *, quotes: bool = False, top_papers: int | None = None) -> Self:
        """This engine as one reader wants it: without a language model, or reading more papers.

        For None as many as the settings say. See `rag.engine.readers.for_reader`.
        """
        return for_reader(self, quotes, top_papers)

    def check_question(self, question: str) -> str:
        """The question on one line. Raises QuestionError if it is empty or too long."""
        from rag.query.kinds import check_question

        return check_question(question, self.settings.max_question)

    def search(self, query: str, k: int = 10, scope: Scope = EVERYTHING) -> tuple[RankedPaper, ...]:
        """The ``k`` best papers within ``scope``; no language model."""
        from rag.retrieval.search import retrieve

        text = self.check_question(query)
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
        """The whole answer."""
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

    def compare(self, paper_ids: Sequence[str], columns: Sequence[Aspect] = ASPECTS) -> Comparison:
        """The whole comparison."""
        return self.comparer.compare(paper_ids, columns)

    def stream_comparison(
        self, paper_ids: Sequence[str], columns: Sequence[Aspect] = ASPECTS
    ) -> Generator[ComparisonEvent, None, None]:
        """The comparison as it grows; see `Comparer.stream`."""
        return self.comparer.stream(paper_ids, columns)

    def summarise(self, comparison: Comparison, columns: Sequence[Aspect]) -> Comparison:
        """A comparison of these columns, put together of several, with the summary of its cells."""
        from rag.comparing.stances.stance import summarise_stances
        from rag.comparing.summary.claims import summarise

        papers = [self.library.by_id[paper.paper_id] for paper in comparison.papers]
        statements = [column for column in columns if column.kind == "statement"]
        stances = summarise_stances(papers, statements, comparison.cells)
        return replace(comparison, summary=(*summarise(papers, comparison.cells), *stances))

    def propose(self, paper_ids: Sequence[str]) -> Proposed:
        """Columns that distinguish these papers."""
        return self.comparer.propose(paper_ids)

    def papers_for(self, selection: PaperSelection) -> tuple[list[Paper], list[str]]:
        """The papers that ``selection`` selects, and the titles that were given more than once."""
        from rag.comparing.papers import papers_for

        selection.check(self.settings.max_question)
        return papers_for(self.library, selection)

    def check(self, claim: str, quotes: Sequence[str], titles: Sequence[str] = ()) -> Check:
        """Check whether the quotes support the claim, as for every sentence of an answer.

        ``titles`` are those of the quoted papers.
        """
        from rag.answering.verify.alignment import similarity_by
        from rag.answering.verify.support import check_claim

        similarity = similarity_by(self.library.embedder)
        return check_claim(claim, quotes, similarity(claim, quotes), titles)

    def check_claim(self, claim: str, scope: Scope = EVERYTHING) -> CheckedClaim:
        """Whether abstracts support the claim, contradict it, or do not say it.

        The papers of ``scope.papers`` are read, or else the nearest ones within ``scope``.
        """
        from rag.checking.claims import check_claim

        return check_claim(self.library, self.check_question(claim), scope)

    def find_quote(
        self, text: str, k: int = 5, scope: Scope = EVERYTHING
    ) -> tuple[QuoteSource, ...]:
        """At most ``k`` places in abstracts where ``text`` stands, the most similar first."""
        from rag.checking.quotes import find_quote

        return find_quote(self.library, self.check_question(text), scope, k)

    def check_manuscript(
        self, path: Path, bibliography: Sequence[Path] = ()
    ) -> Generator[ManuscriptEvent, None, None]:
        """Check each sentence of a manuscript against the papers that it cites.

        Yields each sentence as it is checked, and at the end a `CheckedManuscript`. Raises
        FileError, FormatError or InputError if a file cannot be read. Nothing is written.
        """
        from rag.checking.manuscripts.flow import check_manuscript

        return check_manuscript(self.library, self.check_claim, path, bibliography)

    def as_retriever(self, k: int = 10, scope: Scope = EVERYTHING) -> PaperchatRetriever:
        """A llama-index retriever of the ``k`` best papers' passages."""
        from rag.answering.llama_index import PaperchatRetriever

        return PaperchatRetriever(self.library, k, scope)

    def as_query_engine(self, scope: Scope = EVERYTHING) -> PaperchatQueryEngine:
        """A llama-index query engine that answers as `ask` does."""
        from rag.answering.llama_index import PaperchatQueryEngine

        return PaperchatQueryEngine(self.assistant, scope)

    # What the library has.

    def reach_since(self, started: float) -> Reach | None:
        """What was searched if a shard of the index failed after ``started``, else None.

        ``started`` is of `time.perf_counter`. Answers say it themselves.
        """
        return self.library.reach_since(started)

    @property
    def papers(self) -> Mapping[str, Paper]:
        """Every paper by its id, in the order of the sources."""
        return self.library.by_id

    def papers_named(self, text: str) -> list[Paper]:
        """At most six papers for a part of a title."""
        from rag.comparing.papers import search_papers

        return search_papers(self.library, text)

    def browse(self, text: str) -> Found:
        """The papers for the text that a reader has typed so far."""
        return self.browser.find(text)

    def overview(self, *, anew: bool = False) -> Future[CorpusMap]:
        """The corpus map with its clusters, computed in the background and stored on disk.

        Papers keep their places when others come; ``anew`` lays all out again.
        """
        return self.browser.corpus_map(anew=anew)

    def sync(
        self,
        paths: Sequence[Path | str] = (),
        progress: Progress | None = None,
        *,
        shards: int | None = None,
        ray: str | None = None,
        **options: Any,
    ) -> Ledger:
        """Read ``paths`` (the delivered corpus where empty) and bring the index in line with them.

        ``progress`` gets (papers embedded, papers to embed). A new index goes into so many
        ``shards``. With ``ray``, the address of a Ray cluster, its machines read and build; a new
        index has a shard for each worker then. For ``options`` and errors see `IndexWriter.sync`.
        An open library does not change; `reopened` opens the new one.
        """
        from rag.index.build.sharded import Spread

        spread = Spread(shards)
        if ray is not None:
            from rag.cluster.building import Cluster
            from rag.index.shards.layout import MOST

            mine = self.settings
            cluster = Cluster(ray, mine.embedder, mine.embedder_revision, mine.device)
            new = self.folder.empty and shards is None
            spread = Spread(min(MOST, max(2, cluster.workers)) if new else shards, cluster.build)
            options["read_all"] = cluster.read
        sources = [str(path) for path in paths] or [self._delivered()]
        return self.writer.sync(sources, progress, spread=spread, **options)

    def zotero(self) -> ZoteroShelf:
        """What one may choose in the Zotero library that the settings name, a running one's or
        one on zotero.org. Raises CatalogueError if it cannot be asked."""
        from rag.corpus.zotero.connection import connection_of
        from rag.corpus.zotero.polling import shelf

        return shelf(connection_of(self.settings))

    def zotero_mark(self, reference: str, last: ZoteroMark | None = None) -> ZoteroMark:
        """A state of the library of a reference to Zotero: unequal to ``last`` if it has changed.

        Raises CatalogueError if it cannot be asked, and InputError for another reference.
        """
        from rag.corpus.zotero.connection import connection_of
        from rag.corpus.zotero.polling import mark
        from rag.corpus.zotero.references import parse_zotero

        return mark(connection_of(self.settings), parse_zotero(reference).group, last)

    def rebuild(self, progress: Progress | None = None) -> Rebuilt:
        """Make the index anew from what it has itself; see `rag.index.build.rebuild.rebuild`."""
        return self.writer.rebuild(progress)

    def serving(self) -> AbstractContextManager[str]:
        """Hold the index's shards on the settings' Ray cluster, or one of its own, for a block.

        Gives the cluster's address. Raises ClusterError and IndexUnavailableError as
        `rag.cluster.serving.serving`.
        """
        from rag.cluster.serving import serving

        self.check_index()
        return serving(self.settings.ray or "local", self.folder)

    def _delivered(self) -> str:
        """The folder of the delivered corpus. Raises InputError if the index has only others."""
        data, sources = str(self.settings.data), self.folder.sources()
        if sources and not any(is_within(source, data) for source in sources):
            raise InputError(
                f"The index in {self.settings.index} has papers of other files.",
                f"Name what to ingest; {shlex.quote(data)} has the delivered papers.",
            )
        return data

    def remove(self, paper_ids: Sequence[str]) -> list[Removal]:
        """Take papers out, and keep them out when their sources are read again.

        Raises UnknownPaperError for the first unknown id; then nothing is removed.
        """
        from rag.index.build.removed import remove

        return remove(self.folder, paper_ids)

    def add(self, papers: Sequence[Paper], progress: Progress | None = None) -> None:
        """Index papers without merging them; papers with the same ids are replaced."""
        from rag.index.build.sync import index_papers

        index_papers(self.folder, self.identity, papers, self._open_embedder, progress)

    def removed(self) -> tuple[Removal, ...]:
        """The papers that were taken out by hand."""
        return tuple(self.folder.removed().values())

    def restore(self, paper_ids: Sequence[str], progress: Progress | None = None) -> Ledger:
        """Take removed papers back; see `IndexWriter.restore`."""
        return self.writer.restore(paper_ids, progress)
