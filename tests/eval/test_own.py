"""A reader's own questions: read from files, judged by their papers, and stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.own import own_case, read_own, template
from eval.scoring.judging import faults
from rag.errors import FileError, InputError
from rag.types import Answer, Citation, Paper, Timings
from ui.questions import add_cases, read_cases, remove_case, usable

TITLES = {"a": "Small nets; a survey", "b": "Large nets.", "c": "نص عربي"}
PAPERS = {i: Paper(i, title, "One. Two.", (), 0, "x") for i, title in TITLES.items()}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_template_is_a_file_of_three_questions(form: str) -> None:
    text = template(form, list(PAPERS.values()))
    cases, problems = read_own(f"q.{form}", text.replace("Small nets; a survey", "a"), PAPERS)
    assert not problems and [case.must_cite for case in cases] == [("a",), ("a", "b"), ()]
    assert [case.answerable for case in cases] == [True, True, False]
    assert cases[1].facts == (("training", "trained"), ("network",))


def test_a_file_is_read_as_people_write_it() -> None:
    table = '\ufeffQuestion;Papers;says\r\n"What?\nNow";large NETS;\r\nWho?;c;x|y\r\n'
    cases, problems = read_own("from excel.csv", table, PAPERS)
    assert not problems and [case.must_cite for case in cases] == [("b",), ("c",)]
    assert (cases[0].question, cases[1].facts) == ("What? Now", (("x", "y"),))
    cases, _ = read_own("q.csv", "question,papers\nHow?,Small nets; a survey\nWhy?,\n", PAPERS)
    assert [(case.kind, case.must_cite) for case in cases] == [("own", ("a",)), ("feedback", ())]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "first line names the columns"),
        ("a,b\n1,2", 1, "first line names the columns: question, papers"),
        ("question,papers\nWhat?,Nets", 2, "no paper here has the title “Nets”"),
        ("question\nWhat?\nwhat?", 3, "in the file already"),
        ("question,papers\nWhat?,a,b,c", 2, "more fields than there are columns"),
        ("question,declined\nWhat?,perhaps", 2, "yes or no"),
        ("question,papers,declined\nWhat?,a,yes", 2, "has no papers"),
        (f"question\n{'x' * 4001}", 2, "at most 4,000 characters"),
        ('{"question": 3}', 1, "it has no question"),
        ('{"question": "a"}\n\n{"question"', 3, "this is not JSON"),
        ('{"question": "a", "papers": [1]}', 1, "a list of texts"),
        ('{"question": "a", "paper": "a"}', 1, "no field “paper”"),
        ('{"question": "a", "says": ["!"]}', 1, "without letters and digits"),
        ('{"kind": "fact"}', 1, "the field “id” is not right"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str) -> None:
    _, (problem, *_) = read_own("q", text, PAPERS)
    assert problem.line == line and said in problem.what


def test_it_is_judged_by_the_papers_it_names() -> None:
    def answer(*ids: str, text: str = "It is so.") -> Answer:
        cited = tuple(Citation(n, i, i, None, ()) for n, i in enumerate(ids, start=1))
        return Answer(
            None, "", "", "answer", text, False, None, (), (), cited, (), None, "quotes", "",
            Timings(),
        )  # fmt: skip

    case = own_case("What?", ["a", "b"], [["so"]])
    assert faults(case, answer("a", "b", "c")) == (), "other papers do no harm"
    assert faults(case, answer("a")) == ("paper missing",)
    assert faults(case, answer("a", "b", text="No.")) == ("fact missing",)
    assert faults(own_case("Who?", declined=True), answer("a")) == ("answered anyway",)


def test_questions_are_kept_replaced_and_deleted(tmp_path: Path) -> None:
    path = tmp_path / "new" / "questions.jsonl"
    first, gone = own_case("What?", ["a"]), own_case("Who?", ["elsewhere"])
    add_cases(path, [first, gone])
    add_cases(path, [own_case("what?  ", ["b"])])
    with path.open("a", encoding="utf-8") as file:
        file.write("broken\n")
    kept = read_cases(path)
    assert [(case.id, case.must_cite[0]) for case in kept] == [
        (first.id, "b"),
        (gone.id, "elsewhere"),
    ]
    assert [case.id for case in usable(kept, PAPERS)] == [first.id]
    remove_case(path, gone.id)
    assert [case.id for case in read_cases(path)] == [first.id]
    assert path.read_text("utf-8").startswith("broken\n"), "what is no case stays"
    with pytest.raises(InputError, match="at most 2,000"):
        add_cases(path, [own_case(f"What {n}?") for n in range(2000)])
    path.write_bytes(table := "Größe".encode("latin-1"))
    with pytest.raises(FileError):
        add_cases(path, [first])
    assert path.read_bytes() == table
