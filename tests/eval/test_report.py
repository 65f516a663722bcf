"""The report: nothing is loaded, nothing untrusted is markup, and noise is called noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.cases import Case, CaseKind, GoldSpan, GoldTurn
from eval.report import plots
from eval.report.page import labels, render_html, render_markdown, symptoms
from eval.scoring.results import Bin, Change, Floor, Report, ScoredCase, Setup, Stage
from eval.scoring.stats import Figure
from rag.types import Answer, Check, Citation, Claim, Span, Timings, Turn

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }} | `x`"


TITLES = {"sinet": "SINet: Extreme Lightweight", "moh": "Mixture of Heads"}


ABSTRACTS = {"sinet": "It is small. SINet has 86.9K parameters.", "moh": "Heads are experts."}


SETUP = Setup("paperchat", "local", "qwen-1.5b", "c0", "q0", "0.1.0")


def case(id: str = "fact-1", kind: CaseKind = "fact", question: str = "How large?") -> Case:
    answerable = kind not in ("far", "near")
    return Case(
        id=id,
        kind=kind,
        split="dev",
        question=question,
        history=(
            (GoldTurn(role="user", content="What is SINet?"),)
            if kind in ("follow_up", "chain")
            else ()
        ),
        answerable=answerable,
        must_cite=("sinet",) if answerable else (),
        may_cite=(),
        evidence=(GoldSpan(paper_id="sinet", start=13, end=40),) if answerable else (),
        facts=(("86.9K", "86,900"),) if answerable else (),
        terms=(),
        note="",
    )


def answer(text: str = "It is small. [1]", paper: str = "sinet", abstained: bool = False) -> Answer:
    title, quote = TITLES.get(paper, paper), Span(ABSTRACTS.get(paper, text)[:12], 0, 12)
    return Answer(
        id=None,
        question="How large?",
        standalone_question="How large?",
        kind="abstention" if abstained else "answer",
        answer=text,
        abstained=abstained,
        reason="not_in_abstracts" if abstained else None,
        nearest=(),
        claims=(Claim(text, (1,), "partial", 0.41),),
        citations=() if abstained else (Citation(1, paper, title, None, (quote,)),),
        retrieved=(),
        coverage=None,
        mode="local",
        model="qwen-1.5b",
        timings=Timings(total_ms=900),
    )


def judged(
    case: Case, answer: Answer | None, error: str | None = None, right: bool = False
) -> ScoredCase:
    name = "strict" if case.answerable else "abstention_recall"
    return ScoredCase(case=case, answer=answer, error=error, scores={name: float(right)}, stages={})


def report(*cases: ScoredCase) -> Report:
    strict = Figure(0.6071, 0.5179, 0.6964, 112)
    return Report(
        setup=SETUP,
        figures={"strict": strict, "nDCG@10": Figure(0.871, 0.82, 0.915, 97)},
        by_kind={"fact": {"strict": Figure(0.7, 0.5, 0.9, 31)}},
        funnel=(Stage("in corpus", 1.0), Stage("top 10", 0.943), Stage("cited", 0.7)),
        calibration=(Bin(0.8, 0.9, 0.84, 0.75, 40),),
        total_ms=(800.0, 900.0, 4200.0),
        first_ms=(300.0,),
        changes=(),
        floors=(),
        cases=cases or (judged(case(), answer()),),
        seconds=12.0,
    )


def check_nothing(claim: str, quotes: Sequence[str], titles: Sequence[str]) -> Check:
    return Check("supported", 1.0, ())


def change(name: str, low: float, high: float, worse: bool = False, better: bool = False) -> Change:
    difference = Figure((low + high) / 2, low, high, 88)
    return Change(name, 0.5, 0.5 + difference.value, difference, worse, better)


class Page(HTMLParser):
    """Tags, attributes and text of a page, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.styles = ""
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["style"]:
            self.styles += data
        self.text += data


def words(html: str) -> str:
    return " ".join(Page(html).text.split())


def test_figures_come_with_intervals_and_n() -> None:
    text = words(render_html(report(), TITLES))
    assert "Strictly correct 61% 52–70% n 112" in text
    assert "nDCG@10 0.871 0.820–0.915 n 97" in text
    assert "Facts" in text and "50–90%" in text
    # 800, 900 and 4200 ms: the middle one, with all there is as its interval.
    assert "Answer, p50 900 ms 800 ms – 4.2 s n 3" in text
    flat = replace(report(), figures={"quote_fidelity": Figure(1.0, 1.0, 1.0, 40)})
    assert "Quote fidelity 100% all 40 alike" in words(render_html(flat, TITLES))


