"""An open index: the papers, both engines, and the embedder that made the vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from rag.errors import UnknownPaperError
from rag.index.durable import writable
from rag.index.exact import ExactIndex
from rag.index.faults import damaged
from rag.index.filters import respelled
from rag.index.generations import IndexFolder
from rag.index.lexical import LexicalIndex
from rag.index.manifest import (
    DENSE,
    LEXICAL,
    PARTS,
    UNREADABLE,
    Identity,
    papers_in,
    read_manifest,
)
from rag.index.paper_rows import PaperRows
from rag.index.server import ChromaServer, served_chunks
from rag.index.token_store import TokenStore
from rag.index.vocabulary import Vocabulary
from rag.models.embedder import Embedder
from rag.text.identifiers import plain_address
from rag.text.keyphrases import topics_of
from rag.text.languages import script_of
from rag.text.person_names import name_of
from rag.text.words import words_of
from rag.types import ANY_PAPER, Filter, Paper, Scope

if TYPE_CHECKING:
    from rag.index.served import ServedIndex

_REMEMBERED = 2048  # texts whose terms are cached: 10 MB


_SHORTEST_PART = 3
_OPENING = 300  # characters of an abstract, which show its script


class Library:
    """Everything that a question needs from the index. Has no data of a user; thread-safe."""

    def __init__(
        self,
        papers: Sequence[Paper],
        dense: ExactIndex | ServedIndex,
        lexical: LexicalIndex,
        tokens: TokenStore,
        embedder: Embedder,
    ) -> None:
        self.papers = tuple(papers)
        self.by_id: Mapping[str, Paper] = {paper.paper_id: paper for paper in papers}
        self.dense = dense
        self.lexical = lexical
        self.tokens = tokens
        self.embedder = embedder
        self._terms = lru_cache(_REMEMBERED)(lambda text: frozenset(lexical.terms(text)))

    def scope(self, paper_ids: Sequence[str], wanted: Filter = ANY_PAPER) -> Scope:
        """The scope of these papers (all if there are none), each once, and the filter.

        An author whom nobody is called is looked for in other spellings.
        Raises UnknownPaperError for the first unknown id.
        """
        for paper_id in paper_ids:
            if paper_id not in self.by_id:
                raise UnknownPaperError(
                    f"No paper has the id {paper_id!r}.",
                    "`paperchat search WORDS` shows the ids.",
                )
        wanted = respelled(wanted, lambda part: self.lexical.count(Scope(filter=part)))
        return Scope(tuple(dict.fromkeys(paper_ids)), wanted)

    @cached_property
    def venues(self) -> Mapping[tuple[str, ...], str]:
        """The names of the papers' venues as they are written, by their folded words."""
        return {tuple(words_of(venue)): venue for venue in {p.venue for p in self.papers}}

    @cached_property
    def authors(self) -> Mapping[str, frozenset[str]]:
        """The names of all authors as they are written, by each folded word but the first.

        The last words of a name are a key together, too: "elamrani" of "Fátima El-Amrani"; and so
        is each spelling of a family name in plain letters: "mueller" of "Katrin Müller".
        """
        found: dict[str, set[str]] = {}
        for author in {author for paper in self.papers for author in paper.authors}:
            words = words_of(author)
            own = words[1:] or words
            long = [word for word in own[:-1] if len(word) >= _SHORTEST_PART]  # not "el"
            joined = ("".join(own[at:]) for at in range(len(own)))
            for key in (*long, *joined, *name_of(author).families):
                found.setdefault(key, set()).add(author)
        return {word: frozenset(names) for word, names in found.items()}

    @cached_property
    def given_names(self) -> Mapping[str, frozenset[str]]:
        """The names of all authors as they are written, by their folded first words."""
        found: dict[str, set[str]] = {}
        for author in {author for paper in self.papers for author in paper.authors}:
            if len(words := words_of(author)) > 1:
                found.setdefault(words[0], set()).add(author)
        return {word: frozenset(names) for word, names in found.items()}

    @cached_property
    def identified(self) -> Mapping[str, str]:
        """The ids of the papers by DOI, arXiv id, "pmid:" and PMID, and bare address."""
        found: dict[str, str] = {}
        for paper in self.papers:
            ids = paper.identifiers
            keys = [ids.doi, ids.arxiv, f"pmid:{ids.pmid}" if ids.pmid else None]
            for key in (*keys, *map(plain_address, paper.urls[:1])):
                if key:
                    found.setdefault(key.lower(), paper.paper_id)
        return found

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """What the papers are mostly about, as `topics_of` finds it."""
        return topics_of(self.papers)

    @cached_property
    def scripts(self) -> Mapping[str | None, float]:
        """The share of abstracts in each script but Latin, by the names that `script_of` gives."""
        openings = [paper.abstract[:_OPENING] for paper in self.papers]
        found = Counter(script_of(text) for text in openings if not text.isascii())
        return {script: count / len(openings) for script, count in found.items() if script}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all papers; gathered when it is first used, in seconds for 100,000."""
        return Vocabulary(self.papers)

    def terms_of(self, stored: str) -> frozenset[str]:
        """The terms of a stored text; cached from question to question."""
        return self._terms(stored)

    def close(self) -> None:
        """Close the files."""
        self.dense.close()
        self.tokens.close()


def open_library(folder: IndexFolder, identity: Identity, embedder: Embedder) -> Library:
    """Open the current generation. Raises IndexUnavailableError as `IndexFolder.require` does."""
    return open_generation(folder, folder.require(identity), embedder)


def open_generation(folder: IndexFolder, generation: Path, embedder: Embedder) -> Library:
    """Open a generation that `IndexFolder.require` has checked. Raises IndexUnavailableError."""
    # numpy multiplies small matrices here, a few milliseconds each, for many users at once. A
    # second thread gains nothing when idle, and waits five times as long under load.
    threadpool_limits(limits=1, user_api="blas")
    try:
        hidden = folder.removed()
        rows = PaperRows.open(generation / PARTS)
        lexical = LexicalIndex(writable(generation / LEXICAL), hidden)
        own = ExactIndex(rows, lexical.numbers, generation / DENSE, hidden)
        tokens = TokenStore(rows)
        have = rows.counts()[0], lexical.size, len(papers := papers_in(generation))
    except UNREADABLE as exc:
        raise damaged(folder.root, [str(exc)]) from exc
    manifest = read_manifest(generation)
    # What manifests without checksums, and samples of large files, leave to be found.
    if have != (manifest.chunks, manifest.papers, manifest.papers):
        raise damaged(folder.root, ["papers or chunks are missing"])
    shown = [paper for paper in papers if paper.paper_id not in hidden]
    dense = _served(folder.server, generation, rows, own, shown) if folder.server else own
    return Library(shown, dense, lexical, tokens, embedder)


def _served(
    server: ChromaServer,
    generation: Path,
    rows: PaperRows,
    own: ExactIndex,
    papers: Sequence[Paper],
) -> ServedIndex:
    """The index of which a server has the chunks. Raises IndexUnavailableError if it has not."""
    from rag.index.served import ServedIndex, lost

    chunks = served_chunks(server, generation, rows)
    if chunks is None:
        raise lost(server.url)
    chunks.shown = {paper.paper_id for paper in papers}
    return ServedIndex(own, chunks)
