"""A comparison as HTML: nothing in it can become markup, and every cell has its quote."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from rendering import Seen, hostile
from test_saved import ABSTRACT, comparison

from rag.types import Cell, ComparedPaper, Measure, Span, SummaryClaim
from ui.exports.comparisons.page import document
from ui.web.render.comparison import abstract, cell_of, foot, head_of, summary
from ui.web.views.comparison import cell_view

QUOTE = (Span(ABSTRACT[21:], 21, len(ABSTRACT)),)


@given(hostile, hostile)
def test_a_row_keeps_its_shape_whatever_stands_in_it(title: str, value: str) -> None:
    def shown(title: str, value: str) -> Seen:
        paper = ComparedPaper("a", title, None, value)
        cell = Cell("a", "approach", value, "stated", (Span(value, 0, len(value)),), "supported")
        made = replace(cell, corrected=value)
        cells = "".join(f"<td>{cell_of(one)}</td>" for one in (cell, made))
        return Seen(f"<table><tr><th>{head_of(paper)}</th>{cells}</tr></table>")

    assert shown(title, value).shape == shown("T", "V").shape


@given(hostile, hostile)
def test_a_document_keeps_its_shape_whatever_stands_in_it(title: str, value: str) -> None:
    def shape(title: str, value: str) -> list[tuple[str, tuple[str, ...]]]:
        whole = comparison()
        papers = tuple(replace(paper, title=title) for paper in whole.papers)
        cells = tuple(replace(c, value=c.value and value, aspect=value) for c in whole.cells)
        claims = (SummaryClaim(value, ("a",), "supported"),)
        made = replace(whole, papers=papers, cells=cells, summary=claims, aspects=(value, "b"))
        page = document(made).replace("<!doctype html>", "")
        return Seen(re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)).shape

    assert shape(title, value) == shape("T", "V")


def test_a_cell_tells_its_verdict_in_words() -> None:
    shown = Seen(cell_of(Cell("a", "x", "linear", "stated", QUOTE, "partial"))).text
    assert "partly supported" in shown
    assert QUOTE[0].text in shown, "the sentence is there for the full view"
    unsaid = cell_of(Cell("a", "x", "", "not_stated", (), None))
    assert Seen(unsaid).text == "not stated"


def test_a_cell_shows_its_own_numbers_with_metric_and_data_set() -> None:
    def span(text: str) -> Span:
        return Span(text, 0, len(text))

    own = Measure(span("83.6%"), 83.6, "%", span("top-1"), span("ImageNet"))
    other = Measure(span("57.7%"), 57.7, "%", role="other")
    cell = Cell("a", "x", "good", "stated", QUOTE, "supported", measures=(own, other))
    shown = Seen(cell_of(cell)).text
    assert "83.6% top-1 ImageNet" in shown
    assert "57.7%" not in shown
    view = cell_view(cell)
    assert [one["kind"] for one in view["measures"]] == ["top-1 · ImageNet · %"]
    less = Measure(span("40\\%"), 40, "%", span("latency"), role="change", sign=-1)
    cheaper = replace(cell, measures=(less,))
    assert "−40% latency" in Seen(cell_of(cheaper)).text
    assert [one["value"] for one in cell_view(cheaper)["measures"]] == [-40]
    mine = replace(cell, corrected="see https://example.org/x")
    assert 'href="https://example.org/x"' in cell_of(mine)
    assert "corrected by you" in Seen(cell_of(mine)).text
    assert (cell_view(mine)["status"], cell_view(mine)["measures"]) == ("corrected", [])


def test_a_sentence_is_said_once_with_its_value_and_numbers_marked() -> None:
    def span(text: str, whole: str, at: int) -> Span:
        start = at + whole.index(text)
        return Span(text, start, start + len(text))

    first = "In tests, we reach $83.6\\%$ on CO$_2$, at 12 ms."
    second = "More is not said."
    quotes = (Span(first, 40, 40 + len(first)), Span(second, 5, 5 + len(second)))
    numbers = (
        Measure(span("83.6\\%", first, 40), 83.6, "%"),
        Measure(span("12 ms", first, 40), 12, "ms"),
    )
    value = "we reach $83.6\\%$ on CO$_2$"
    cell = Cell("a", "x", value, "stated", quotes, "supported", measures=numbers)
    shown = cell_of(cell)
    sentence = shown[shown.index('<span class="beside">') :]
    assert Seen(sentence).text.replace("\n", "").startswith("In tests, we reach 83.6% on CO2, at")
    assert '<span class="beside">In tests, </span><span class="value">we reach <b' in sentence
    assert re.findall(r'<b class="number">(.*?)</b>', re.sub("</?span.*?>", "", sentence)) == [
        "83.6%",
        "12 ms",
    ]
    assert shown.count("we reach") == 1 and shown.count(second) == 1
    worded = cell_of(replace(cell, value="83.6% on CO2", author="model"))
    assert '<span class="value">83.6% on CO2</span><span class="sentence">In tests, we' in worded
    named = Span(r"See \href{https://x.org/a}{our page}.", 0, 37)
    code = cell_of(Cell("a", "x", "https://x.org/a", "stated", (named,), "supported"))
    assert Seen(code).text.count("https://x.org/a") == 1 and "our page" in Seen(code).text


def test_words_that_stand_in_another_cell_are_pointed_to_unless_they_are_an_address() -> None:
    again = Cell("a", "x", "good", "stated", QUOTE, "supported", see="approach")
    assert "as under approach" in Seen(cell_of(again)).text
    assert cell_view(again)["see"] == "approach"
    assert cell_view(replace(again, corrected="mine"))["see"] == ""
    there = replace(again, value="Code: https://example.org/x")
    assert "as under" not in cell_of(there) and 'href="https://example.org/x"' in cell_of(there)


def test_an_abstract_is_whole_and_its_quotes_are_marked() -> None:
    seen = Seen(abstract(ABSTRACT, [Cell("a", "x", "v", "stated", QUOTE, "supported")]))
    assert seen.text == ABSTRACT
    assert seen.marks == [(21, len(ABSTRACT), ABSTRACT[21:])]


def test_the_summary_points_at_rows() -> None:
    whole = comparison()
    shown = summary(whole.summary, whole.papers)
    assert re.findall(r'data-key="(\w)".*?>(\d)<', shown) == [("a", "1"), ("b", "2")]


def test_a_document_holds_every_quote_and_asks_nobody() -> None:
    text = document(comparison())
    assert Seen(text.replace("<!doctype html>", "")).text.count(QUOTE[0].text) >= 4
    assert not re.search(r"<(?:script|link|img)|@import|url\(", text)


@pytest.mark.parametrize("words", ["2 papers × 2 columns", "2 of 4 cells stated", "3 ms"])
def test_the_small_print(words: str) -> None:
    assert words in Seen(foot(comparison())).text
