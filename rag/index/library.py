"""An open index: the papers, both engines, and the embedder that made the vectors."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from threadpoolctl import threadpool_limits

from rag.errors import InputError, UnknownPaperError
from rag.index.engines import Dense, Lexical, Tokens
from rag.index.filters import respelled
from rag.index.generations.faults import damaged
from rag.index.generations.generations import IndexFolder
from rag.index.generations.manifest import UNREADABLE, Identity, papers_in, read_manifest
from rag.index.marks import MarksFile
from rag.index.opening import INCOMPLETE, Connect, open_engines
from rag.index.shards.fan_out import FanOut
from rag.index.words.keys import GIVEN, IDENTIFIER, NAME, SCRIPT, VENUE, WORK
from rag.index.words.names import Names
from rag.index.words.vocabulary import Vocabulary
from rag.models.embedding.embedder import Embedder
from rag.text.keyphrases import topics_of
from rag.text.wording import describe
from rag.text.words import words_of
from rag.types import ANY_PAPER, Filter, Paper, Reach, Scope

_REMEMBERED = 2048  # texts whose terms are cached: 10 MB
_QUESTIONS = 64  # whose vectors and tokens are cached: 4 MB
_MOST_HOLDERS = 100  # papers that one key may mean


class Library:
    """Everything that a question needs from the index. Has no data of a user; thread-safe."""

    def __init__(
        self,
        papers: Sequence[Paper],
        dense: Dense,
        lexical: Lexical,
        tokens: Tokens,
        embedder: Embedder,
        shards: FanOut | None = None,
        marks: MarksFile | None = None,
    ) -> None:
        """``shards`` are what the three engines ask, if they are several.

        ``marks`` are those that filters mean.
        """
        self.shards = shards
        self._marks = marks
        self.papers = tuple(papers)
        self.by_id: Mapping[str, Paper] = {paper.paper_id: paper for paper in papers}
        self.dense = dense
        self.lexical = lexical
        self.tokens = tokens
        self.embedder = embedder
        # A question is read again as a part of others, and in each turn of a conversation after it.
        self.read_question = lru_cache(_QUESTIONS)(lambda text: embedder.ask(text))
        self._terms = lru_cache(_REMEMBERED)(lambda text: frozenset(lexical.terms(text)))

    def scope(self, paper_ids: Sequence[str], wanted: Filter = ANY_PAPER) -> Scope:
        """The scope of these papers (all if there are none), each once, and the filter.

        An author whom nobody is called is looked for in other spellings. A filter by the reader's
        marks becomes ids of papers. Raises UnknownPaperError for the first unknown id, InputError
        if no paper has the wanted marks, and FileError if the marks cannot be read.
        """
        for paper_id in paper_ids:
            if paper_id not in self.by_id:
                raise UnknownPaperError(
                    f"No paper has the id {paper_id!r}.",
                    "A search for words of its title shows the id.",
                )
        wanted = respelled(wanted, lambda part: self.lexical.count(Scope(filter=part)))
        chosen = tuple(dict.fromkeys(paper_ids))
        return Scope(self._marked(chosen, wanted) if wanted.by_marks else chosen, wanted)

    def _marked(self, chosen: Sequence[str], wanted: Filter) -> tuple[str, ...]:
        """Those of the chosen papers (of all if there are none) that have the wanted marks."""
        passing = self._marks.passing(wanted) if self._marks else frozenset[str]()
        found = tuple(i for i in chosen or sorted(passing) if i in passing and i in self.by_id)
        if not found:
            marks = describe(Filter(starred=wanted.starred, own_tags=wanted.own_tags))
            among = "None of these papers is" if chosen else "There is no paper"
            raise InputError(f"{among} {marks}.", "Mark papers on the Papers page.")
        return found

    def papers_within(self, scope: Scope) -> Sequence[Paper]:
        """The papers in the scope, in the library's order."""
        if not scope:
            return self.papers
        found = self.lexical.within(scope, len(self.papers))
        return [self.papers[at] for at in sorted(self.places[i] for i in found)]

    @cached_property
    def venues(self) -> Mapping[tuple[str, ...], str]:
        """The names of the papers' venues as they are written, by their folded words."""
        return {tuple(words_of(venue)): venue for venue, _ in sorted(self.lexical.keys(VENUE))}

    @cached_property
    def has_years(self) -> bool:
        """Whether any paper has a year."""
        return self.lexical.count(Scope(filter=Filter(first_year=1))) > 0

    @cached_property
    def authors(self) -> Mapping[str, frozenset[str]]:
        """The names of all authors as they are written, by each folded word but the first.

        The last words of a name are a key together, too; see `rag.index.words.keys`.
        """
        return Names(self.lexical, NAME)

    @cached_property
    def given_names(self) -> Mapping[str, frozenset[str]]:
        """The names of all authors as they are written, by their folded first words."""
        return Names(self.lexical, GIVEN)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where in `papers` each paper is, by id."""
        return {paper_id: place for place, paper_id in enumerate(self.by_id)}

    def holders(self, key: str, most: int = _MOST_HOLDERS) -> list[Paper]:
        """At most ``most`` papers with a key of `rag.index.words.keys`, in the library's order."""
        found = sorted(self.lexical.holders(key, most), key=self.places.__getitem__)
        return [self.by_id[paper_id] for paper_id in found]

    def identified(self, key: str) -> str:
        """The id of the first paper with a DOI, arXiv id, "pmid:" and PMID, or bare address."""
        papers = self.holders(f"{IDENTIFIER}{key.lower()}")
        return papers[0].paper_id if papers else ""

    @cached_property
    def work_names(self) -> tuple[str, ...]:
        """The folded names of the papers' works, such as "sinet" of "SINet: Extreme ..."."""
        return tuple(sorted(name for name, _ in self.lexical.keys(WORK) if name))

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """What the papers are mostly about, as `topics_of` finds it."""
        return topics_of(self.papers)

    @cached_property
    def scripts(self) -> Mapping[str, float]:
        """The share of abstracts in each script but Latin, by the names that `script_of` gives."""
        size = max(1, len(self.papers))
        return {script: papers / size for script, papers in self.lexical.keys(SCRIPT)}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all papers."""
        return Vocabulary(self.lexical, self.by_id)

    def prepare(self) -> None:
        """Read what else the first unusual questions would wait for: 2 s for 100,000 papers."""
        self.vocabulary.near("", 0)
        for names in (self.authors, self.given_names):
            next(iter(names), None)
        self.topics, self.work_names, self.venues  # noqa: B018 - each is kept

    def terms_of(self, stored: str) -> frozenset[str]:
        """The terms of a stored text; cached from question to question."""
        return self._terms(stored)

    def reach_since(self, started: float) -> Reach | None:
        """What was searched if a shard failed after ``started`` (`perf_counter`), else None."""
        return self.shards.since(started) if self.shards else None

    def close(self) -> None:
        """Close the files."""
        self.dense.close()
        self.tokens.close()


def open_library(folder: IndexFolder, identity: Identity, embedder: Embedder) -> Library:
    """Open the current generation. Raises IndexUnavailableError as `IndexFolder.require` does."""
    return open_generation(folder, folder.require(identity), embedder)


def open_generation(
    folder: IndexFolder, generation: Path, embedder: Embedder, connect: Connect | None = None
) -> Library:
    """Open a generation that `IndexFolder.require` has checked. Raises IndexUnavailableError.

    ``connect`` finds the shards where others hold them; without it they are opened here.
    """
    # numpy multiplies small matrices here, a few milliseconds each, for many users at once. A
    # second thread gains nothing when idle, and waits five times as long under load.
    threadpool_limits(limits=1, user_api="blas")
    # Papers live as long as the process. Python would walk all of them for garbage after every few
    # answers, 0.25 s for 100,000.
    gc.set_threshold(20_000, 20, 20)
    try:
        hidden = folder.removed()
        engines = open_engines(folder, generation, hidden, connect)
        papers = papers_in(generation)
        # What manifests without checksums, and samples of large files, leave to be found.
        if len(papers) != read_manifest(generation).papers:
            raise ValueError(INCOMPLETE)
    except UNREADABLE as exc:
        raise damaged(folder.root, [str(exc)]) from exc
    shown = [paper for paper in papers if paper.paper_id not in hidden]
    marks = MarksFile(folder.root)
    return Library(shown, *engines[:3], embedder, engines.shards, marks)
