"""Any history of readings, removals and restorings leaves both engines with the right papers."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from random import Random

from hashing_embedder import HashingEmbedder
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.engine import Engine
from rag.index.build.sync import sync
from rag.settings import load_settings
from rag.types import EVERYTHING, Ledger

_SOURCES = ("/papers/a.bib", "/papers/b.ris")
_PLACES = ("rivers", "meadows", "towns", "skies")


def record(place: str, said: int) -> Record:
    """A record of the work about a place; ``said`` is how much its abstract says."""
    more = "It was seen once more. " * said
    return Record(
        f"A long history of the {place} of the north",
        f"We draw {place} as they were in forty years of their own, and count what came to {place} "
        f"by day and by night, in heat and in frost, until all of {place} were known. {more}",
        "",
        place,
    )


_READ = st.dictionaries(st.sampled_from(_PLACES), st.integers(0, 2), max_size=4)


class Histories(RuleBasedStateMachine):
    """The index beside what it should hold: by source, how much is said of each place."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = self.open.enter_context(tempfile.TemporaryDirectory())
        self.settings = load_settings(index=Path(folder) / "index", llm="quotes")
        self.engine = Engine(self.settings, embedder=HashingEmbedder)
        self.read: dict[str, dict[str, int]] = {}
        self.hidden: set[str] = set()

    def teardown(self) -> None:
        self.open.close()

    def sync(self, source: str) -> Ledger:
        records = [
            replace(record(place, said), source=source) for place, said in self.read[source].items()
        ]
        reading = Reading(tuple(records), read=frozenset([source]))
        return sync(self.engine.folder, self.engine.identity, reading, HashingEmbedder)

    def wanted(self) -> dict[str, int]:
        """Of each place that is shown, how much the paper says."""
        every: dict[str, int] = {}
        for read in self.read.values():
            for place, said in read.items():
                every[place] = max(said, every.get(place, 0))
        return {place: said for place, said in every.items() if place not in self.hidden}

    @rule(source=st.sampled_from(_SOURCES), read=_READ)
    def reads(self, source: str, read: dict[str, int]) -> None:
        if not read and not self.read:
            return  # the first ingest has at least one paper
        before = self.wanted()
        self.read[source] = read
        ledger, after = self.sync(source), self.wanted()
        assert ledger.papers == len(after)
        assert (ledger.added, ledger.removed) == (
            len(after.keys() - before.keys()),
            len(before.keys() - after.keys()),
        )
        changed = {place for place in before.keys() & after.keys() if before[place] != after[place]}
        assert ledger.updated >= len(changed)
        assert bool(ledger.embedded) == bool(changed or after.keys() - before.keys())
        assert ledger.kept_out == len(read.keys() & self.hidden)
        again = self.sync(source)
        assert (again.added, again.updated, again.removed, again.embedded) == (0, 0, 0, 0)
        assert again.unchanged == len(read.keys() & after.keys())

    @precondition(lambda self: bool(self.wanted()))
    @rule(choose=st.randoms(use_true_random=False))
    def removes(self, choose: Random) -> None:
        place = choose.choice(sorted(self.wanted()))
        [gone] = [paper for paper in self.engine.folder.papers() if place in paper.title]
        assert [item.title for item in self.engine.remove([gone.paper_id])] == [gone.title]
        self.hidden.add(place)

    @precondition(lambda self: bool(self.hidden))
    @rule(choose=st.randoms(use_true_random=False))
    def restores(self, choose: Random) -> None:
        place = choose.choice(sorted(self.hidden))
        [back] = [item for item in self.engine.removed() if place in item.title]
        self.engine.restore([back.paper_id])
        self.hidden.remove(place)

    @invariant()
    def both_engines_have_the_papers(self) -> None:
        if not self.read:
            return
        wanted = self.wanted()
        papers = self.engine.folder.papers()
        assert {p.title.split()[-4]: p.abstract.count("once more") for p in papers} == wanted
        if not papers:
            return
        with closing(Engine(self.settings, embedder=HashingEmbedder).library) as library:
            ids = {paper.paper_id for paper in papers}
            vector = library.embedder.embed_query("north")
            assert {i for i, _ in library.dense.search_chunks(vector, 99)} == ids
            assert {*library.lexical.within(EVERYTHING, 99)} == ids
            read = library.tokens.of([*ids])
            for paper in papers:
                spans = read[paper.paper_id].sentences(paper.abstract)
                assert "".join(span.text for span in spans) == paper.abstract


Histories.TestCase.settings = settings(max_examples=6, stateful_step_count=6)
TestHistories = Histories.TestCase
