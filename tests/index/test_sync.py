"""Ingest is a sync, and building is atomic. Real Chroma and real tantivy; words as vectors."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder

from rag.engine import Engine
from rag.errors import FileError, IndexUnavailableError
from rag.index.generations.generations import IndexFolder
from rag.index.library import Library
from rag.models.embedding.embedder import Embedder
from rag.models.embedding.embedders import identify_embedder
from rag.retrieval.search import retrieve
from rag.settings import Settings, load_settings
from rag.text.sentences.sentences import split_sentences
from rag.types import Ledger


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """What papers mean does not matter here."""
    return HashingEmbedder()


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
    assert after.tokens.of([gone.paper_id]) == {}
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
    read = library.tokens.of([sinet.paper_id])[sinet.paper_id]
    assert read.sentences(sinet.abstract) == split_sentences(sinet.abstract)
    assert any("quokka" in text for text in library.dense.chunks.get()["documents"] or ())
    assert library.lexical.search("quokka", 1)[0][0] == sinet.paper_id


def test_sources_are_independent(ingest: Ingest, tmp_path: Path, mine: Settings) -> None:
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


def test_a_broken_page_changes_nothing(ingest: Ingest, tmp_path: Path) -> None:
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
    with pytest.raises(
        IndexUnavailableError, match=f"was made with {identify_embedder(None, None)[0]}"
    ):
        Engine(other, embedder=lambda: ingest.embedder).library  # noqa: B018
    ledger = Engine(other, embedder=lambda: ingest.embedder).sync([ingest.page])
    assert counts(ledger) == (0, 3, 0, 0, 3)
    assert ledger.embedded == ledger.chunks
    with pytest.raises(IndexUnavailableError):
        ingest.library()


def test_an_index_of_an_older_layout_is_built_anew(mine: Settings, ingest: Ingest) -> None:
    ingest()
    first = ingest.library()
    sentences = sum(len(split_sentences(p.abstract)) for p in first.papers)
    manifest = IndexFolder(mine.index).manifest()
    assert manifest is not None and manifest.sentences == sentences
    old = {**asdict(manifest), "identity": {**asdict(manifest.identity), "layout": 5}}
    del old["files"]  # they had no checksums
    (mine.index / "00000001" / "manifest.json").write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match=r"layout 5.*layout 8") as told:
        ingest.library()
    assert "paperchat index rebuild" in told.value.remedy
    assert counts(ingest()) == (0, 3, 0, 0, 3)
    assert len(ingest.library().papers) == 3


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


BUILDER = """
    import sys
    from pathlib import Path
    from hashing_embedder import HashingEmbedder
    from rag.engine import Engine
    from rag.index.build import batches
    from rag.settings import load_settings

    def kill_me(*_):
        print("half written", flush=True)
        sys.stdin.read()

    batches.write_contents = kill_me
    settings = load_settings(index=Path(sys.argv[1]), llm="quotes")
    Engine(settings, embedder=HashingEmbedder).sync([sys.argv[2]])
"""


def test_a_killed_build_leaves_the_old_index(ingest: Ingest) -> None:
    """Killed with both engines written to, before the new generation is made current."""
    ingest()
    ingest.edit("100.6 FPS", "quokka FPS")
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(BUILDER), ingest.settings.index, ingest.page],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "half written\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait(timeout=60) == -signal.SIGKILL
    library = ingest.library()
    sinet = library.papers[0]
    assert "100.6 FPS" in sinet.abstract
    read = library.tokens.of([sinet.paper_id])[sinet.paper_id]
    assert read.sentences(sinet.abstract) == split_sentences(sinet.abstract)
    assert any("100.6" in text for text in library.dense.chunks.get()["documents"] or ())
    assert library.lexical.search("quokka", 1) == []
    # And the next build goes through, whatever was left behind.
    assert counts(ingest()) == (0, 1, 2, 0, 3)
    library = ingest.library()
    assert "quokka FPS" in library.papers[0].abstract
    assert library.lexical.search("quokka", 1)[0][0] == sinet.paper_id
