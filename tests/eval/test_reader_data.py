"""The reader data: its files, the roles of sentences, and cases for the fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reader_toy import BREAD, CATS, TIDES, write

from eval.reader.cases import cases_of
from eval.reader.data import ROLES, Item, ReaderPaper, load_papers, split_of
from eval.reader.roles import role_figures
from eval.scoring.stats import Figure
from rag.errors import FileError, FormatError, InputError
from rag.text.sentences.sentences import split_sentences, trim


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    write(folder / "first.jsonl", CATS, BREAD)
    write(folder / "second.jsonl", TIDES)
    return folder


@pytest.fixture(scope="module")
def papers(folder: Path) -> list[ReaderPaper]:
    return load_papers(folder)


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
    assert "data" not in figures, "neither labelled nor predicted"
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
