"""A plan turns what is indexed into what was read, for any two readings; and changes nothing else.

Records are drawn from a few works, each in several sources and in several states, so that the same
paper comes, goes, changes and is found twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.dedupe.merge import merge
from rag.corpus.dedupe.paper_ids import known_ids
from rag.corpus.plan import AllRecords, Changes, changes_between, replace_records
from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.types import Identifiers, Paper

_SOURCES = ("/papers/a.bib", "/papers/b.ris", "arxiv:au:hopper")
# Works that nobody takes for one another.
_WORKS = tuple(
    Record(
        f"How {what} changed the {where} of the northern plains",
        f"{what.title()} move through the {where} in pulses that follow the seasons, and a survey "
        f"of forty {where} over two decades shows how {what} have changed their timing, volume "
        f"and grain size, while nobody had counted {what} before the first {where} were mapped.",
        "",
        "",
        identifiers=Identifiers(arxiv=f"2401.0000{n}"),
    )
    for n, (what, where) in enumerate(
        [("beavers", "rivers"), ("ploughs", "meadows"), ("railways", "towns"), ("lenses", "skies")]
    )
)


@st.composite
def _readings(draw: st.DrawFn) -> Reading:
    """Some sources, each read whole or in part, with records of any of the works."""
    sources = draw(st.lists(st.sampled_from(_SOURCES), unique=True))
    partly = {source for source in sources if draw(st.booleans()) and draw(st.booleans())}
    records = []
    for source in sources:
        for place, work in enumerate(draw(st.lists(st.sampled_from(_WORKS), max_size=4))):
            record = replace(work, source=source, place=str(place), year=draw(_YEARS))
            if draw(st.booleans()):
                record = replace(record, identifiers=Identifiers())
            if draw(st.booleans()):
                record = replace(record, abstract=f"{work.abstract} Read anew.")
            records.append(record)
    return Reading(tuple(records), read=frozenset(sources), partly=frozenset(partly))


_YEARS = st.sampled_from([None, 2023, 2024])


class Shelf:
    """What an index stores: its records with their papers' ids, and its papers."""

    def __init__(self) -> None:
        self.records: list[tuple[Record, str | None]] = []
        self.papers: list[Paper] = []

    def sync(self, reading: Reading, *, prune: bool = False) -> tuple[AllRecords, Changes]:
        """As `rag.index.build.sync.sync`, with lists for an index."""
        every = replace_records([record for record, _ in self.records], reading, prune=prune)
        merged = merge(every.records, known_ids(self.records))
        changes = changes_between(self.papers, merged.papers, same_identity=True)
        self.papers = applied(self.papers, changes)
        self.records = list(zip(every.records, merged.paper_ids, strict=True))
        return every, changes


def applied(papers: Sequence[Paper], changes: Changes) -> list[Paper]:
    """The papers after the changes, each made by itself; in the order of the plan."""
    by_id = {paper.paper_id: paper for paper in papers}
    for paper_id in changes.removed:
        del by_id[paper_id]
    for paper in changes.added:
        assert paper.paper_id not in by_id
        by_id[paper.paper_id] = paper
    for paper in (*changes.updated, *changes.relabelled):
        assert paper.paper_id in by_id
        by_id[paper.paper_id] = paper
    planned = {paper.paper_id: paper for paper in changes.papers}
    assert by_id.keys() == planned.keys()
    for paper_id, paper in by_id.items():
        # A paper that is nowhere in the plan may have moved within its source, and nothing else.
        assert replace(paper, order=planned[paper_id].order) == planned[paper_id]
    return list(changes.papers)


def work_of(record: Record) -> int:
    return next(n for n, work in enumerate(_WORKS) if work.title == record.title)


@given(st.lists(_readings(), min_size=1, max_size=4))
def test_one_reading_after_another_gives_one_paper_a_work(readings: list[Reading]) -> None:
    shelf = Shelf()
    for reading in readings:
        _, changes = shelf.sync(reading)
        assert changes.to_embed.isdisjoint({paper.paper_id for paper in changes.relabelled})
        assert changes.touched >= changes.to_embed
    works = {work_of(record) for record, _ in shelf.records}
    assert len(shelf.papers) == len({paper.paper_id for paper in shelf.papers}) == len(works)
    for paper in shelf.papers:
        own = [record for record, paper_id in shelf.records if paper_id == paper.paper_id]
        assert len({work_of(record) for record in own}) == 1
        assert {paper.source, *paper.other_sources} == {record.source for record in own}
        assert paper.abstract == max((record.abstract for record in own), key=len)


@given(_readings(), _readings())
def test_reading_the_same_again_changes_nothing(first: Reading, second: Reading) -> None:
    shelf = Shelf()
    shelf.sync(first)
    shelf.sync(second)
    before, papers = shelf.records, shelf.papers
    whole = replace(second, partly=frozenset())
    shelf.sync(whole)
    after = shelf.papers
    every, changes = shelf.sync(whole)
    assert (changes.added, changes.updated, changes.relabelled, changes.removed) == ((),) * 4
    assert shelf.papers == after
    assert sum(every.is_new) == len(second.records)
    if not second.partly:
        assert (shelf.records, after) == (before, papers)


