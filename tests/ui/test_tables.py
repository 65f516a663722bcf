"""A comparison as CSV, Markdown and LaTeX, read back by real readers."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalker

from rag.comparing.cache import CellCache
from rag.comparing.flow import Comparer
from rag.index.library import Library
from rag.types import Cell, ComparedPaper, Comparison, ComparisonTimings, ModelChoice, Span
from ui.exports.comparisons.cells import NOT_STATED
from ui.exports.comparisons.tables import as_csv, as_latex, as_markdown_table

# What is hardest to carry into a table: each format's own marks, and a line break.
QUOTES = ModelChoice("quotes", "none", "a test")
HOSTILE = 'a|b & 5% of $x_1 \\ "q", {c}\n#2 ~ ^ <i> [l](u) `z`'


@pytest.fixture
def hostile() -> Comparison:
    quote = Span(HOSTILE, 0, len(HOSTILE))
    heads = (
        ComparedPaper("p1", f"Title {HOSTILE}", None, HOSTILE, "retracted"),
        ComparedPaper("p2", "π ≤ é 模", "u", "plain"),
    )
    cells = (
        Cell("p1", "problem", HOSTILE, "stated", (quote,), "supported"),
        Cell("p1", "own | & _", HOSTILE, "stated", (quote,), "supported"),
        Cell("p2", "problem", "", "not_stated", (), None),
        Cell("p2", "own | & _", "plain", "stated", (quote,), "supported"),
    )
    timings = ComparisonTimings()
    return Comparison(heads, ("problem", "own | & _"), cells, (), "quotes", "none", timings)


def test_csv_is_read_back(hostile: Comparison) -> None:
    head, first, second = list(csv.reader(io.StringIO(as_csv(hostile))))
    assert head[:5] == ["paper_id", "title", "url", "problem", "own | & _"]
    assert head[5:] == ["problem: quote", "own | & _: quote", "status"]
    assert (first[7], second[7]) == ("retracted", "")
    assert first[3] == first[5] == " ".join(HOSTILE.split())
    assert second[2:6] == ["u", NOT_STATED, "plain", ""]


@pytest.mark.parametrize("title", ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(1)"])
def test_no_cell_of_a_csv_file_is_computed(hostile: Comparison, title: str) -> None:
    paper = replace(hostile.papers[0], title=title)
    told = replace(hostile, papers=(paper, *hostile.papers[1:]))
    assert list(csv.reader(io.StringIO(as_csv(told))))[1][1] == f"'{title}"


def test_markdown_is_read_back(hostile: Comparison) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown_table(hostile))
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 9
    inside = cells[4].children or []
    assert {child.type for child in inside} <= {"text", "text_special"}, "no markup comes of it"
    assert "".join(child.content for child in inside) == " ".join(HOSTILE.split())
    assert not any(token.type.startswith("html") for token in tokens)


def test_latex_holds_no_bare_special_character(hostile: Comparison) -> None:
    text = as_latex(hostile)
    body = text.split(r"\hline\endhead")[1].split(r"\hline")[0].strip().splitlines()
    assert len(body) == 2
    for line in body:
        assert line.endswith(r"\\")
        bare = re.sub(r"\\(?:[A-Za-z]+|[{}$&#%_])", "", line[:-2])
        assert bare.count("&") == 2, "one between two cells"
        assert not re.search(r"[$#%_^~\\<>|\"]", bare)
        assert bare.isascii() or "é" in bare
        assert bare.count("{") == bare.count("}")
    assert r"\ensuremath{\pi}" in body[1] and r"\ensuremath{\leq}" in body[1]
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert opened == re.findall(r"\\end\{(\w+)\}", text)[::-1]


def test_latex_parses_to_the_text_of_the_cells(hostile: Comparison) -> None:
    walker = LatexWalker(as_latex(hostile), tolerant_parsing=False)
    nodes, _, _ = walker.get_latex_nodes()
    shown = LatexNodes2Text().nodelist_to_text(nodes)
    letters = re.compile(r"[^A-Za-z0-9]+")
    assert letters.sub("", shown).count(letters.sub("", HOSTILE)) == 3, "in a title and two cells"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
def test_latex_compiles_as_it_is(hostile: Comparison, library: Library, tmp_path: Path) -> None:
    real = Comparer(library, None, QUOTES, CellCache(tmp_path)).compare(
        [paper.paper_id for paper in library.papers[:50]]
    )
    for name, comparison in (("hostile", hostile), ("real", real)):
        (tmp_path / f"{name}.tex").write_text(as_latex(comparison), "utf-8")
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name],
            cwd=tmp_path, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-1500:]
        assert "Missing character" not in done.stdout
        assert (tmp_path / f"{name}.pdf").stat().st_size > 5000


def test_a_stance_stands_beside_its_sentence(hostile: Comparison) -> None:
    said = replace(hostile.cells[3], value="contradicts", quotes=(Span("It is not so.", 0, 13),))
    told = replace(hostile, cells=(*hostile.cells[:3], said))
    assert "contradicts: “It is not so.”" in as_markdown_table(told)
    assert "contradicts: ``It is not so.''" in as_latex(told)
    line = list(csv.reader(io.StringIO(as_csv(told))))[2]
    assert line[4] == "contradicts" and line[6] == "It is not so."