def test_kinds_have_their_own_tables_and_what_is_right_comes_first() -> None:
    figure = Figure(0.25, 0.1, 0.4, 16)
    kinds = {
        "fact": {"strict": Figure(0.7, 0.5, 0.9, 31), "right": Figure(0.7, 0.5, 0.9, 31)},
        "overview": {"right": figure, "overview_papers": Figure(4.4, 3.0, 5.0, 16)},
    }
    told = replace(report(judged(case(kind="overview"), answer())), by_kind=kinds)
    text = words(render_html(told, TITLES))
    assert "Overviews25% right, 10–40% n 16" in text
    lines = render_markdown(told, timings=True).split("\n")
    assert "| Overviews | 25% | 10–40% | 16 |" in lines
    assert "| Figure | Overviews |" in lines and "| Figure | Facts |" in lines
    assert "| Papers of an overview | 4.4 |" in lines
    assert "| Answer, p95 | 900 ms |" in lines


def test_a_conversation_is_shown_as_it_was_had() -> None:
    asked = case(kind="chain")
    had = (Turn("user", "What is SINet?"), Turn("assistant", "A small network."))
    item = replace(judged(asked, answer()), before=had)
    text = words(render_html(report(item), TITLES))
    assert "Asked What is SINet?Answered A small network." in text


def test_what_must_not_be_said_is_shown() -> None:
    wrong = judged(case().model_copy(update={"never": (("small",),)}), answer("It is small. [1]"))
    text = words(render_html(report(wrong), TITLES))
    assert "says what is wrong" in text and "Must not be said small" in text


def test_an_unknown_figure_is_shown_by_its_key() -> None:
    new = replace(report(), figures={"cells_right": Figure(0.5, 0.4, 0.6, 9)})
    assert "cells_right 0.500 0.400–0.600 n 9" in words(render_html(new, TITLES))
    assert "| cells\\_right | 0.500 | 0.400–0.600 | 9 |" in render_markdown(new)


def test_nothing_is_loaded_from_anywhere() -> None:
    html = render_html(report(), TITLES, report(), abstracts=ABSTRACTS)
    page = Page(html)
    loading = ("src", "srcset", "href", "xlink:href", "action", "data", "poster", "style")
    targets = [value for name, value in page.attributes if name in loading]
    assert all(v.startswith(("#", "data:,", "--heat:")) for v in targets), targets
    assert not {"iframe", "object", "embed", "base", "img"} & set(page.tags)
    assert page.styles and "url(" not in page.styles and "@import" not in page.styles
    assert page.tags.count("script") == page.tags.count("style") == 1
    assert "default-src 'none'" in html


def test_untrusted_text_is_text() -> None:
    hostile = case(question=HOSTILE, id=HOSTILE).model_copy(
        update={"facts": ((HOSTILE,),), "note": HOSTILE, "must_cite": (HOSTILE,)}
    )
    one = judged(hostile, answer(HOSTILE, paper=HOSTILE))
    two = judged(hostile, None, error=HOSTILE)
    setup = Setup(HOSTILE, "local", HOSTILE, "c", "q", HOSTILE)
    bad = replace(
        report(one, two),
        setup=setup,
        figures={HOSTILE: Figure(0.5, 0.4, 0.6, 9)},
        funnel=(Stage(HOSTILE, 1.0),),
        changes=(change(HOSTILE, -0.1, 0.1),),
        floors=(Floor(HOSTILE, 0.5, 0.4, False),),
    )
    page = Page(render_html(bad, {HOSTILE: HOSTILE}, bad))
    assert page.tags.count("script") == 1 and "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.text.count(HOSTILE) > 10
    # In Markdown it stays one cell of one row.
    row = next(line for line in render_markdown(bad).split("\n") if "0.500" in line)
    assert row.replace("\\|", "").count("|") == 5
    assert "<script>" not in render_markdown(bad).replace("\\<", "")


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (change("fact_recall", -0.02, 0.06), "noise"),
        (change("fact_recall", 0.0, 0.0), "unchanged"),
        (change("fact_recall", 0.01, 0.09, better=True), "better"),
        (change("fact_recall", -0.09, -0.01, worse=True), "worse"),
        (change("false_abstention", 0.01, 0.09, worse=True), "worse"),
    ],
)
def test_a_change_is_called_what_it_is(made: Change, word: str) -> None:
    held = replace(report(), changes=(made,))
    assert plots.verdict(made) == word
    assert f'<em class="{word}">{word}</em>' in render_html(held, TITLES)
    assert word in render_markdown(held).split("## Against the baseline")[1]


def test_noise_is_drawn_with_its_interval() -> None:
    held = replace(report(), changes=(change("fact_recall", -0.02, 0.06),))
    html = render_html(held, TITLES)
    assert "+2.0, −2.0 to +6.0" in words(html)
    # The reach of the axis is 6 points either side: -2 is at 33.33%, +6 at the end.
    assert 'class="band" x1="33.33%" x2="100.00%"' in html
    assert "| Key facts stated | 50% | 52% | +2.0 | −2.0 to +6.0 | 88 | noise |" in render_markdown(
        held
    )


