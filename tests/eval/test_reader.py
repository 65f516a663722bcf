"""The reader data: what the product is asked, its scores and figures, and the fit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reader_toy import BREAD, CATS, TIDES, write

from eval.fit.models import Data
from eval.fit.questions import list_examples, paper_examples, sentence_examples
from eval.reader.__main__ import main
from eval.reader.asking import Asked, ask_items, compare_papers, open_papers
from eval.reader.data import Item, ReaderPaper, load_papers
from eval.reader.figures import Measured, as_json, as_markdown, changes, figures_of
from eval.scoring.stats import Figure
from rag.engine import Engine
from rag.models.embedding.embedder import Embedder
from rag.settings import Settings, load_settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    write(folder / "first.jsonl", CATS, BREAD)
    write(folder / "second.jsonl", TIDES)
    return folder


@pytest.fixture(scope="module")
def papers(folder: Path) -> list[ReaderPaper]:
    return load_papers(folder)


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(index=tmp_path_factory.mktemp("home") / "index", llm="quotes")


@pytest.fixture(scope="module")
def engine(papers: list[ReaderPaper], mine: Settings, embedder: Embedder) -> Iterator[Engine]:
    with open_papers(mine, mine.index.parent / "reader", papers, embedder) as engine:
        yield engine


@pytest.fixture(scope="module")
def asked(engine: Engine, papers: list[ReaderPaper]) -> dict[str, Asked]:
    return {one.item.id: one for one in ask_items(engine, papers)}


def test_the_product_is_asked_and_scored(asked: dict[str, Asked]) -> None:
    fact = asked["toy:20 fact 1"]
    assert fact.got == CATS["sentences"][1]
    assert fact.scores == {
        "paper first": 1.0,
        "sentence first": 1.0,
        "given the paper": 1.0,
        "declined": 0.0,
    }
    assert asked["toy:35 fact 1"].got == TIDES["sentences"][1]
    assert set(asked["toy:20 near 1"].scores) == {"declined"}
    topic = asked["toy:20 topic 1"]
    assert (topic.got, topic.scores["listed"]) == ("list", 1.0)
    assert asked["toy:35 nottopic 2"].scores["papers listed"] <= 3
    assert asked["toy:20 sup 1"].scores == {"supported": 1.0, "given the paper": 1.0}
    assert asked["toy:20 nei 1"].scores == {"supported": 0.0}


def test_a_wrong_answer_scores_nothing(engine: Engine, papers: list[ReaderPaper]) -> None:
    cats, bread, _ = papers
    stolen = Item("x", "fact", cats.of("fact")[0].text, (0,))
    misplaced = ReaderPaper(bread.paper_id, bread.title, bread.sentences, (stolen,), None)
    [one] = ask_items(engine, [misplaced])
    assert (one.scores["paper first"], one.scores["sentence first"]) == (0.0, 0.0)
    same = ReaderPaper(cats.paper_id, cats.title, cats.sentences, (stolen,), None)
    [one] = ask_items(engine, [same])
    assert (one.scores["paper first"], one.scores["sentence first"]) == (1.0, 0.0)
    assert one.scores["given the paper"] == 0.0


def test_with_the_paper_chosen_no_other_is_asked(
    engine: Engine, papers: list[ReaderPaper], asked: dict[str, Asked]
) -> None:
    scoped = list(ask_items(engine, papers, paper_scope=True))
    left_out = {i for i, one in asked.items() if one.item.kind in ("topic", "nottopic")}
    assert {one.item.id for one in scoped} == asked.keys() - left_out
    firsts = [one.scores["paper first"] for one in scoped if "paper first" in one.scores]
    assert firsts == [1.0] * 6


def test_cells_are_right_if_they_quote_a_sentence_of_the_role(
    engine: Engine, papers: list[ReaderPaper]
) -> None:
    cells = compare_papers(engine, papers)
    assert cells and cells.figures["cell_coverage"].value == 1.0
    assert cells.by_aspect["code or project"]["cell_accuracy"].value == 1.0
    assert cells.by_aspect["approach"]["cell_accuracy"].n == 2, "two papers have roles"
    assert compare_papers(engine, papers[1:]) is None


def test_an_index_is_made_once(
    engine: Engine, papers: list[ReaderPaper], mine: Settings, embedder: Embedder
) -> None:
    made = engine.folder.current()
    with open_papers(mine, mine.index.parent / "reader", papers, embedder) as again:
        assert again.folder.current() == made
    with open_papers(mine, mine.index.parent / "reader", papers[:2], embedder) as fewer:
        assert list(fewer.papers) == ["toy:20", "toy:31"]


def of(paper_id: str, kind: Any, number: int, **scores: float) -> Asked:
    return Asked(paper_id, Item(f"{paper_id} {kind} {number}", kind, "?"), scores)


def test_figures_are_means_by_kind_over_papers() -> None:
    asked = [
        of("a", "fact", 1, declined=0.0),
        of("a", "fact", 2, declined=1.0),
        of("b", "para", 1, declined=1.0),
        of("b", "near", 1, declined=1.0),
    ]
    figures = figures_of(asked)
    assert list(figures) == ["fact", "para", "answerable", "near"]
    assert figures["fact"]["declined"].value == 0.5
    assert figures["answerable"]["declined"].value == pytest.approx(2 / 3, abs=1e-4)
    assert figures["answerable"]["declined"].n == 3
    run = Measured({"split": "fit"}, asked)
    assert "| near misses | 1.000 (1.000 to 1.000) |" in as_markdown(run)
    before = as_json(Measured({}, [of("a", "fact", 2, declined=0.0), *asked[2:]]))
    assert changes(run, before)["fact"] == {"declined": Figure(1.0, 1.0, 1.0, 1)}
    assert changes(run, before)["para"] == {"declined": Figure(0.0, 0.0, 0.0, 1)}


def test_the_fit_takes_in_the_reader_data(
    settings: Settings, embedder: Embedder, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "fit.jsonl",
        *({**paper, "id": f"toy:{n}"} for paper, n in ((CATS, 10), (TIDES, 29))),
        BREAD,
    )
    data = Data(settings, None, path)
    asked = data.sources["reader"]
    assert set(asked.library.by_id) == {"toy:10", "toy:29"}
    lists = [(e.group, e.yes) for e in list_examples(asked)]
    assert ("toy:10 topic 1", True) in lists and ("toy:10 nottopic 1", False) in lists
    assert len(lists) == 5, "one labelled paper for each topic"
    gold = [e for e in sentence_examples(asked) if e.yes]
    assert {e.group for e in gold} == {"toy:10", "toy:29"} and len(gold) == 5
    assert len(paper_examples(asked)) > 0
    data.close()
    assert list(Data(settings, None).sources) == ["own"]


def test_the_command_prints_and_writes(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out.json"
    command = f"reader --data {folder} --index {tmp_path} --limit 2 --json {out}"
    monkeypatch.setattr(sys, "argv", command.split())
    main()
    printed = capsys.readouterr().out
    assert "split held_out · papers 2 · asked of all papers" in printed
    assert "## Cells of a comparison" in printed
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["items"]["toy:20 fact 1"]["got"] == CATS["sentences"][1]
    monkeypatch.setattr(sys, "argv", [*command.split(), "--baseline", str(out)])
    main()
    assert "## Against the baseline" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["reader", "--data", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit, match="cannot be read"):
        main()
