"""Ingest is a sync, and building is atomic. Real Chroma, real tantivy, real MiniLM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.engine import Engine
from rag.errors import FileError, IndexUnavailableError, UnknownPaperError
from rag.index.build import batches as build
from rag.index.build.sync import sync
from rag.index.generations import IndexFolder
from rag.index.library import Library
from rag.models.embedder import Embedder
from rag.retrieval.search import retrieve
from rag.settings import Settings, load_settings
from rag.types import Identifiers, Ledger, Rejected


@pytest.fixture
def mine(tmp_path: Path) -> Settings:
    return load_settings(index=tmp_path / "index", llm="quotes")


@pytest.fixture
def ingest(mine: Settings, page: Path, embedder: Embedder) -> Ingest:
    return Ingest(mine, page, embedder)


class Ingest:
    """Ingests one page again and again, and opens what came of it."""

    def __init__(self, settings: Settings, page: Path, embedder: Embedder) -> None:
        self.settings, self.page, self.embedder = settings, page, embedder

    def __call__(self) -> Ledger:
        return Engine(self.settings, embedder=lambda: self.embedder).sync([self.page])

    def edit(self, old: str, new: str) -> None:
        text = self.page.read_text(encoding="utf-8")
        assert old in text
        self.page.write_text(text.replace(old, new), encoding="utf-8")

    def drop_paper(self, place: int) -> None:
        blocks = self.page.read_text(encoding="utf-8").split("\n\n")
        del blocks[5 + 2 * place : 5 + 2 * place + 2]
        self.page.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")

    def library(self) -> Library:
        return Engine(self.settings, embedder=lambda: self.embedder).library


def counts(ledger: Ledger) -> tuple[int, int, int, int, int]:
    return ledger.added, ledger.updated, ledger.unchanged, ledger.removed, ledger.papers


def test_an_unchanged_page_costs_no_embedding(mine: Settings, ingest: Ingest) -> None:
    first = ingest()
    assert counts(first) == (3, 0, 0, 0, 3)
    assert first.embedded == first.chunks > 3
    generation = IndexFolder(mine.index).current()

    def never() -> Embedder:
        raise AssertionError("the embedder was loaded")

    again = Engine(mine, embedder=never).sync([ingest.page])
    assert counts(again) == (0, 0, 3, 0, 3)
    assert again.embedded == 0
    assert again.chunks == first.chunks
    assert IndexFolder(mine.index).current() == generation


def test_a_removed_paper_leaves_both_indexes(ingest: Ingest) -> None:
    ingest()
    before = ingest.library()
    gone = before.papers[0]
    ingest.drop_paper(0)
    ledger = ingest()
    assert counts(ledger) == (0, 0, 2, 1, 2)
    assert ledger.embedded == 0
    after = ingest.library()
    assert gone.paper_id not in after.by_id
    assert gone.paper_id in dict(before.lexical.search("SINet", 5))
    assert gone.paper_id not in dict(after.lexical.search("SINet", 5))
    assert after.dense.sentences_of([gone.paper_id]) == []
    query = after.embedder.embed_query(gone.title)
    assert all(i != gone.paper_id for i, _ in after.dense.search_chunks(query, 50))
    # Whoever still reads the old generation is not disturbed.
    assert retrieve(before, "SINet", 1).ranked[0].paper == gone


def test_a_changed_paper_is_replaced_and_only_it_is_embedded(ingest: Ingest) -> None:
    first = ingest()
    ingest.edit("100.6 FPS", "quokka FPS")
    ledger = ingest()
    assert counts(ledger) == (0, 1, 2, 0, 3)
    assert 0 < ledger.embedded < first.embedded
    library = ingest.library()
    sinet = library.papers[0]
    assert "quokka FPS" in sinet.abstract
    texts = [record.span.text for record in library.dense.sentences_of([sinet.paper_id])]
    assert any("quokka" in text for text in texts)
    assert not any("100.6" in text for text in texts)
    assert library.lexical.search("quokka", 1)[0][0] == sinet.paper_id


def test_sources_are_kept_apart(ingest: Ingest, tmp_path: Path, mine: Settings) -> None:
    ingest()
    other = tmp_path / "other.txt"
    title = "A Paper of Another Page"
    other.write_text(f"{title}\n\n{'It is about something else. ' * 12}\n", encoding="utf-8")
    ledger = Engine(mine, embedder=lambda: ingest.embedder).sync([other])
    assert counts(ledger) == (1, 0, 0, 0, 4)
    other.unlink()
    ledger = Engine(mine, embedder=lambda: ingest.embedder).sync([tmp_path])
    assert counts(ledger) == (0, 0, 3, 0, 4)
    assert ledger.missing == (str(other),)
    with pytest.raises(FileError, match="There is no file"):
        Engine(mine).sync([tmp_path / "never.txt"], prune=True)
    ledger = Engine(mine, embedder=lambda: ingest.embedder).sync([other], prune=True)
    assert counts(ledger) == (0, 0, 0, 1, 3)
    assert ledger.missing == ()


def test_a_page_that_is_not_right_changes_nothing(ingest: Ingest, tmp_path: Path) -> None:
    ingest()
    whole = ingest.page.read_text(encoding="utf-8")
    ingest.page.write_text(whole.rsplit("\n\n", 1)[0], encoding="utf-8")
    with pytest.raises(FileError, match="line 19"):
        ingest()
    assert len(ingest.library().papers) == 3
    # Beside a good page it is refused in the ledger, and its papers stay.
    good = tmp_path / "good.txt"
    good.write_text("Another Title\n\n" + "A sentence of it. " * 20, encoding="utf-8")
    ledger = Engine(ingest.settings, embedder=lambda: ingest.embedder).sync([ingest.page, good])
    assert counts(ledger) == (1, 0, 0, 0, 4)
    assert "line 19" in ledger.rejected[0].reason


def test_models_never_mix(mine: Settings, ingest: Ingest) -> None:
    ingest()
    other = mine.model_copy(update={"embedder": "some/other-model"})
    with pytest.raises(IndexUnavailableError, match="was made with all-MiniLM-L6-v2"):
        Engine(other, embedder=lambda: ingest.embedder).library  # noqa: B018
    ledger = Engine(other, embedder=lambda: ingest.embedder).sync([ingest.page])
    assert counts(ledger) == (0, 3, 0, 0, 3)
    assert ledger.embedded == ledger.chunks
    with pytest.raises(IndexUnavailableError):
        ingest.library()


def test_two_builders_do_not_meet(mine: Settings, ingest: Ingest) -> None:
    with (
        IndexFolder(mine.index).writing(),
        pytest.raises(IndexUnavailableError, match="Another process is building"),
    ):
        ingest()


def test_a_folder_that_cannot_be_written(ingest: Ingest, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    ingest.settings = load_settings(index=blocked / "index", llm="quotes")
    with pytest.raises(IndexUnavailableError, match="cannot be written"):
        ingest()


def test_an_index_that_is_broken_says_so(ingest: Ingest) -> None:
    ingest()
    generation = IndexFolder(ingest.settings.index).current()
    assert generation is not None
    broken = [generation / "lexical" / "meta.json", generation / "dense" / "chroma.sqlite3"]
    for path in broken:
        kept = path.read_bytes()
        path.write_bytes(b"nonsense")
        with pytest.raises(IndexUnavailableError, match="cannot be read"):
            ingest.library()
        path.unlink()
        if path.parent.name == "lexical":
            with pytest.raises(IndexUnavailableError, match="cannot be read"):
                ingest.library()
        path.write_bytes(kept)


def test_an_index_that_cannot_be_written_is_read_from_a_copy(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest()
    # The tests may run as root, for whom no mode forbids anything: only the question is scripted.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    library = ingest.library()
    assert retrieve(library, "SINet", 1).ranked[0].paper.title.startswith("SINet")


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


def test_what_is_not_text_changes_without_embedding(
    put: Callable[..., Ledger], mine: Settings
) -> None:
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
    with Engine(mine, embedder=lambda: embedder) as engine:
        library = engine.library
        best = retrieve(library, "quokkas in winter", 2).ranked[0]
        assert best.paper.title == bare.title
        assert best.passages == ()
        for question in ("What do quokkas do in winter light?", "Which papers are about quokkas?"):
            answer = engine.ask(question)
            assert best.paper.paper_id not in [item.paper_id for item in answer.citations]
        compared = engine.compare(list(engine.papers))
        own = [cell for cell in compared.cells if cell.paper_id == best.paper.paper_id]
        assert own and {cell.status for cell in own} == {"not_stated"}
        assert len(engine.overview().result().points) == 2


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


def test_an_identifier_that_is_another_papers_is_refused(put: Callable[..., Ledger]) -> None:
    name = Identifiers(doi="10.1/a")
    other = Record(
        "Portraits on telephones",
        "Nothing of this is about water, and all of it is about cameras in small machines at work.",
        RECORDS[0].source,
        "entry 9",
        identifiers=name,
    )
    ledger = put(river(replace(RECORDS[0], identifiers=name), other))
    assert counts(ledger) == (1, 0, 0, 0, 1)
    assert ledger.rejected[0].record == "entry 9: Portraits on telephones"


def test_a_stopped_build_keeps_its_batches_and_the_next_goes_on(
    put: Callable[..., Ledger], mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_BATCH", 2)
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


def test_a_long_build_takes_several_generations(
    put: Callable[..., Ledger], mine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(river(RECORDS[0]))
    before = IndexFolder(mine.index).current()
    monkeypatch.setattr(build, "_BATCH", 1)
    monkeypatch.setattr(build, "SECONDS_A_GENERATION", 0.0)
    changed = replace(RECORDS[0], abstract=f"{RECORDS[0].abstract} And more.")
    assert counts(put(river(changed, *RECORDS[1:3]))) == (2, 1, 0, 0, 3)
    current = IndexFolder(mine.index).current()
    assert before is not None and current is not None
    assert int(current.name) - int(before.name) == 3
    assert before.exists(), "what was current when the build began stays"
    assert IndexFolder(mine.index).papers()[0].abstract.endswith("And more.")


def test_lines_of_an_index_hold_any_text(put: Callable[..., Ledger], mine: Settings) -> None:
    odd = replace(RECORDS[0], title="Lines\u2028and\x85pages\x0cof rivers", tags=("a\tb",))
    put(river(odd))
    paper = IndexFolder(mine.index).papers()[0]
    assert (paper.title, paper.tags) == (odd.title, odd.tags)
    assert IndexFolder(mine.index).records()[0].record == odd


def test_an_index_without_records_makes_them_of_its_papers(
    put: Callable[..., Ledger], mine: Settings
) -> None:
    put(river(*RECORDS[:2]))
    generation = IndexFolder(mine.index).current()
    assert generation is not None
    (generation / "records.jsonl").unlink()
    ledger = put(river(RECORDS[2], source="/papers/more.ris"))
    assert counts(ledger) == (1, 0, 0, 0, 3)


BUILDER = """
    import sys
    from pathlib import Path
    from rag.engine import Engine
    from rag.models.embedder import Embedder
    from rag.settings import load_settings

    settings = load_settings(index=Path(sys.argv[1]), llm="quotes")
    embedder = Embedder(settings.embedder, settings.embedder_revision)
    print("loaded", flush=True)
    Engine(settings, embedder=lambda: embedder).sync(
        [Path(sys.argv[2])], lambda done, total: print("embedded", done, flush=True))
    print("done", flush=True)
"""


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.4])
def test_a_killed_build_leaves_the_old_index(delay: float, ingest: Ingest) -> None:
    ingest()
    ingest.edit("100.6 FPS", "quokka FPS")
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(BUILDER), ingest.settings.index, ingest.page],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    ) as child:
        assert child.stdout is not None
        said = ""
        while "embedded" not in said:
            said = child.stdout.readline()
            assert said, "the builder ended early"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        finished = "done" in child.stdout.read()
    library = ingest.library()
    sinet = library.papers[0]
    new = "quokka FPS" in sinet.abstract
    assert new or not finished
    texts = [record.span.text for record in library.dense.sentences_of([sinet.paper_id])]
    assert any(("quokka" if new else "100.6") in text for text in texts)
    assert bool(library.lexical.search("quokka", 1)) == new
    # And the next build goes through, whatever was left behind.
    assert counts(ingest())[-1] == 3
    assert "quokka FPS" in ingest.library().papers[0].abstract
