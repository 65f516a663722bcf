"""A reader's rating as a case of the question set."""

from __future__ import annotations

from pathlib import Path

import pytest
from rendering import paper
from test_bundle import answered

from eval.cases import Case
from eval.dataset import Dataset
from eval.report.page import symptoms
from eval.scoring.metrics import score_case
from eval.scoring.results import Outcome
from rag.errors import FileError, InputError
from rag.types import (
    Check,
    Turn,
)
from ui import feedback

# ---- thumbs


def test_a_thumb_becomes_a_case_that_is_run_and_not_scored(tmp_path: Path) -> None:
    path = tmp_path / "new" / "feedback.jsonl"
    history = (Turn("user", "What is it?"),)
    for thumb in ("down", "up"):
        assert thumb in ("down", "up")
        feedback.save_case(
            feedback.case_of(answered(), history, thumb, " wrong\npaper ", ["p1"]), path
        )
    one, other = Dataset.load(path, [paper()])
    assert (one.kind, one.question, one.turns) == ("feedback", "How?", list(history))
    assert one.note.startswith("thumb down: wrong paper [answered, citing p1; asked only of p1;")
    assert one.id != other.id
    judged = score_case(
        one, Outcome(answered()), {"p1": paper()}, lambda *_: Check("supported", 1.0, ())
    )
    assert set(judged.scores) == {"quote_fidelity", "grounded", "number_fidelity"}
    assert symptoms(judged) == ("not judged",)


def test_a_feedback_case_expects_nothing() -> None:
    case = feedback.case_of(answered(), (), "down", "")
    assert (case.answerable, case.must_cite, case.facts) == (False, (), ())
    assert Case.model_validate(case.model_dump()) == case


def test_a_rating_stays_one_line_until_it_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    first = feedback.case_of(answered(), (), "down", "")
    other = feedback.case_of(answered(), (), "up", "line\u2028separator")
    for case in (first, other):
        feedback.save_case(case, path)
    feedback.save_case(feedback.case_of(answered(), (), "up", "after all", (), first.id), path)
    noted, kept = Dataset.load(path, [paper()])
    assert (noted.id, kept) == (first.id, other)
    assert noted.note.startswith("thumb up: after all [")
    feedback.drop_case("feedback-000000000000", path)  # somebody moved the file away
    feedback.drop_case(first.id, path)
    assert Dataset.load(path, [paper()]).cases == (other,)
    path.write_text(path.read_text("utf-8").replace('"kind": "feedback"', '"kind": "fact"'))
    with pytest.raises(InputError, match="full case"):
        feedback.drop_case(other.id, path)
    path.write_text(path.read_text("utf-8").replace('"kind": "fact"', '"kind": "feedback"'))
    feedback.drop_case(other.id, path)
    assert not path.exists()


def test_feedback_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = feedback.feedback_file(tmp_path / "index")
    case = feedback.case_of(answered(), (), "down", "x" * 10_000)
    assert len(case.note) < 1000
    feedback.save_case(case, path)
    monkeypatch.setattr(feedback, "_LARGEST", 1000)
    with pytest.raises(InputError, match="file is full"):
        feedback.save_case(feedback.case_of(answered(), (), "up", "x" * 500), path)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(FileError):
        feedback.save_case(case, tmp_path / "file" / "feedback.jsonl")
