"""Ingest is a sync of records, wherever they come from: sources, removals, stops, generations."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hashing_embedder import HashingEmbedder
from test_sync import counts

from rag.corpus.dedupe.merge import merge
from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.engine import Engine
from rag.errors import UnknownPaperError
from rag.index.build import batches as build
from rag.index.build.sync import index_papers, sync
from rag.index.generations.generations import IndexFolder
from rag.index.generations.records_file import (
    StoredRecord,
    find_papers,
    paper_lines,
    read_papers,
    record_lines,
    record_of,
)
from rag.models.embedding.embedder import Embedder
from rag.retrieval.search import retrieve
from rag.settings import Settings, load_settings
from rag.types import Identifiers, Ledger, Rejected


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """What papers mean does not matter here."""
    return HashingEmbedder()


@pytest.fixture
def mine(tmp_path: Path) -> Settings:
    return load_settings(index=tmp_path / "index", llm="quotes")


RECORDS = [
    Record(
        f"Paper number {word} about rivers",
        f"Sediment moves through the {word} river in pulses. Dams have changed the {word} delta.",
        "/papers/rivers.bib",
        f"entry {word}",
        year=2020,
    )
    for word in ("amber", "birch", "cedar", "delta", "ebony")
]


def river(*records: Record, source: str = "/papers/rivers.bib") -> Reading:
    made = tuple(replace(record, source=source) for record in records)
    return Reading(made, read=frozenset([source]))


@pytest.fixture
def put(mine: Settings, embedder: Embedder) -> Callable[..., Ledger]:
    """Syncs readings that were never a file."""

    def sync_reading(reading: Reading, **how: Any) -> Ledger:
        folder, identity = Engine(mine).folder, Engine(mine).identity
        return sync(folder, identity, reading, lambda: embedder, **how)

    return sync_reading


def test_a_paper_of_two_files_stays_when_one_of_them_goes(
    put: Callable[..., Ledger], mine: Settings
) -> None:
    assert counts(put(river(*RECORDS[:2]))) == (2, 0, 0, 0, 2)
    both = put(river(RECORDS[0], RECORDS[2], source="/papers/more.ris"))
    assert counts(both) == (1, 1, 0, 0, 3)
    assert both.embedded > 0
    assert [item.title for item in both.merged] == [RECORDS[0].title]
    shared = IndexFolder(mine.index).papers()[0]
    assert (shared.source, shared.other_sources) == ("/papers/rivers.bib", ("/papers/more.ris",))
    left = put(river(RECORDS[1]))
    assert counts(left) == (0, 1, 1, 0, 3)
    assert left.embedded == 0
    again = next(p for p in IndexFolder(mine.index).papers() if p.paper_id == shared.paper_id)
    assert (again.source, again.other_sources) == ("/papers/more.ris", ())


def test_metadata_changes_without_embedding(put: Callable[..., Ledger], mine: Settings) -> None:
    put(river(*RECORDS[:2]))
    ledger = put(river(replace(RECORDS[0], venue="River Letters"), RECORDS[1]))
    assert counts(ledger) == (0, 1, 1, 0, 2)
    assert ledger.embedded == 0
    assert IndexFolder(mine.index).papers()[0].venue == "River Letters"


def test_a_paper_without_an_abstract_is_found_by_title_and_never_cited(
    put: Callable[..., Ledger], mine: Settings, embedder: Embedder
) -> None:
    bare = replace(RECORDS[3], title="Quokkas of the delta in winter light", abstract="")
    ledger = put(river(RECORDS[0], bare))
    assert (ledger.added, ledger.without_abstract) == (2, 1)
    with closing(Engine(mine, embedder=lambda: embedder).library) as library:
        best = retrieve(library, "quokkas in winter", 2).ranked[0]
        assert best.paper.title == bare.title
        assert best.passages == ()
        for question in ("What do quokkas do in winter light?", "Which papers are about quokkas?"):
            answer = Engine(mine, library=library).ask(question)
            assert best.paper.paper_id not in [item.paper_id for item in answer.citations]
        compared = Engine(mine, library=library).compare(
            [paper.paper_id for paper in library.papers]
        )
        own = [cell for cell in compared.cells if cell.paper_id == best.paper.paper_id]
        assert own and {cell.status for cell in own} == {"not_stated"}
        assert len(Engine(mine, library=library).overview().result().points) == 2


def test_only_titles_make_an_index_too(put: Callable[..., Ledger], mine: Settings) -> None:
    ledger = put(river(*(replace(record, abstract="") for record in RECORDS)))
    # A title is a chunk without text, so that meaning finds it too.
    assert (ledger.papers, ledger.chunks, ledger.without_abstract) == (5, 5, 5)


def test_a_removed_paper_is_hidden_at_once_and_stays_out(
    put: Callable[..., Ledger], mine: Settings, embedder: Embedder
) -> None:
    put(river(*RECORDS))
    gone = IndexFolder(mine.index).papers()[1]
    before = IndexFolder(mine.index).current()
    with pytest.raises(UnknownPaperError, match="nobody"):
        Engine(mine).remove([gone.paper_id, "nobody"])
    assert len(IndexFolder(mine.index).papers()) == 5
    assert [item.title for item in Engine(mine).remove([gone.paper_id])] == [gone.title]
    assert IndexFolder(mine.index).current() == before, "nothing is copied"

    def found() -> bool:
        with closing(Engine(mine, embedder=lambda: embedder).library) as library:
            ranked = retrieve(library, gone.title, 10).ranked
            near = library.dense.search_chunks(embedder.embed_query(gone.title), 5)
            hits = [item.paper.paper_id for item in ranked] + [paper_id for paper_id, _ in near]
            assert len({*hits}) == len(library.papers)
            return gone.paper_id in {*hits}

    assert not found()
    manifest = IndexFolder(mine.index).manifest()
    assert manifest is not None and manifest.papers == 4
    unchanged = put(river(*RECORDS))
    assert (counts(unchanged), unchanged.kept_out) == ((0, 0, 4, 0, 4), 1)
    assert IndexFolder(mine.index).current() == before
    # The next build drops it for good; restoring embeds it again.
    put(river(*RECORDS[:4]))
    assert len(IndexFolder(mine.index).stored()) == 3
    assert not found()
    ledger = Engine(mine, embedder=lambda: embedder).restore([gone.paper_id])
    assert counts(ledger) == (1, 0, 0, 0, 4)
    assert found()
    with pytest.raises(UnknownPaperError, match="No removed paper"):
        Engine(mine).restore([gone.paper_id])


def test_a_file_that_broke_off_keeps_what_was_read_of_it_before(put: Callable[..., Ledger]) -> None:
    put(river(*RECORDS))
    source = RECORDS[0].source
    refused = Rejected(source, "the rest of the file", "it ends in the middle of an entry")
    torn = Reading(tuple(RECORDS[:2]), (refused,), partly=frozenset([source]))
    ledger = put(torn)
    assert counts(ledger) == (0, 0, 2, 0, 5)
    assert ledger.rejected == (refused,)


def test_papers_that_share_an_identifier_are_kept_apart_and_told(
    put: Callable[..., Ledger],
) -> None:
    name = Identifiers(doi="10.1/a")
    other = Record(
        "Portraits on telephones",
        "Nothing of this is about water, and all of it is about cameras in small machines at work.",
        RECORDS[0].source,
        "entry 9",
        identifiers=name,
    )
    both = river(replace(RECORDS[0], identifiers=name), other)
    ledger = put(both)
    assert counts(ledger) == (2, 0, 0, 0, 2)
    [told] = ledger.kept_apart
    assert (told.title, told.source) == (other.title, other.source)
    assert told.reason.startswith("doi:10.1/a is also the identifier of")
    assert RECORDS[0].title[:40] in told.reason
    assert put(both).kept_apart == (told,), "told again when nothing has changed"


def test_a_stopped_build_keeps_its_batches_and_the_next_goes_on(
    put: Callable[..., Ledger], mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HashingEmbedder, "at_once", 2)
    asked: list[int] = []
    ledger = put(
        river(*RECORDS), progress=lambda done, _: asked.append(done), stop=lambda: len(asked) == 3
    )
    assert ledger.stopped
    assert counts(ledger) == (4, 0, 0, 0, 4)
    assert len(IndexFolder(mine.index).papers()) == 4
    rest = put(river(*RECORDS))
    assert counts(rest) == (1, 0, 4, 0, 5)
    assert 0 < rest.embedded < ledger.embedded


def test_what_a_broken_build_embedded_is_not_embedded_again(
    put: Callable[..., Ledger], mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HashingEmbedder, "at_once", 1)
    put(river(RECORDS[0]))
    changed = replace(RECORDS[1], abstract=f"{RECORDS[1].abstract} And more.")

    def fail(*_: object) -> None:
        raise RuntimeError("as good as killed")

    with monkeypatch.context() as patch:
        patch.setattr(build, "write_contents", fail)
        with pytest.raises(RuntimeError):
            put(river(*RECORDS[:4]))
    assert len(IndexFolder(mine.index).papers()) == 1
    garbled = mine.index / "embedded.part" / "vectors.bin"
    content = bytearray(garbled.read_bytes())
    content[-1] ^= 1  # of the last paper
    garbled.write_bytes(content)
    ledger = put(river(RECORDS[0], changed, *RECORDS[2:4]))
    assert counts(ledger) == (3, 0, 1, 0, 4)
    assert ledger.embedded == 2, "the changed paper and the one that was not whole"
    assert not garbled.exists()
    with Engine(mine, embedder=HashingEmbedder) as engine:
        [nearest, *_] = engine.search(changed.title + " " + changed.abstract)
        assert nearest.paper.abstract.endswith("And more.")
        assert len(engine.library.tokens.of(engine.writer.paper_ids())) == 4


def test_lines_of_an_index_hold_any_text(put: Callable[..., Ledger], mine: Settings) -> None:
    odd = replace(RECORDS[0], title="Lines\u2028and\x85pages\x0cof rivers", tags=("a\tb",))
    put(river(odd))
    paper = IndexFolder(mine.index).papers()[0]
    assert (paper.title, paper.tags) == (odd.title, odd.tags)
    assert IndexFolder(mine.index).records()[0].record == odd


def test_an_index_without_records_makes_them_of_its_papers(
    put: Callable[..., Ledger], mine: Settings
) -> None:
    papers = merge(RECORDS[:2]).papers
    index_papers(IndexFolder(mine.index), Engine(mine).identity, papers, HashingEmbedder)
    ledger = put(river(RECORDS[2], source="/papers/more.ris"))
    assert counts(ledger) == (1, 0, 0, 0, 3)


def test_an_older_record_has_its_status_in_the_title() -> None:
    [line] = record_lines([StoredRecord(RECORDS[0], "p")])
    marked = line.replace(b',"status":""', b"").replace(
        b'"title":"Paper', b'"title":"RETRACTED: Paper'
    )
    assert record_of(marked) == StoredRecord(replace(RECORDS[0], status="retracted"), "p")
    [kept] = record_lines([StoredRecord(replace(RECORDS[0], status="withdrawn"), "p")])
    assert record_of(kept).record.status == "withdrawn"


def test_papers_are_found_by_any_id_in_lines_of_any_age(tmp_path: Path) -> None:
    odd = [replace(paper, paper_id=f'"{paper.title}"\u2028\\') for paper in merge(RECORDS).papers]
    lines, file = list(paper_lines(odd)), tmp_path / "papers.jsonl"
    lines[0] = json.dumps(json.loads(lines[0]), ensure_ascii=False).encode() + b"\n"
    file.write_bytes(b"".join(lines))
    found = find_papers(file, [odd[1].paper_id, "none", odd[0].paper_id])
    assert list(found.values()) == [odd[1], odd[0]]
    assert read_papers(file) == odd
