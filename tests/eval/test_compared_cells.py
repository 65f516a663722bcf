"""Compared cells against labelled ones: figures, floors, baseline, and what the report shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scripted_server import ScriptedServer
from test_report import HOSTILE, Page, report, words

from eval.comparing.cells import GoldCell, load_gold, score_cells, unlabelled, with_cells
from eval.dataset import Dataset
from eval.report.page import render_html, render_markdown
from eval.runner import Wanted
from eval.scoring.gates import check_floors, compare_with
from eval.scoring.results import ComparedCells, report_json
from eval.scoring.stats import Figure, pooled_share
from rag.errors import FormatError
from rag.index.library import Library
from rag.settings import Settings
from rag.types import Cell, Paper, Span
from ui.cli.evaluate import run

TEXT = "It is slow. We make it fast. It wins."
PAPERS = {i: Paper(i, f"Paper {i}", TEXT, (), 0, "") for i in "AB"}
SLOW, FAST, WINS = Span("It is slow.", 0, 11), Span("We make it fast.", 12, 28), Span("", 29, 37)


def gold(paper: str, aspect: str, best: Span | None = None, *also: int) -> GoldCell:
    starts = frozenset({*also, *([best.start] if best else [])})
    return GoldCell(paper, aspect, "dev", starts, (best.start, best.end) if best else None)


def cell(paper: str, aspect: str, *quotes: Span) -> Cell:
    if not quotes:
        return Cell(paper, aspect, "", "not_stated", (), None)
    return Cell(paper, aspect, quotes[0].text, "stated", quotes, "supported")


GOLD = [
    gold("A", "problem", SLOW),
    gold("A", "approach", FAST, 29),
    gold("A", "limit"),
    gold("B", "problem"),
    gold("B", "approach", FAST),
    gold("B", "limit", WINS),
]
CELLS = [
    cell("A", "problem", SLOW),
    cell("A", "approach", replace(WINS, text="It wins."), SLOW),  # another accepted one
    cell("A", "limit"),
    cell("B", "problem", replace(SLOW, text="It was slow.")),  # made up, and not verbatim
    cell("B", "approach", SLOW, FAST),  # the right one comes second
    cell("B", "limit"),  # missed
]


@pytest.fixture
def compared() -> ComparedCells:
    return score_cells(GOLD, CELLS, PAPERS)


def test_figures_of_cells(compared: ComparedCells) -> None:
    values = {name: (f.value, f.n) for name, f in compared.figures.items()}
    assert values == {
        "cell_accuracy": (0.5, 6),
        "cell_silence_precision": (0.5, 2),  # of A's limit and B's
        "cell_silence_recall": (0.5, 2),  # of A's limit and B's problem
        "cell_fidelity": (0.8333, 6),
        "cell_coverage": (1.0, 6),
    }
    assert compared.by_paper == {"A": 1.0, "B": 0.0}
    assert "cell_silence_recall" not in compared.by_aspect["approach"], "it has no meaning there"
    assert compared.by_aspect["limit"]["cell_accuracy"].value == 0.5
    assert [(w.paper_id, w.aspect) for w in compared.wrong] == [
        ("B", "problem"), ("B", "approach"), ("B", "limit"),
    ]  # fmt: skip
    assert compared.wrong[0].expected is None
    assert compared.wrong[1].expected == FAST


def test_a_cell_that_is_not_there_is_wrong() -> None:
    figures = score_cells(GOLD, CELLS[1:], PAPERS)
    assert figures.figures["cell_coverage"].value == 0.8333
    assert figures.figures["cell_accuracy"].value == 0.3333
    assert figures.wrong[0].cell is None


def test_a_pooled_share_has_the_interval_of_its_clusters() -> None:
    assert pooled_share([]) is None and pooled_share([(0, 0), (0, 0)]) is None
    assert pooled_share([(2, 2), (0, 0), (1, 1)]) == Figure(1.0, 1.0, 1.0, 3)
    # Cells of a paper that are right or wrong together tell no more than one of them.
    alike = pooled_share([(8, 8)] * 15 + [(0, 8)] * 5)
    alone = pooled_share([(1, 1)] * 120 + [(0, 1)] * 40)
    assert alike is not None and alone is not None
    assert (alike.value, alike.n) == (alone.value, alone.n) == (0.75, 160)
    assert alike.high - alike.low > 2 * (alone.high - alone.low)
    # 20 draws with a spread of sqrt(.75 * .25 / 20): about .56 to .94.
    spread = 1.96 * np.sqrt(0.75 * 0.25 / 20)
    assert alike.low == pytest.approx(0.75 - spread, abs=0.04)


def test_gold_cells_are_read_by_split(tmp_path: Path, library: Library) -> None:
    whole = load_gold()
    assert len(whole) == 400 == len(load_gold(split="dev")) + len(load_gold(split="test"))
    assert {c.split for c in load_gold(split="test")} == {"test"}
    assert all((c.best is None) == (not c.starts) for c in whole)
    (tmp_path / "gold.jsonl").write_text('{"paper_id": "a"}\n', encoding="utf-8")
    with pytest.raises(FormatError, match="not a gold cell"):
        load_gold(tmp_path / "gold.jsonl")
    assert unlabelled(whole, library.by_id) == ""
    assert unlabelled(GOLD, PAPERS) == ""
    assert unlabelled(GOLD, {"A": PAPERS["A"]}) == "1 of the 2 labelled papers are not in the index"
    shorter = {i: replace(paper, abstract=TEXT[:20]) for i, paper in PAPERS.items()}
    assert unlabelled(GOLD, shorter) == "2 labelled papers have other abstracts"


def test_the_report_shows_figures_aspects_and_wrong_cells(compared: ComparedCells) -> None:
    whole = with_cells(report(), compared)
    text = words(render_html(whole, {"B": "Bees"}))
    assert "Cells right 50% 0–100% n 6" in text
    assert "limit50% 0–100%" in text
    assert "3 wrong cells, each beside what was expected PaperAspectShownExpected" in text
    assert "Beesproblem It was slow. not stated" in text
    assert "Beesapproach It is slow.We make it fast. We make it fast." in text
    assert "Beeslimit not stated It wins." in text
    table = render_markdown(whole)
    assert "| Cells right | 50% | 0–100% | 6 |" in table
    assert "| limit | 50% (0–100%, n 2) | 50% (0–100%, n 2) |" in table
    assert "3 cells are wrong" in table


def test_the_report_says_why_none_were_compared() -> None:
    without = replace(report(), not_compared="Not run: it takes many minutes.")
    assert "Compared cells Not run: it takes many minutes." in words(render_html(without, {}))
    assert "## Compared cells\n\nNot run: it takes many minutes." in render_markdown(without)
    assert "Compared cells" not in render_html(report(), {}) + render_markdown(report())


def test_what_papers_say_is_no_markup() -> None:
    papers = {"A": replace(PAPERS["A"], abstract=HOSTILE)}
    span = Span(HOSTILE, 0, len(HOSTILE))
    cells = [cell("A", HOSTILE, span)]
    made = score_cells([gold("A", HOSTILE), gold("A", "x", span)], cells, papers)
    page = Page(render_html(with_cells(report(), made), {"A": HOSTILE}))
    assert page.tags.count("script") == 1 and "img" not in page.tags
    assert page.text.count(HOSTILE) >= 4
    row = next(r for r in render_markdown(with_cells(report(), made)).split("\n") if "alert" in r)
    assert row.replace("\\|", "").count("|") == 7


def test_cells_are_held_against_floors_and_baseline(
    compared: ComparedCells, tmp_path: Path
) -> None:
    floors = tmp_path / "floors.toml"
    floors.write_text("[paperchat.local]\ncell_accuracy = 0.6\n", encoding="utf-8")
    assert not check_floors(with_cells(report(), compared), floors).passed
    assert not check_floors(report(), floors).passed, "what was not run is worth nothing"
    better = score_cells(GOLD[:3], CELLS[:3], PAPERS)
    before = report_json(with_cells(report(), better))
    changes = {c.name: c for c in compare_with(with_cells(report(), better), before).changes}
    assert changes["cell_accuracy"].difference.n == 1
    assert "cell_silence_recall" not in changes, "it has no value of its own for each paper"
    assert "cell_accuracy" not in {c.name for c in compare_with(report(), before).changes}


def run_eval(settings: Settings, out: Path, wanted: Wanted) -> dict[str, object]:
    assert run(settings, wanted, out, json=True) in (0, 1)
    plain = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert isinstance(plain, dict)
    return plain


def test_eval_compares_where_that_is_quick(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = run_eval(settings, tmp_path, Wanted(split="dev", limit=4, comparisons=True))
    shown = json.loads(capsys.readouterr().out)
    assert shown["figures"]["cell_accuracy"]["n"] == 200
    assert shown["by_aspect"] == made["by_aspect"] and len(shown["by_aspect"]) == 8
    partly = run_eval(settings, tmp_path, Wanted(split="dev", limit=4))
    assert "only some of the questions" in str(partly["not_compared"])
    assert "cell_accuracy" not in str(partly["figures"])


@pytest.mark.parametrize("asked", [False, True])
def test_a_language_model_compares_only_when_asked(
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    asked: bool,
) -> None:
    few = [case for case in load_gold(split="dev")][:16]
    monkeypatch.setattr("eval.runner.load_gold", lambda split: few)
    monkeypatch.setattr(Dataset, "select", lambda self, *_: Dataset(self.cases[:1]))
    with ScriptedServer(json.dumps({"claims": []})) as server:
        endpoint = settings.model_copy(update={"llm": "openai", "llm_base_url": server.url})
        made = run_eval(endpoint, tmp_path, Wanted(split="dev", comparisons=asked))
        prompts = [str(body["messages"][0]["content"]) for body in server.requests]
    capsys.readouterr()
    assert ("not_compared" in made) == (not asked)
    assert sum("You fill a table" in prompt for prompt in prompts) == (2 if asked else 0)
    if not asked:
        assert "many minutes" in str(made["not_compared"])


def test_an_index_without_the_labelled_papers_is_no_fault(
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def others(split: str | None) -> Sequence[GoldCell]:
        return [*load_gold(split=split), gold("gone", "problem")]

    monkeypatch.setattr("eval.runner.load_gold", others)
    made = run_eval(settings, tmp_path, Wanted(split="dev", limit=2, comparisons=True))
    capsys.readouterr()
    assert made["not_compared"] == "Not run: 1 of the 26 labelled papers are not in the index."
