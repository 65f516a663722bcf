"""docs/python.md and docs/python.ipynb: all that they show is run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from nbclient import NotebookClient

import rag
from rag.engine import Engine
from rag.settings import CHECKOUT

DOCS = CHECKOUT / "docs"
PAPERS = """@article{one, title = {Linear attention for long texts},
  author = {Ada Strix}, year = {2021}, abstract = {Softmax attention is slow for long texts. We
  propose linear attention, which replaces the softmax by kernels. Linear attention is 10 times
  faster than softmax attention on texts of 4,096 words.}}
@article{two, title = {Owls at night}, author = {Bo Lee}, year = {2019}, abstract = {Owls hunt at
  night. We count 52 owls in three forests. Their number falls by 7\\% a year.}}
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with papers in it, as the pages assume."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "library.bib").write_text(PAPERS, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page that are in this language."""
    tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
    return [t.content for t in tokens if t.type == "fence" and t.info == language]


def test_every_block_of_the_page_runs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known: dict[str, object] = {}
    for block in blocks(DOCS / "python.md", "python"):
        exec(compile(block, "python.md", "exec"), known)  # noqa: S102 - our own page
    said = capsys.readouterr().out
    assert "[1] Linear attention for long texts" in said
    assert "which replaces the softmax by kernels" in said
    assert "supported" in said
    assert "@article{one," in said
    assert "nowhere" in said  # the error's line names the index


def test_the_first_block_has_ten_lines() -> None:
    first = blocks(DOCS / "python.md", "python")[0]
    assert len([line for line in first.splitlines() if line.strip()]) == 10


def test_the_table_names_what_the_engine_has() -> None:
    table = re.findall(r"^\| (`.+?`) \|", (DOCS / "python.md").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`(\w+)", " ".join(table)))
    public = {name for name in vars(Engine) if not name.startswith("_")}
    assert named <= {name for name in dir(Engine) if not name.startswith("_")}
    told_elsewhere = {"check_question", "browse", "overview", "reach_since", "serving"}
    told_elsewhere |= {"zotero", "zotero_mark"}  # zotero.md
    assert public - named == told_elsewhere


def test_the_notebook_runs(desk: Path) -> None:
    path = DOCS / "python.ipynb"
    notebook = nbformat.read(str(path), 4)  # type: ignore[no-untyped-call]
    assert str(CHECKOUT) not in path.read_text("utf-8")
    assert not any(cell.get("outputs") for cell in notebook.cells)  # they are made when it is run
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    client.execute(cwd=str(desk), env=environment)
    told = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ())
    )
    assert "2 papers, 2 added" in told
    assert "Linear attention for long texts: “" in told
    assert "@article{one," in told


def test_the_package_gives_its_names_without_loading_the_engine() -> None:
    assert set(rag.__all__) <= set(dir(rag))
    assert all(getattr(rag, name) for name in rag.__all__)
    with pytest.raises(AttributeError, match="no attribute 'engin'"):
        rag.engin  # noqa: B018 - a typing error
    seen = "print('rag.engine' in sys.modules)"
    code = f"import rag, sys; {seen}; rag.Turn; {seen}"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    assert found.stdout.split() == ["False", "False"]
