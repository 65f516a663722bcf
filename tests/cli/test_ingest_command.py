"""`paperchat ingest`, `remove`, `restore` and `index`, as typed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from hashing_embedder import HashingEmbedder

from rag.corpus.reading import is_reference, read_paths
from rag.corpus.record import Record
from rag.engine import Engine
from rag.errors import FileError
from rag.index.generations.generations import IndexFolder
from rag.models.embedding.embedder import Embedder
from rag.settings import load_settings
from rag.types import Ledger, Rejected

ABSTRACT = (
    "Sediment moves through the {} river in pulses, and dams have changed the {} delta a lot."
)
WORDS = ("amber", "birch", "cedar")


def bib(*words: str) -> str:
    return "\n".join(
        f"@article{{{word}, title={{Rivers of {word} sediment}}, author={{Lovelace, Ada}}, "
        f"year={{2020}}, abstract={{{ABSTRACT.format(word, word)}}}}}"
        for word in words
    )


class Run:
    """Runs commands; remembers what the last one printed."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        ran = self._command(*arguments)
        self.out, self.err = ran.out, ran.err
        return ran.status

    def json(self, *arguments: object) -> Any:
        assert self(*arguments, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What papers mean does not matter here."""
    monkeypatch.setattr("rag.models.embedding.embedders.load_embedder", HashingEmbedder)


@pytest.fixture
def embedder() -> Embedder:
    return HashingEmbedder()


@pytest.fixture
def paperchat(paperchat: Command) -> Run:
    return Run(paperchat)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder as people have it: papers among what is none."""
    folder = tmp_path / "library"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.bib").write_text(bib(*WORDS[:2]), encoding="utf-8")
    (folder / "sub" / "b.bib").write_text(bib("amber", "cedar"), encoding="utf-8")
    (folder / "scan.bib").write_bytes(bytes(range(256)) * 40)
    (folder / "README.md").write_text("Nothing", encoding="utf-8")
    (folder / "cover.png").write_bytes(b"\x89PNG\r\n")
    (folder / ".hidden.bib").write_text(bib("hidden"), encoding="utf-8")
    old = folder / "old-index"
    old.mkdir()
    for name in ("CURRENT", "write.lock", "papers.jsonl"):
        (old / name).write_text('{"title": "Never", "abstract": "Never."}', encoding="utf-8")
    return folder


def test_a_folder_is_walked_and_synced(paperchat: Run, library: Path) -> None:
    first = paperchat.json("ingest", "library")
    assert (first["added"], first["papers"], first["updated"]) == (3, 3, 0)
    assert [item["title"] for item in first["merged"]] == ["Rivers of amber sediment"]
    assert [Path(item["source"]).name for item in first["rejected"]] == ["scan.bib"]
    assert paperchat("ingest", "library", "--json") == 0
    again = json.loads(paperchat.out)
    assert (again["added"], again["unchanged"], again["embedded"]) == (0, 3, 0)

    (library / "sub" / "b.bib").unlink()
    assert paperchat("ingest", "library") == 0
    assert "b.bib; the papers stay unless you give --prune" in paperchat.out
    assert "3 papers in" in paperchat.out
    pruned = paperchat.json("ingest", "library", "--prune")
    assert (pruned["removed"], pruned["papers"]) == (1, 2)
    assert pruned["unchanged"] == 1
    assert pruned["updated"] == 1, "amber has lost a source"


def test_papers_are_removed_and_restored(paperchat: Run, library: Path) -> None:
    paperchat.json("ingest", library / "a.bib")
    [found] = paperchat.json("search", "birch", "-k", "1")
    assert paperchat("remove", "nobody") == 2
    assert paperchat("remove", found["paper_id"]) == 0
    assert paperchat.out == f"removed: {found['title']} [{found['paper_id']}]\n"
    assert paperchat("ingest", library / "a.bib") == 0
    assert "left out: 1 removed before" in paperchat.out
    assert paperchat("restore") == 0
    assert paperchat.out == f"{found['paper_id']}  {found['title']}\n"
    assert paperchat.json("restore", found["paper_id"])["papers"] == 2
    assert paperchat.json("restore") == []


def test_collections_are_used_listed_renamed_and_removed(paperchat: Run, library: Path) -> None:
    paperchat.json("ingest", library / "a.bib", "--index", "rivers")
    [listed] = paperchat.json("index", "list")
    assert (listed["name"], listed["papers"]) == ("rivers", 2)
    assert paperchat("search", "amber") == 3, "the other index is empty"
    assert paperchat("index", "rename", "rivers", "seas") == 0
    assert paperchat.json("search", "amber", "--index", "seas")[0]["title"].startswith("Rivers")
    assert paperchat("index", "list") == 0
    assert paperchat.out.startswith("seas: 2 papers in 2 chunks, ")
    assert paperchat("index", "remove", "rivers", "--yes") == 2
    assert paperchat("index", "remove", "seas", "--yes") == 0
    assert paperchat.json("index", "list") == []


def test_a_table_with_unusual_columns_is_told_what_they_are(paperchat: Run) -> None:
    Path("odd.csv").write_text(
        "Headline,Gist,When\nA study of moss,Moss grows on stones near water.,2020\n", "utf-8"
    )
    assert paperchat("ingest", "odd.csv") == 2
    assert "none of its columns is known to be the title" in paperchat.err
    told = ("title=Headline", "abstract=Gist", "year=When")
    ledger = paperchat.json("ingest", "odd.csv", *(f for t in told for f in ("--column", t)))
    assert (ledger["added"], ledger["without_abstract"]) == (1, 0)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["ingest", "none.bib"], 2, "There is no file none.bib"),
        (["ingest", "empty"], 2, "holds no file with papers"),
        (["ingest", "empty.bib"], 2, "No paper was read"),
        (["ingest", "a.csv", "--column", "title"], 2, "--column takes FIELD=COLUMN"),
        (["ingest", "a.csv", "--column", "=x"], 2, "--column takes FIELD=COLUMN"),
        (["ingest", "a.csv", "--column", "headline=x"], 2, "There is no field 'headline'"),
        (["index", "remove", "../x", "--yes"], 2, "There is no collection"),
        (["index", "rename", "x", "y"], 2, "There is no collection"),
        (["restore", "nobody"], 2, "No removed paper"),
    ],
)
def test_mistakes_are_one_line(
    paperchat: Run, tmp_path: Path, arguments: list[str], status: int, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.bib").touch()
    assert paperchat(*arguments) == status
    assert says in paperchat.err
    assert paperchat.err.count("\n") == 1


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, library: Path) -> None:
    def refuse(path: Path, _: object) -> Any:
        yield Rejected(str(path), "the whole file", "it cannot be read: Permission denied")

    with pytest.raises(FileError, match=r"a\.bib: it cannot be read: Permission denied"):
        read_paths([library], read=refuse)


