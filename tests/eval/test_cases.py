"""The question set is well formed, and what it says about the corpus is true."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.cases import KINDS, Case, as_line, complaints, says
from eval.dataset import QUESTIONS, Dataset
from rag.errors import FileError, FormatError, InputError
from rag.types import Paper

LEAST = {
    "fact": 100, "paraphrase": 60, "acronym": 20, "compare": 40,
    "list": 25, "follow_up": 35, "far": 20, "near": 40,
    "small_talk": 26, "unknown": 26, "collection": 60, "records": 40, "count": 26, "overview": 28,
    "synthesis": 28, "superlative": 28, "everyday": 40, "yes_no": 28, "two_part": 30,
    "false_premise": 26, "chain": 60, "typo": 28, "language": 30, "limited": 25,
}  # fmt: skip


def test_the_set_is_whole_and_proven(papers: list[Paper]) -> None:
    cases = Dataset.load(QUESTIONS, papers)
    counts: Counter[str] = Counter(case.kind for case in cases)
    assert all(counts[kind] >= least for kind, least in LEAST.items()), counts
    assert LEAST.keys() == {*KINDS} - {"feedback", "own"}
    assert len(cases.select(["single"])) == 438
    asked_of = {case.must_cite[0] for case in cases if case.kind == "fact"}
    assert asked_of == {paper.paper_id for paper in papers}
    splits = Counter((case.kind, case.split) for case in cases)
    assert min(splits.values()) >= 10


def test_a_paper_is_in_one_split_alone(papers: list[Paper]) -> None:
    first: dict[str, str] = {}
    for case in Dataset.load(QUESTIONS, papers).select(["single"]):
        if len(case.must_cite) == 1:
            assert first.setdefault(case.must_cite[0], case.split) == case.split, case.id


def test_a_conversation_is_in_one_split_alone(papers: list[Paper]) -> None:
    first: dict[str, str] = {}
    for case in Dataset.load(QUESTIONS, papers).select(["chain"]):
        assert first.setdefault(case.history[0].content, case.split) == case.split, case.id


def test_single_questions_are_those_of_the_baseline(papers: list[Paper]) -> None:
    """Else no run could be compared with what there was before other kinds."""
    baseline = json.loads((QUESTIONS.parent / "baselines" / "quotes.json").read_text("utf-8"))
    single = Dataset.load(QUESTIONS, papers).select(["single"])
    assert single.fingerprint == baseline["setup"]["questions"]


@pytest.fixture
def plain(papers: list[Paper]) -> dict[str, Any]:
    abstract = papers[0].abstract
    start = abstract.index("Our method reduces")
    return {
        "id": "x-1",
        "kind": "fact",
        "split": "dev",
        "question": "How many parameters does SINet have?",
        "history": [],
        "answerable": True,
        "must_cite": [papers[0].paper_id],
        "may_cite": [],
        "evidence": [
            {"paper_id": papers[0].paper_id, "start": start, "end": abstract.index(" We also show")}
        ],
        "facts": [["86.9K", "86,900"]],
        "terms": [],
        "note": "",
    }


def load(tmp_path: Path, papers: list[Paper], *lines: str) -> list[Case]:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(Dataset.load(path, papers))


def test_a_case_survives_the_file(
    tmp_path: Path, papers: list[Paper], plain: dict[str, Any]
) -> None:
    case = load(tmp_path, papers, json.dumps(plain))[0]
    assert json.loads(as_line(case)) == plain


@pytest.mark.parametrize(
    ("change", "says_what"),
    [
        ({"kind": "riddle"}, "the field 'kind' is not right"),
        ({"answerable": "maybe"}, "the field 'answerable' is not right"),
        ({"extra": 1}, "the field 'extra' is not right"),
        ({"must_cite": ["nobody"]}, "no paper has the id 'nobody'"),
        ({"facts": [["twelve"]]}, "no alternative of ['twelve'] occurs in the evidence"),
        ({"evidence": []}, "must be cited and has no evidence"),
        ({"must_cite": [], "evidence": [], "facts": []}, "cites no paper"),
        ({"kind": "far"}, "has answerable True"),
        ({"kind": "follow_up"}, "have a history"),
        ({"kind": "list"}, "states no terms"),
        ({"kind": "list", "terms": ["portrait", "attention"]}, "is not in the answer"),
        ({"kind": "list", "terms": ["zebra"]}, "has no term"),
        ({"never": [["95.9%"]]}, "must not be said, and the evidence says it"),
        ({"never": [["×"]]}, "an alternative without letters and digits"),
        ({"facts": [[]]}, "an alternative without letters and digits"),
        ({"least": 2}, "least is 2, of 1 papers"),
        ({"kind": "overview"}, "states no least"),
        ({"kind": "count", "facts": [["2", "two"]]}, "counts 2 papers, and cites 1 to 1"),
        ({"may_cite": ["*"]}, "no paper has the id '*'"),
        ({"kind": "collection", "may_cite": ["*", "x"]}, "no paper has the id '*'"),
        ({"kind": "small_talk"}, "cites a paper"),
        ({"kind": "unknown", "answerable": True}, "has answerable True"),
        ({"kind": "chain"}, "have a history"),
        (
            {"kind": "chain", "history": [{"role": "assistant", "content": "Hm."}]},
            "questions alone",
        ),
        ({"corpus": "library"}, "no paper has the id 'sinet"),
        ({"corpus": "lost"}, "the field 'corpus' is not right"),
    ],
)
def test_what_is_not_so_is_one_line(
    tmp_path: Path, papers: list[Paper], plain: dict[str, Any], change: dict[str, Any],
    says_what: str,
) -> None:  # fmt: skip
    with pytest.raises(FormatError) as caught:
        load(tmp_path, papers, "", json.dumps(plain | change))
    assert says_what in str(caught.value)
    assert "cases.jsonl, line 2" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "overview", "least": 1, "facts": []},
        {"kind": "collection", "must_cite": [], "may_cite": ["*"], "evidence": []},
        {"kind": "count", "facts": [["1", "one"]]},
        {"kind": "chain", "history": [{"role": "user", "content": "What is SINet?"}]},
        {"kind": "yes_no", "never": [["it cannot"]]},
        {"kind": "records", "corpus": "library", "must_cite": ["doi:10.5555/jse.2021.0147"],
         "evidence": [], "facts": [["Okonkwo"]]},
    ],
)  # fmt: skip
def test_what_is_so_is_read(
    tmp_path: Path, papers: list[Paper], plain: dict[str, Any], change: dict[str, Any]
) -> None:
    [case] = load(tmp_path, papers, json.dumps(plain | change))
    assert json.loads(as_line(case)) == plain | change


def test_offsets_must_be_right(tmp_path: Path, papers: list[Paper], plain: dict[str, Any]) -> None:
    for start, end in ((-1, 5), (5, 5), (0, 100_000), (10, 19)):
        span = {"paper_id": papers[0].paper_id, "start": start, "end": end}
        with pytest.raises(FormatError, match=r"evidence|alternative"):
            load(tmp_path, papers, json.dumps(plain | {"evidence": [span]}))


def test_a_near_miss_must_be_absent(papers: list[Paper]) -> None:
    by_id = {paper.paper_id: paper for paper in papers}
    near = Case.model_validate(
        {
            "id": "n", "kind": "near", "split": "dev", "question": "?", "history": [],
            "answerable": False, "must_cite": [], "may_cite": [papers[0].paper_id],
            "evidence": [], "facts": [], "terms": ["batch size"], "note": "detail",
        }
    )  # fmt: skip
    assert complaints(near, by_id) == []
    assert complaints(near.model_copy(update={"terms": ("FPS",)}), by_id)


def test_files_that_are_not_right(
    tmp_path: Path, papers: list[Paper], plain: dict[str, Any]
) -> None:
    line = json.dumps(plain)
    with pytest.raises(FormatError, match="line 2: the id 'x-1' is already in"):
        load(tmp_path, papers, line, line)
    with pytest.raises(FormatError, match="line 1: this is not JSON"):
        load(tmp_path, papers, "{")
    with pytest.raises(InputError, match="has no question"):
        load(tmp_path, papers, "")
    with pytest.raises(FileError, match="cannot be read"):
        Dataset.load(tmp_path / "none.jsonl", papers)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match=r"has no \.jsonl"):
        Dataset.load(tmp_path / "empty", papers)


@pytest.mark.parametrize(
    ("text", "fact", "held"),
    [
        ("It has 86,900 parameters.", ["86900"], True),
        ("It has 186.9K parameters.", ["86.9K"], False),
        ("Top-1 accuracy is 84.25\\%.", ["84.25%"], True),
        ("gated positional self-attention", ["Gated Positional Self-Attention"], True),
        ("ungated", ["gated"], False),
        ("either", ["one", "either"], True),
        ("Written by J. Müller.", ["Muller"], True),
    ],
)
def test_facts_are_matched_as_words(text: str, fact: list[str], held: bool) -> None:
    assert says(text, fact) is held