def test_floors_decide_and_are_shown() -> None:
    floors = (Floor("strict", 0.5, 0.6071, True), Floor("false_abstention", 0.1, 0.2, False))
    short = replace(report(), floors=floors)
    text = words(render_html(short, TITLES))
    assert "Falls short 1 of 2 floors met; broken: False abstentions." in text
    assert "61%, at least 50%" in text and "20%, at most 10%" in text
    assert "| False abstentions | 10% | 20% | **broken** |" in render_markdown(short)
    assert "Passed 1 of 1 floors met." in words(
        render_html(replace(report(), floors=floors[:1]), TITLES)
    )


def test_a_failure_shows_what_was_expected_beside_what_came() -> None:
    wrong = judged(case(kind="follow_up"), answer("Heads are experts. [1]", paper="moh"))
    text = words(render_html(report(wrong), TITLES, abstracts=ABSTRACTS))
    assert "What is SINet?" in text
    assert "86.9K or 86,900" in text
    assert "SINet has 86.9K parameters." in text  # the gold sentence
    assert "Mixture of Heads not expected" in text
    assert "partly supported, 0.41" in text
    assert "characters 13 to 40" in words(render_html(report(wrong), TITLES))


def test_a_crash_shows_its_error_and_a_right_case_is_left_out() -> None:
    crashed = judged(case("a"), None, error="ModelUnavailableError: no answer in 60 s")
    fine = judged(case("b", question="Is this one right?"), answer("86.9K [1]"), right=True)
    text = words(render_html(report(crashed, fine), TITLES))
    assert "ModelUnavailableError: no answer in 60 s" in text
    assert "Is this one right?" not in text
    assert "1 of 2 cases are not right" in text


def test_what_is_wrong_with_a_case() -> None:
    assert symptoms(judged(case(), None)) == ("crashed",)
    assert symptoms(judged(case(kind="near"), answer())) == ("answered anyway",)
    assert symptoms(judged(case(kind="near"), answer(abstained=True))) == ()
    assert symptoms(judged(case(), answer(abstained=True))) == ("declined",)
    assert symptoms(judged(case(), answer())) == ("fact missing",)
    wrong = symptoms(judged(case(), answer(paper="moh")))
    assert wrong == ("fact missing", "paper missing", "wrong paper")
    assert symptoms(judged(case(), answer("86,900 parameters [1]"))) == ()


def test_two_engines_side_by_side() -> None:
    cases = [case(str(n)) for n in range(12)]
    missed = judged(cases[11], answer())
    ours = report(*(judged(c, answer("86.9K [1]"), right=True) for c in cases[:11]), missed)
    theirs = report(*(judged(c, answer(), right=c.id == "0") for c in cases))
    theirs = replace(
        theirs,
        setup=replace(SETUP, engine="citation-query-engine", model="qwen-7b"),
        figures={"strict": Figure(0.17, 0.08, 0.31, 38)},
    )
    text = words(render_html(ours, TITLES, theirs))
    assert "paperchat 61% 52–70% n 112 citation-query-engine 17% 8–31% n 38 ahead +83.3" in text
    assert "qwen-1.5b" in text and "qwen-7b" in text
    assert "citation-query-engine: not measured" in text  # nDCG@10
    table = render_markdown(ours, theirs)
    assert "| 61% | 52–70% | 112 | 17% | 8–31% | 38 | +83.3, ahead |" in table
    assert "do not compare" not in text


def test_figures_over_different_cases_are_not_paired() -> None:
    """Abstention precision of the cases that both declined would always come out equal."""
    near = [case(str(n), kind="near") for n in range(4)]
    one, two = (
        report(
            *(replace(judged(c, answer()), scores={"abstention_precision": 1.0}) for c in chosen)
        )
        for chosen in (near, near[:2])
    )
    figures = {"abstention_precision": Figure(1.0, 1.0, 1.0, 4)}
    one, two = replace(one, figures=figures), replace(two, figures=figures)
    assert '<p class="gap">' not in render_html(one, TITLES, two)
    assert '<p class="gap">' in render_html(one, TITLES, one)


def test_sides_are_told_apart_by_what_differs() -> None:
    other = replace(report(), setup=replace(SETUP, mode="quotes"))
    assert labels((report(), other)) == ["local", "quotes"]
    assert labels((report(), report())) == ["first", "second"]


def test_other_questions_are_not_compared() -> None:
    other = replace(report(), setup=replace(SETUP, questions="q1"))
    assert "different questions: do not compare them" in words(render_html(report(), TITLES, other))
    assert "different questions: do not compare them" in render_markdown(report(), other)


def test_a_report_with_nothing_in_it_is_a_page() -> None:
    bare = Report(SETUP, {}, {}, (), (), (), (), (), (), (), 0.0)
    assert "Every case is right." in words(render_html(bare, {}))
    assert render_markdown(bare).startswith("# Evaluation\n")