def test_what_no_encoding_can_write_costs_one_record_at_most(
    paperchat: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.bib").write_text(bib("amber"))
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.bib")).write_text(bib("birch"))
    half = r"\ud83d"
    (folder / "b.jsonl").write_text(
        f'{{"title": "Of rivers", "url": "https://a.example/{half}", "doi": "10.1000/{half}"}}\n'
        f'{{"title": "Of lakes", "mood {half}": "calm"}}\n{{"of {half}": "nothing"}}\n'
    )
    ledger = paperchat.json("ingest", folder, "--json")
    assert (ledger["added"], ledger["papers"]) == (3, 3)
    named, keyed = sorted(ledger["rejected"], key=lambda item: str(item["record"]), reverse=True)
    assert named["source"] == f"{folder}/caf\\udce9.bib"
    assert (named["record"], named["reason"]) == (
        "the whole file",
        "its name is no text; rename it",
    )
    assert keyed["source"] == f"{folder}/b.jsonl" and set(keyed) == {"source", "record", "reason"}
    assert paperchat("ingest", folder) == 0 and "rename it" in paperchat.out


def test_references_add_and_take_nothing_away(tmp_path: Path, embedder: Embedder) -> None:
    settings = load_settings(index=tmp_path / "index", llm="quotes")
    found = {"arxiv:rivers": ["amber", "birch"]}

    def fetch(reference: str) -> Iterator[Record | Rejected]:
        for word in found[reference]:
            text = ABSTRACT.format(word, word)
            place = f"result {found[reference].index(word)}"
            yield Record(f"Rivers of {word} sediment", text, reference, place)
        yield Rejected(reference, "the rest of the answer", "the catalogue gave up")

    def sync() -> Ledger:
        return Engine(settings, embedder=lambda: embedder).sync(["arxiv:rivers"], fetch=fetch)

    assert (sync().added, len(sync().rejected)) == (2, 1)
    found["arxiv:rivers"] = ["birch", "cedar"]
    ledger = sync()
    assert (ledger.added, ledger.unchanged, ledger.removed, ledger.papers) == (1, 1, 0, 3)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("arxiv:2401.01234", True),
        ("doi:10.1000/xyz", True),
        ("https://arxiv.org/abs/2401.01234", True),
        ("arxiv:there", False),
        ("papers.bib", False),
        ("C:papers.bib", False),
        ("arxiv:" + "rivers and lakes " * 20, True),  # too long for a name
        ("rivers and lakes " * 20, False),
    ],
)
def test_references(
    text: str, reference: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arxiv:there").touch()
    assert is_reference(text) is reference


def test_a_query_too_long_for_a_name_is_no_path(tmp_path: Path, embedder: Embedder) -> None:
    mine = load_settings(index=tmp_path / "index", llm="quotes")
    query = "arxiv:" + "rivers and lakes " * 20

    def fetch(reference: str) -> Iterator[Record | Rejected]:
        yield Record("A paper of rivers", "It tells of rivers and lakes.", reference, "entry 1")

    Engine(mine, embedder=lambda: embedder).sync([query], fetch=fetch)
    assert IndexFolder(mine.index).lost_sources() == [query]
    with pytest.raises(FileError, match="There is no file"):
        Engine(mine, embedder=lambda: embedder).sync([Path("x" * 300)])