def contents(papers: Sequence[Paper]) -> set[object]:
    """The papers without what the past decides: their ids, and which of their sources is first."""
    return {
        (p.title, p.abstract, p.identifiers, frozenset([p.source, *p.other_sources]))
        for p in papers
    }


@given(_readings(), _readings())
def test_after_another_reading_of_all_sources_nothing_is_left_of_the_first(
    first: Reading, second: Reading
) -> None:
    whole = replace(second, read=frozenset(_SOURCES), partly=frozenset())
    one, other = Shelf(), Shelf()
    one.sync(first)
    was = {paper.paper_id for paper in one.papers}
    _, changes = one.sync(whole)
    other.sync(whole)
    assert contents(one.papers) == contents(other.papers)
    assert was - set(changes.removed) == was & {paper.paper_id for paper in one.papers}


@given(_readings(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_no_id(reading: Reading, chance: Random) -> None:
    mixed = list(reading.records)
    chance.shuffle(mixed)
    ids = [dict(zip(r, merge(r).paper_ids, strict=True)) for r in (reading.records, tuple(mixed))]
    assert ids[0] == ids[1]


@given(_readings(), _readings())
def test_another_embedder_updates_whatever_stays(first: Reading, second: Reading) -> None:
    before, after = (merge(reading.records).papers for reading in (first, second))
    changes = changes_between(before, after, same_identity=False)
    assert changes.relabelled == ()
    assert changes.touched == changes.to_embed == {paper.paper_id for paper in after}
    applied(before, changes)


# ---- by hand

RIVERS, MEADOWS, TOWNS, SKIES = (replace(work, source=_SOURCES[0]) for work in _WORKS)


def titles(every: AllRecords) -> list[tuple[str, str, bool]]:
    pairs = zip(every.records, every.is_new, strict=True)
    return [(record.title.split()[1], record.source, new) for record, new in pairs]


def test_a_source_keeps_its_place_and_a_new_one_comes_last() -> None:
    b, c = _SOURCES[1:]
    old = [RIVERS, replace(MEADOWS, source=b), TOWNS]
    reading = Reading((replace(SKIES, source=c), SKIES, RIVERS), read=frozenset([_SOURCES[0], c]))
    every = replace_records(old, reading, prune=False)
    assert titles(every) == [
        ("lenses", _SOURCES[0], True),
        ("beavers", _SOURCES[0], True),
        ("ploughs", b, False),
        ("lenses", c, True),
    ]
    assert every.missing == ()


def test_what_a_torn_file_does_not_have_stays() -> None:
    torn = Reading((replace(RIVERS, year=2020), TOWNS), partly=frozenset([_SOURCES[0]]))
    every = replace_records([RIVERS, MEADOWS], torn, prune=True)
    assert titles(every) == [
        ("beavers", _SOURCES[0], True),
        ("railways", _SOURCES[0], True),
        ("ploughs", _SOURCES[0], False),
    ]


@pytest.mark.parametrize("prune", [False, True])
def test_only_files_under_what_was_read_can_be_missing(tmp_path: Path, prune: bool) -> None:
    """Of the sources below only the first and the second are gone."""
    kept = tmp_path / "in" / "kept.bib"
    kept.parent.mkdir()
    kept.touch()
    (tmp_path / "in" / "odd!name.bib").touch()
    sources = {
        "gone": f"{tmp_path}/in/gone.bib",
        "in": f"{tmp_path}/in/gone.zip!x/a.bib",
        "odd": f"{tmp_path}/in/odd!name.bib",
        "there": str(kept),
        "member": f"{kept}!of/it.bib",
        "else": f"{tmp_path}/out/gone.bib",
        "found": "arxiv:au:hopper",
    }
    old = [replace(RIVERS, title=name, source=source) for name, source in sources.items()]
    reading = Reading(covered=(tmp_path / "in",))
    every = replace_records(old, reading, prune=prune)
    left = [record.title for record in every.records]
    assert left == list(sources)[2:] if prune else left == list(sources)
    assert every.missing == (() if prune else tuple(sorted((sources["gone"], sources["in"]))))
    only = replace_records(old, Reading(covered=(Path(sources["gone"]),)), prune=False)
    assert only.missing == (sources["gone"],)
    partly = Reading(covered=(tmp_path / "in",), partly=frozenset([sources["gone"]]))
    assert replace_records(old, partly, prune=True).records[0].title == "gone"


def test_a_change_of_text_is_embedded_and_one_of_labels_is_not() -> None:
    [a, b, c, d] = merge([RIVERS, MEADOWS, TOWNS, SKIES]).papers
    target = [
        replace(a, title="Another title"),
        replace(b, abstract="Another abstract."),
        replace(c, venue="Nature"),
        replace(d, order=7),
        replace(a, paper_id="new"),
    ]
    changes = changes_between([a, b, c, d, replace(a, paper_id="old")], target, same_identity=True)
    assert changes == Changes(
        added=(target[4],),
        updated=(target[0], target[1]),
        relabelled=(target[2],),
        removed=("old",),
        papers=tuple(target),
    )
    assert changes.to_embed == {a.paper_id, b.paper_id, "new"}
    assert changes.touched == changes.to_embed | {c.paper_id}
