"""What the Chat page shows beside an answer: verdicts, how it was made, the empty page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from rendering import Seen, hostile, paper, span
from test_bundle import answered

from rag.types import (
    Coverage,
    Evidence,
    Filter,
    RankedPaper,
    Refused,
    Removed,
    Searched,
    Timings,
    Trace,
)
from ui.web.render.basics.text import verdict
from ui.web.render.chat import source, welcome
from ui.web.render.chat.lead import tries
from ui.web.render.chat.trace import trace

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


def made(sent: bool = False, *, shown: bool = False, **changed: Any) -> Seen:
    said = replace(
        answered(),
        standalone_question="How, <b>?",
        timings=Timings(1, 40, 9, 60, 100),
        mode="openai" if sent else "quotes",
        model="gpt" if sent else "none",
        **changed,
    )
    searched = Searched(
        "How?",
        (Evidence(1, paper(), span(21, 39), 0.93),),
        (RankedPaper(paper("<i>One</i>"), 0.5894, ()), RankedPaper(paper("Two"), 0.2, ())),
        ("p1", "p2", "p3") if said.intent != "records" else (),
        of_shown=shown,
    )
    refused = (Refused("It <b>flies</b>.", "not_borne_out"),)
    prompt = Trace((("system", "Obey <them>."), ("user", "[1] We make")), refused, 120, 30)
    return Seen(trace(said, searched, prompt if sent else Trace()))


def lines_of(seen: Seen, *lines: str) -> bool:
    """Whether the story has these lines in this order."""
    places = [seen.text.find(line) for line in lines]
    return -1 not in places and places == sorted(places)


def test_an_answer_tells_in_five_lines_how_it_was_made() -> None:
    seen = made()
    assert lines_of(
        seen,
        "How this answer was made",
        "Your question was read as “How, <b>?”",
        "3 abstracts were searched; the nearest 2 were read closely.",
        "0.589",
        "<i>One</i>",
        "1 sentence of 1 paper looked like an answer.",
        "93%",
        "1 sentence was quoted; no language model wrote.",
        "1 quote of 1 paper, each word for word",
        "It took 100 ms.",
        "searching 40 ms",
        "writing and checking 50 ms",
        "first sentence after 60 ms",
    )
    assert "given" not in seen.text


def test_where_a_model_wrote_it_says_what_was_left_out_and_shows_the_prompt() -> None:
    seen = made(sent=True, removed=Removed(2, 1, 3))
    assert lines_of(
        seen,
        "1 sentence was written by the model at your endpoint (gpt) and checked; "
        "1 was left out because no quote said it; "
        "3 were replaced by the quote, which did not say them.",
        "2 citations without a source removed",
        "It <b>flies</b>. its quotes do not say so",
        "All that the language model was given (120 tokens in, 30 tokens out)",
        "Obey <them>.",
    )


_DECLINED: dict[str, Any] = {
    "abstained": True,
    "claims": (),
    "citations": (),
    "reason": "weak_evidence",
}


@pytest.mark.parametrize(
    ("seen", "lines"),
    [
        (
            made(intent="list", coverage=Coverage(3, 2, 3)),
            ("read as a request for a list", "each was checked", "2 papers belong here."),
        ),
        (
            made(intent="count", coverage=Coverage(2, 1, 3)),
            ("question of how many", "2 of them were checked", "1 paper belongs here."),
        ),
        (made(intent="comparison"), ("read as a request for a comparison, in full: “How",)),
        (made(**_DECLINED), ("looked like an answer", "So nothing was written")),
        (
            made(sent=True, **{**_DECLINED, "reason": "model_found_none"}),
            ("The language model read them and found no answer",),
        ),
        (
            made(intent="records", **_DECLINED),
            ("who wrote what", "No abstract was searched", "They do not say"),
        ),
        (
            made(shown=True),
            ("papers that the last answer showed", "1 paper of the last answer was read again"),
        ),
        (made(filter=Filter(first_year=2024)), ("of papers from 2024 on alone.",)),
    ],
    ids=["list", "count", "comparison", "declined", "none found", "records", "act", "filter"],
)
def test_each_kind_of_answer_has_its_own_story(seen: Seen, lines: tuple[str, ...]) -> None:
    assert lines_of(seen, *lines, "It took 100 ms.")


# ---- the empty page


def test_the_empty_page_says_what_is_in_the_collection() -> None:
    seen = Seen(
        welcome.about(
            1240, years=(1998, 2024), venues=("A<b>", "B", "C", "D"), sources=("x.bib", "y.bib")
        )
    )
    line = "1,240 papers, 1998 to 2024, in A<b>, B and 2 more venues, from x.bib and y.bib"
    assert seen.text.startswith(line)
    assert "#library" in seen.values and "#settings" in seen.values
    assert Seen(welcome.about(1)).text.startswith("1 paper")
    assert "no papers here yet" in Seen(welcome.about(0)).text


@given(hostile)
def test_examples_and_groups_stay_text(text: str) -> None:
    seen = Seen(welcome.examples([("A", text)]))
    assert seen.shape == Seen(welcome.examples([("A", "b")])).shape
    assert text in seen.values
    lines = [welcome.TopicLine(0, text, 3, "Plain")]
    plain = [welcome.TopicLine(0, "Brains and maps", 3, "Plain")]
    assert Seen(welcome.topics(lines)).shape == Seen(welcome.topics(plain)).shape


def test_a_group_says_how_many_papers_it_has_and_one_title() -> None:
    seen = Seen(welcome.topics([welcome.TopicLine(7, "Brains and maps", 1, "T")], more=True))
    assert seen.text.startswith("What they are aboutBrains and maps1 paperT")
    assert "All groups" in seen.text and "7" in seen.values
    assert welcome.topics([]) == ""
