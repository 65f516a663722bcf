"""The reader data: its files, what the product is asked, the figures, and cases for the fit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.fit.models import Data
from eval.fit.questions import list_examples, paper_examples, sentence_examples
from eval.reader.__main__ import main
from eval.reader.asking import Asked, ask_items, compare_papers, open_papers
from eval.reader.cases import cases_of
from eval.reader.data import ROLES, Item, ReaderPaper, load_papers, split_of
from eval.reader.figures import Measured, as_json, as_markdown, changes, figures_of
from eval.reader.roles import role_figures
from eval.stats import Figure
from rag.engine import Engine
from rag.errors import FileError, FormatError, InputError
from rag.models.embedder import Embedder
from rag.settings import Settings, load_settings
from rag.text.sentences import split_sentences, trim

NO_ROLES: dict[str, list[int]] = {role: [] for role in ROLES}
CATS: dict[str, Any] = {
    "id": "toy:20",
    "title": "Felines at rest",
    "sentences": [
        "How long pets sleep is rarely measured.",
        "We follow 31 domestic cats in Oslo with collars.",
        "They sleep for thirteen hours a day, longer in winter.",
        "Code is at https://example.org/cats.",
    ],
    "items": {
        "fact": {"q": "How many cats in Oslo wore collars?", "s": [1], "a": "31"},
        "para": {"q": "how much of the day does a house cat spend asleep", "s": [2], "a": "13 h"},
        "search": {"q": "cats sleep hours winter", "s": [2]},
        "near": {"q": "What did the collars of the Oslo cats cost?"},
        "topic": "measure how long cats sleep",
        "nottopic": "measure how long dogs bark",
        "sup": {"c": "Cats sleep longer in winter.", "s": [2]},
        "con": {"c": "Cats sleep for two hours a day.", "s": [2]},
        "nei": {"c": "Norwegian cats prefer herring."},
    },
    "roles": {**NO_ROLES, "gist": 2, "problem": [0], "approach": [1], "result": [2], "code": [3]},
}
BREAD: dict[str, Any] = {
    "id": "toy:31",
    "title": "Sourdough crumb",
    "sentences": ["Bakers judge sourdough by eye.", "We scan loaves of bread with X-rays."],
    "items": {"fact": {"q": "How are the loaves of bread scanned?", "s": [1], "a": "X-rays"}},
    "roles": {**NO_ROLES, "gist": 1, "problem": [0], "approach": [1]},
}
TIDES: dict[str, Any] = {
    "id": "toy:35",
    "title": "Tides of a lagoon",
    "sentences": ["Lagoons have tides.", "Gauges show that they lag by two hours."],
    "ask": [
        {"q": "By how much do the tides of the lagoon lag?", "s": [1], "kind": "fact"},
        {"q": "lagoon gauges", "s": [1], "kind": "search"},
    ],
    "near": ["Who paid for the gauges?", "How deep is the lagoon?"],
    "topic": ["study water levels"],
    "nottopic": ["study river floods", "study tsunamis"],
}


def write(path: Path, *papers: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers), encoding="utf-8")
    return path


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


def test_both_forms_are_read(papers: list[ReaderPaper]) -> None:
    cats, bread, tides = papers
    assert [item.kind for item in cats.items] == list(CATS["items"])
    assert cats.of("fact") == [
        Item("toy:20 fact 1", "fact", "How many cats in Oslo wore collars?", (1,))
    ]
    assert cats.roles and (cats.roles.gist, cats.roles.numbers["code"]) == (2, (3,))
    assert [item.id for item in tides.of("near", "nottopic")] == [
        f"toy:35 {item}" for item in ("near 1", "near 2", "nottopic 1", "nottopic 2")
    ]
    assert tides.of("search")[0].sentences == (1,) and tides.roles is None
    assert tides.of("topic")[0].question == "Which papers study water levels?"
    assert len(bread.items) == 1


def test_a_paper_of_several_files_has_the_items_of_all(folder: Path, tmp_path: Path) -> None:
    more = {**TIDES, "id": "toy:20", "sentences": CATS["sentences"]}
    write(tmp_path / "1.jsonl", more)
    write(tmp_path / "2.jsonl", CATS)
    [cats] = load_papers(tmp_path)
    assert [item.id for item in cats.of("fact", "near")] == [
        f"toy:20 {item}" for item in ("fact 1", "near 1", "near 2", "fact 2", "near 3")
    ]
    assert cats.roles
    write(tmp_path / "3.jsonl", {**BREAD, "id": "toy:20"})
    with pytest.raises(InputError, match=r"3\.jsonl: toy:20 has other sentences"):
        load_papers(tmp_path)


def test_the_split_is_by_the_papers_id(tmp_path: Path) -> None:
    assert [split_of(f"toy:{n}") for n in (20, 10, 0)] == ["held_out", "fit", "train"]
    ids = [f"arxiv:{n}" for n in range(2000)]
    shares = {split: sum(split_of(i) == split for i in ids) / 2000 for split in ("held_out", "fit")}
    assert shares == {"held_out": pytest.approx(0.1, abs=0.02), "fit": pytest.approx(0.1, abs=0.02)}
    path = write(tmp_path / "some.jsonl", CATS, {**BREAD, "id": "toy:10"}, {**TIDES, "id": "toy:0"})
    assert [p.paper_id for p in load_papers(path, "fit")] == ["toy:10"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"items": {"fact": {"q": "Why?", "s": [4]}}}, "sentence 4 of 4"),
        ({"items": {"fact": {"q": "Why?", "s": []}}}, "a fact without the sentences"),
        ({"items": {"riddle": "Why?"}}, "kind 'riddle'"),
        ({"items": {"topic": " "}}, "'topic' that is unknown or empty"),
        ({"items": {"near": {}}}, "'c'"),
        ({"roles": {**CATS["roles"], "gist": -1}}, "sentence -1 of 4"),
        ({"roles": {"gist": 0}}, "'problem'"),
    ],
)
def test_a_malformed_line_is_named(changed: dict[str, Any], says: str, tmp_path: Path) -> None:
    path = write(tmp_path / "some.jsonl", BREAD, {**CATS, **changed})
    with pytest.raises(FormatError, match=says) as caught:
        load_papers(path)
    assert caught.value.line == 2


def test_a_folder_without_data(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no \.jsonl file"):
        load_papers(tmp_path)
    with pytest.raises(FileError, match="cannot be read"):
        load_papers(tmp_path / "nowhere.jsonl")


def test_sentences_are_where_the_product_finds_them(papers: list[ReaderPaper]) -> None:
    for paper in papers:
        found = [trim(span) for span in split_sentences(paper.abstract)]
        assert [(span.start, span.end) for span in found] == paper.spans
        assert [span.text for span in found] == list(paper.sentences)
    cats = papers[0]
    assert [cats.sentence_at(start, end) for start, end in cats.spans] == [0, 1, 2, 3]
    start, end = cats.spans[2]
    assert cats.sentence_at(start - 5, end - 9) == 2


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
    assert (figures["answerable"]["declined"].value, figures["answerable"]["declined"].n) == (
        pytest.approx(2 / 3, abs=1e-4),
        3,
    )
    run = Measured({"split": "fit"}, asked)
    assert "| near misses | 1.000 (1.000 to 1.000) |" in as_markdown(run)
    before = as_json(Measured({}, [of("a", "fact", 2, declined=0.0), *asked[2:]]))
    assert changes(run, before)["fact"] == {"declined": Figure(1.0, 1.0, 1.0, 1)}
    assert changes(run, before)["para"] == {"declined": Figure(0.0, 0.0, 0.0, 1)}


def test_roles_are_scored_by_f1_and_gist(papers: list[ReaderPaper]) -> None:
    cats = np.full((4, len(ROLES) + 1), -1.0)
    right = {0: "problem", 1: "approach", 2: "result", 3: "code"}
    for sentence, role in right.items():
        cats[sentence, ROLES.index(role)] = 1.0
    cats[2, -1] = 1.0
    bread = np.full((2, len(ROLES) + 1), -1.0)
    bread[0, ROLES.index("approach")] = 1.0  # wrong, and the right one is missed
    bread[0, -1] = 1.0
    figures = role_figures(papers, {"toy:20": cats, "toy:31": bread})
    assert figures["code"].value == 1.0
    assert figures["approach"].value == 0.5
    assert figures["problem"].value == pytest.approx(2 / 3, abs=1e-4)
    assert np.isnan(figures["data"].value) or figures["data"].n == 0
    assert figures["macro F1"].value == pytest.approx((1 + 1 + 0.5 + 2 / 3) / 4, abs=1e-4)
    assert figures["gist"] == Figure(0.5, 0.0, 1.0, 2)
    assert role_figures(papers, {}) == {}


def test_items_become_cases_for_the_fit(papers: list[ReaderPaper]) -> None:
    cases = {case.id: case for case in cases_of(papers)}
    assert len(cases) == 6 + 1 + 7
    fact = cases["toy:20 fact 1"]
    start, end = papers[0].spans[1]
    assert (fact.must_cite, fact.answerable) == (("toy:20",), True)
    assert [(span.start, span.end) for span in fact.evidence] == [(start, end)]
    near = cases["toy:20 near 1"]
    assert (near.must_cite, near.may_cite, near.answerable) == ((), ("toy:20",), False)
    topic, other = cases["toy:20 topic 1"], cases["toy:20 nottopic 1"]
    assert (topic.must_cite, other.must_cite) == (("toy:20",), ())
    assert topic.may_cite == other.may_cite == ("toy:31", "toy:35")


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
