"""Every file of an index, lost, emptied, halved and garbled: one clear line each, and a way back.

python -m pytest tests/index/test_damage.py
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from hashing_embedder import HashingEmbedder

from rag.corpus.reading import Reading
from rag.corpus.record import Record
from rag.engine import Engine
from rag.errors import PaperchatError
from rag.index.generations.generations import IndexFolder
from rag.settings import load_settings

QUERY = "sediment in river number 7"
NOW, BEFORE = "00000002", "00000001"
PARTS = ("papers", "ids", "chunks", "vectors", "bits", "ends", "roles")
FILES = (
    "CURRENT",
    "removed.json",
    *(f"{NOW}/{name}" for name in ("manifest.json", "papers.jsonl", "records.jsonl")),
    f"{NOW}/parts/live.bin",
    *(f"{NOW}/parts/*/{name}.bin" for name in PARTS),
    f"{NOW}/dense/chroma.sqlite3",
    *(f"{NOW}/dense/*/{name}.bin" for name in ("header", "data_level0", "length", "link_lists")),
    f"{NOW}/dense/*/index_metadata.pickle",
    *(f"{NOW}/lexical/{name}.json" for name in ("meta", ".managed")),
    *(f"{NOW}/lexical/*.{kind}" for kind in ("store", "idx", "term", "pos", "fast", "fieldnorm")),
)


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    """Change one bit in the middle: the size and, mostly, the form stay as they were."""
    content = bytearray(path.read_bytes())
    if content:
        content[len(content) // 2] ^= 1
    path.write_bytes(content)


def scramble(path: Path) -> None:
    path.write_bytes(bytes(7 * n % 256 for n in range(path.stat().st_size)))


DAMAGES = (remove, empty, halve, garble, scramble)


def record(number: int) -> Record:
    abstract = f"Sediment moves through river number {number} in pulses. Dams changed its delta."
    return Record(f"River {number}", abstract, "/papers/rivers.bib", f"entry {number}")


def river(count: int) -> Reading:
    return Reading(tuple(map(record, range(count))), read=frozenset(["/papers/rivers.bib"]))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of 30 papers, of which one is removed by hand, and the 20 of the generation before.

    One more was removed before the last ingest.
    """
    index = tmp_path_factory.mktemp("built") / "index"
    engine = Engine(load_settings(index=index, llm="quotes"), embedder=HashingEmbedder)
    engine.writer.sync_reading(river(20))
    ids = engine.writer.paper_ids()
    engine.remove(ids[3:4])
    engine.writer.sync_reading(river(31))
    engine.remove(ids[5:6])
    return index


