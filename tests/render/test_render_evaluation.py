"""A report as the window shows it: nothing in it can become markup; figures, floors and times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from rendering import Seen, hostile
from test_report import ABSTRACTS, TITLES, answer, case, judged, report

from eval.cases import Case
from eval.own import Problem, own_case
from eval.report.store import read_report, write_report, written_at
from eval.scoring.figures import NAMES
from eval.scoring.results import Floor
from eval.scoring.stats import Figure
from rag.types import (
    EmbedderStatus,
    IndexStatus,
    ModelChoice,
    Paper,
    Span,
    SystemStatus,
    WeightsStatus,
)
from ui.web.render.evaluate import cases as render_cases
from ui.web.render.evaluate import evaluation as render
from ui.web.render.evaluate import questions
from ui.web.render.evaluate.plain import SAYS, how_sure, sentence
from ui.web.render.settings import (
    InForce,
    answered,
    as_set,
    changes,
    facts,
    faulty,
    rights,
    saved,
    weights,
)

PAPERS = {key: Paper(key, TITLES[key], ABSTRACTS[key], (), 0, "x") for key in TITLES}
QUOTES = ModelChoice("quotes", "none", "")
LOCAL = ModelChoice("local", "qwen-1.5b", "")


@given(hostile)
def test_a_case_keeps_its_shape_whatever_stands_in_it(text: str) -> None:
    def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
        given = answer(text)
        quotes = (Span(text, 0, len(text)),)
        cited = [replace(c, title=text, paper_id=text, quotes=quotes) for c in given.citations]
        claims = [replace(claim, text=text) for claim in given.claims]
        told = replace(given, citations=tuple(cited), claims=tuple(claims))
        item = judged(case(question=text), told)
        failed = judged(case("b", question=text), None, error=text or "x")
        whole = report(item, failed)
        return [
            *Seen(render_cases.rows(whole)).shape,
            *Seen(render_cases.body(item, {})).shape,
            *Seen(render_cases.body(failed, PAPERS)).shape,
        ]

    assert shape(text) == shape("T")


@given(hostile)
def test_what_settings_say_keeps_its_shape(text: str) -> None:
    def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
        index = IndexStatus(folder=text, papers=1, chunks=2, current=True)
        local = WeightsStatus(name=text, folder=text, on_disk=False)
        embedder = EmbedderStatus(text, text, text)
        status = SystemStatus(text, index, "quotes", text, text, embedder, local, ())
        before = InForce("auto", "http://a", "m", 10, key_set=True)
        after = before._replace(url=f"u{text}", model=f"m {text}", mode="openai")
        told = changes(before, after)
        form = answered(text, 0.4) + faulty(text, "x", "") + saved(told, text, [text])
        form += as_set(after) + rights(guest=True)
        return Seen(form + facts(status) + weights(local, 10)).shape

    assert shape(text) == shape("T")


def test_a_broken_floor_is_marked_and_a_kept_one_is_quiet() -> None:
    floors = (Floor("strict", 0.64, 0.6071, False), Floor("nDCG@10", 0.8, 0.871, True))
    made = replace(report(), floors=floors)
    shown = render.figures(made)
    assert shown.count('class="below"') == 1
    assert "The least that we accept is 64%." in Seen(shown).text
    assert "The least that we accept is 0.800." in Seen(shown).text
    lead = Seen(render.lead(made, 0.0, same_papers=True)).text
    assert "1 of 2 figures are worse than we accept: Strictly correct." in lead
    assert "other papers" not in lead
    assert "other papers" in render.lead(made, 0.0, same_papers=False)
    assert "accept" not in render.lead(report(), 0.0, same_papers=True)


def test_a_figure_is_a_sentence_and_its_interval_is_explained() -> None:
    few, many = Figure(0.9, 0.7, 1.0, 10), Figure(0.897, 0.88, 0.91, 1374)
    says = "9 of 10 sentences are supported by the quotes beside them."
    assert sentence("grounded", few) == says
    assert sentence("grounded", many).startswith("90 of 100 sentences")
    assert sentence("quote_fidelity", Figure(1.0, 1.0, 1.0, 3)).startswith("All quotes stand")
    assert sentence("total_p95", Figure(2300.0, 0, 0, 9)) == (
        "One answer in twenty took longer than 2.3 s."
    )
    assert "70–100%, 19 times in 20" in how_sure(few, "share")
    assert set(NAMES) <= set(SAYS), "every figure has its sentence"


def test_what_nobody_expects_anything_of_fails_by_its_quotes_alone() -> None:
    fine, bad = (
        replace(
            judged(case(i, "feedback"), answer()), scores={"grounded": g, "quote_fidelity": 1.0}
        )
        for i, g in (("a", 1.0), ("b", 0.5))
    )
    made = report(fine, bad)
    shown = Seen(render_cases.rows(made))
    assert shown.text.count("not supported") == 1 and shown.text.count("supported") == 2
    assert render_cases.faults(made) == {"not supported": 1}


@given(hostile)
def test_lists_of_questions_keep_their_shape(text: str) -> None:
    def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
        papers = {"p": replace(PAPERS[next(iter(PAPERS))], title=text)}
        asked = [own_case(f"What? {text}", ["p"]), own_case(f"Who? {text}", (), [[text or "x"]])]
        rated = [
            replace_note(asked[0], f"thumb down: a{text} [x]"),
            replace_note(asked[1], f"a{text}"),
        ]
        wrong = questions.problems(text or "f", [Problem(3, text)], 2)
        return Seen(questions.own(asked, papers, mine=True) + questions.rated(rated) + wrong).shape

    assert shape(text) == shape("T")


def replace_note(made: Case, note: str) -> Case:
    return made.model_copy(update={"note": note})


def test_a_thumb_and_its_words_are_read_from_the_note() -> None:
    def rated(note: str) -> tuple[str, str]:
        return questions.rating(replace_note(own_case("What?"), note))

    tail = "[answered, citing a; quotes none; 2026-01-01]"
    assert rated(f"thumb down: Wrong [paper] {tail}") == ("down", "Wrong [paper]")
    assert rated(f"thumb up: no reason given {tail}") == ("up", "")
    assert rated("by hand") == ("", "by hand")


def test_what_fails_comes_first_and_says_why() -> None:
    right = judged(case("a"), answer("It has 86.9K. [1]"), right=True)
    shown = render_cases.rows(report(right, judged(case("b"), answer())))
    assert shown.index('data-id="b"') < shown.index('data-id="a"')
    assert "fact missing" in shown and 'data-state="right"' in shown


def test_a_case_shows_quotes_beside_what_was_expected() -> None:
    text = Seen(render_cases.body(judged(case(kind="follow_up"), answer()), PAPERS)).text
    for words in ("What is SINet?", "86.9K or 86,900 (missing)", "SINet has 86.9K parameters."):
        assert words in text


@pytest.mark.parametrize(
    ("choice", "last", "said"),
    [
        (QUOTES, False, "100 questions, about 6 s without a language model"),
        (LOCAL, False, "100 questions × 10 s with Local model, qwen-1.5b: about 17 min (a guess"),
        (LOCAL, True, "× 2.0 s with Local model, qwen-1.5b: about 3 min (as measured"),
        (ModelChoice("local", "another", ""), True, "× 10 s"),
    ],
)
def test_one_is_told_how_long_it_takes(choice: ModelChoice, last: bool, said: str) -> None:
    assert said in Seen(render.plan(100, choice, report() if last else None)).text


def test_a_report_is_read_again_as_it_was(tmp_path: Path) -> None:
    made = report(judged(case(), answer()), judged(case("b", "far"), None, error="oh"))
    assert read_report(tmp_path) is None and written_at(tmp_path) is None
    write_report(tmp_path, made, list(PAPERS.values()))
    assert read_report(tmp_path) == made
    assert written_at(tmp_path) is not None
    (tmp_path / "report-whole.json").write_text("{}", "utf-8")
    assert read_report(tmp_path) is None, "of another version"
