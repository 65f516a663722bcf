"""What the Chat page shows beside an answer: verdicts, how it was made, the empty page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from rendering import Seen, hostile, paper, span
from test_bundle import answered

from rag.types import (
    Evidence,
    ModelChoice,
    RankedPaper,
    Refused,
    Removed,
    Searched,
    Timings,
    Trace,
)
from ui.web.render import source, welcome
from ui.web.render.lead import tries
from ui.web.render.text import verdict
from ui.web.render.trace import trace

# ---- the card


@pytest.mark.parametrize(
    ("likely", "words"), [(0.974, "likely to answer"), (0.2, "may answer"), (None, "")]
)
def test_a_card_says_in_words_how_likely_it_answers(likely: float | None, words: str) -> None:
    shown = source.card(paper(abstract=""), 1, [], likely=likely)
    assert Seen(shown).text.startswith(f"1Linear attention{words}No abstract")
    assert "%" not in shown


# ---- verdicts and questions to go on with


def test_a_verbatim_sentence_is_told_from_one_that_is_borne_out() -> None:
    assert "in these words" in Seen(verdict("supported", 1.0)).text
    assert "in other words" in Seen(verdict("supported", 0.87)).text


@given(hostile)
def test_a_question_to_go_on_with_is_offered_as_text(question: str) -> None:
    seen = Seen(tries([question]))
    assert seen.shape == Seen(tries(["So?"])).shape
    assert question in seen.values
    assert tries([]) == ""


# ---- how it was made


def made(prompt: bool = False, removed: Removed | None = None) -> str:
    said = replace(
        answered(),
        standalone_question="How, <b>?",
        timings=Timings(1, 40, 9, 60, 100),
        removed=removed or Removed(),
        mode="openai" if prompt else "quotes",
        model="gpt" if prompt else "none",
    )
    searched = Searched(
        "How?",
        (Evidence(1, paper(), span(21, 39), 0.93),),
        (RankedPaper(paper("<i>One</i>"), 0.5894, ()),),
        ("p1", "p2", "p3"),
    )
    refused = (Refused("It <b>flies</b>.", "not_borne_out"),)
    sent = Trace((("system", "Obey <them>."), ("user", "[1] We make")), refused, 120, 30)
    return trace(said, searched, sent if prompt else Trace())


def test_a_trace_counts_every_step() -> None:
    seen = Seen(made())
    for words in (
        "for “How, <b>?”",
        "3 papers scored",
        "0.589",
        "<i>One</i>",
        "1 sentence of 1 paper",
        "93%",
        "word for word",
        "1 supported; nothing removed",
        "1 paper, 1 quote",
        "search 40 ms",
        "write and check 50 ms",
        "first sentence after 60 ms",
        "in all 100 ms",
    ):
        assert words in seen.text
    assert "prompt" not in made()


def test_a_trace_shows_the_prompt_its_tokens_and_what_was_removed() -> None:
    seen = Seen(made(prompt=True, removed=Removed(2, 1, 1)))
    for words in (
        "Obey <them>.",
        "120 tokens in, 30 tokens out",
        "1 sentence left out",
        "1 sentence replaced by the quote",
        "2 citations without a source removed",
        "It <b>flies</b>. its quotes do not say so",
    ):
        assert words in seen.text


# ---- the empty page


def test_the_empty_page_says_what_it_knows_and_how_to_change_who_answers() -> None:
    seen = Seen(welcome.about(1, ("brains", "<b>maps", "eyes"), ModelChoice("quotes", "none", "")))
    assert "It knows 1 abstract, mostly on brains, <b>maps and eyes" in seen.text
    assert "without a language model" in seen.text and "#settings" in seen.values
    assert "mostly" not in welcome.about(3, (), None)


@given(hostile)
def test_an_example_stays_text(question: str) -> None:
    seen = Seen(welcome.examples([("A", question)]))
    assert seen.shape == Seen(welcome.examples([("A", "b")])).shape
    assert question in seen.values