@pytest.fixture
def index(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the index, at the place that commands use."""
    monkeypatch.setattr("rag.models.embedding.embedders.load_embedder", HashingEmbedder)
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture(scope="module")
def anew(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index after a rebuild without need."""
    index = Path(shutil.copytree(built, tmp_path_factory.mktemp("anew") / "index"))
    Engine(load_settings(index=index, llm="quotes"), embedder=HashingEmbedder).rebuild()
    return index


@pytest.fixture
def answer(built: Path, paperchat: Command, index: Path) -> Any:
    """What the whole index answers."""
    return paperchat("search", QUERY, "--json", "--index", built).json


def the(index: Path, pattern: str) -> Path:
    return max(index.glob(pattern), key=lambda path: path.stat().st_size)


def holds(index: Path) -> dict[str, bytes]:
    """Every file with its bytes, but for locks."""
    files = [path for path in sorted(index.rglob("*")) if path.is_file()]
    return {str(path): path.read_bytes() for path in files if path.suffix != ".lock"}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("pattern", FILES)
def test_a_damaged_file_is_named_and_a_rebuild_gives_everything_back(
    paperchat: Command,
    index: Path,
    answer: Any,
    anew: Path,
    pattern: str,
    damage: Callable[[Path], None],
) -> None:
    path = the(index, pattern)
    before = path.read_bytes()
    damage(path)
    if path.exists() and path.read_bytes() == before:
        pytest.skip("it is an empty file")
    found = holds(index)
    run = paperchat("search", QUERY, "--json")
    if pattern == "CURRENT" and run.status == 0:  # what is left still names the generation
        assert run.json == answer
        return
    assert (run.status, run.out) == (3, "")
    assert path.name in run.error
    assert f"Run `paperchat index rebuild --index {index}`" in run.error
    status = paperchat("status", "--json")
    assert status.status == 3
    [line] = [line for line in status.json["missing"] if "index" in line]
    assert path.name in line and "index rebuild" in line
    assert paperchat("ingest", index).status in (2, 3)
    assert holds(index) == found, "neither command changes anything"

    rebuilt = paperchat("index", "rebuild", "--json")
    assert rebuilt.status == 0
    lost_list = path.name == "removed.json"
    assert rebuilt.json["papers"] == 30 if lost_list else 29
    lost_records = path.name == "records.jsonl"
    assert bool(rebuilt.json["losses"]) == (lost_list or lost_records)
    assert paperchat("status").status == 0
    again = paperchat("search", QUERY, "--json").json
    if pattern == "CURRENT":
        assert again == answer
    elif not lost_list:
        assert again == paperchat("search", QUERY, "--json", "--index", anew).json
    assert len(IndexFolder(index).records()) == 29 if lost_records else 31
    assert (index / BEFORE).is_dir()


@pytest.mark.parametrize("folder", [NOW, f"{NOW}/dense", f"{NOW}/lexical", f"{NOW}/dense/*-*"])
def test_a_lost_folder_is_named(paperchat: Command, index: Path, folder: str) -> None:
    path = the(index, folder)
    shutil.rmtree(path)
    run = paperchat("search", QUERY)
    assert run.status == 3
    assert path.name in run.error and "index rebuild" in run.error
    assert paperchat("index", "rebuild").status == 0
    assert paperchat("search", QUERY, "--json").json


@pytest.mark.parametrize("name", ["papers.jsonl", "records.jsonl"])
def test_a_file_that_ends_early_is_named(paperchat: Command, index: Path, name: str) -> None:
    path = index / NOW / name
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert f"{name} has " in paperchat("search", QUERY).error
    assert paperchat("index", "rebuild", "--json").json["papers"] == 29


@pytest.mark.parametrize("lock", [".tantivy-meta.lock", ".tantivy-writer.lock"])
def test_locks_come_and_go(paperchat: Command, index: Path, answer: Any, lock: str) -> None:
    (index / NOW / "lexical" / lock).unlink()
    assert paperchat("search", QUERY, "--json").json == answer


def test_answers_and_status_change_no_byte(paperchat: Command, index: Path) -> None:
    found = holds(index)
    for _ in range(2):
        assert paperchat("search", QUERY).status == 0
        assert paperchat("ask", "How does sediment move?").status == 0
        assert paperchat("status").status == 0
    left = holds(index)
    assert {name: left[name] for name in found} == found
    assert {Path(name).name for name in left.keys() - found.keys()} <= {"corpus_map.json"}


def test_without_papers_and_records_the_generation_before_comes_back(
    paperchat: Command, index: Path
) -> None:
    (index / NOW / "papers.jsonl").unlink()
    halve(index / NOW / "records.jsonl")
    damaged = holds(index / NOW)
    rebuilt = paperchat("index", "rebuild", "--json").json
    assert (rebuilt["papers"], rebuilt["generation"]) == (18, BEFORE)
    assert NOW in rebuilt["losses"][0]
    assert holds(index / NOW) == damaged, "what is damaged stays: someone may still mend it"
    assert f"{NOW} (31 papers" not in paperchat("status").out
    paperchat("index", "rebuild")
    paperchat("index", "rebuild")
    assert holds(index / NOW) == damaged


@pytest.mark.parametrize("name", ["manifest.json", "dense/chroma.sqlite3"])
def test_a_generation_that_is_neither_whole_nor_named_is_rebuilt(
    paperchat: Command, index: Path, name: str
) -> None:
    (index / "CURRENT").unlink()
    shutil.rmtree(index / BEFORE)
    empty(index / NOW / name)
    assert paperchat("index", "rebuild", "--json").json["papers"] == 29
    assert paperchat("search", QUERY).status == 0


def test_nothing_to_rebuild_from(paperchat: Command, index: Path) -> None:
    for generation in (NOW, BEFORE):
        for name in ("papers.jsonl", "records.jsonl"):
            empty(index / generation / name)
            scramble(index / generation / "manifest.json")
    run = paperchat("index", "rebuild")
    assert run.status == 3
    assert "can be read" in run.error


def test_an_index_that_never_was_is_not_rebuilt(paperchat: Command) -> None:
    run = paperchat("index", "rebuild")
    assert run.status == 3
    assert "Run `paperchat ingest`" in run.error


def test_nothing_is_built_over_generations_that_nothing_names(
    paperchat: Command, index: Path, tmp_path: Path
) -> None:
    (index / "CURRENT").unlink()
    found = holds(index)
    (tmp_path / "other.bib").write_text("@article{a, title={A}, abstract={About rivers.}}")
    run = paperchat("ingest", "other.bib")
    assert run.status == 3
    assert f"the newest whole generation, {NOW}, has 30 papers" in run.error
    assert holds(index) == found
    assert "is current again" in paperchat("index", "rebuild").out
    assert paperchat("ingest", "other.bib", "--json").json["papers"] == 30


def test_a_manifest_without_checksums_is_opened_and_its_counts_are_checked(
    paperchat: Command, index: Path, answer: Any
) -> None:
    path = index / NOW / "manifest.json"
    old = json.loads(path.read_text())["content"]
    del old["files"]
    path.write_text(json.dumps(old))
    assert paperchat("search", QUERY, "--json").json == answer
    path.write_text(json.dumps({**old, "chunks": old["chunks"] + 1}))
    assert "papers or chunks are missing" in paperchat("search", QUERY).error
    path.write_text(json.dumps(old))
    (index / NOW / "dense" / "chroma.sqlite3").unlink()
    assert "dense/chroma.sqlite3 is missing" in paperchat("search", QUERY).error
    assert not (index / NOW / "dense" / "chroma.sqlite3").exists()


def test_a_sample_of_a_large_file_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.generations.checksums._BLOCK", 64)
    monkeypatch.setattr("rag.index.generations.manifest._SAMPLE", 4)
    folder = IndexFolder(tmp_path / "index")
    settings = load_settings(index=folder.root, llm="quotes")
    engine = Engine(settings, embedder=HashingEmbedder)
    engine.writer.sync_reading(river(32))
    generation = folder.current()
    assert generation is not None and folder.faults() == []
    tokens = generation / "parts/00000001/bits.bin"
    content = bytearray(tokens.read_bytes())
    content[-1] ^= 1
    tokens.write_bytes(content)
    assert folder.faults() == ["parts/00000001/bits.bin is not as it was written"], (
        "the end is always read"
    )
    content[-1] ^= 1
    content[len(content) // 2] ^= 1
    tokens.write_bytes(content)
    assert folder.faults(thorough=True) == ["parts/00000001/bits.bin is not as it was written"]
    with pytest.raises(PaperchatError, match=r"bits\.bin"):
        engine.writer.sync_reading(river(33))
    assert folder.current() == generation, "no copy makes damage look whole"


def test_the_delivered_papers_are_not_mixed_in(paperchat: Command, index: Path) -> None:
    found = holds(index)
    run = paperchat("ingest")
    assert run.status == 2
    assert "has papers of other files" in run.error
    assert holds(index) == found
