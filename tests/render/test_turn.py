"""One turn of a conversation, event by event, and the history before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from rendering import ABSTRACT, Seen, answer, citation, paper, span

from rag.types import (
    Citation,
    Claim,
    Evidence,
    Finished,
    Paper,
    PaperRef,
    Quoted,
    RankedPaper,
    Searched,
    Section,
    Sentence,
)
from ui.web.pages.chat import read_history
from ui.web.views.blocks import BlockView
from ui.web.views.turn import TurnState, TurnView

OTHER = Paper("p2", "Other: a study", ABSTRACT, (), 1, "test")
CLAIM = Claim("We make it linear.", (1,), "supported", 1.0)
CITED = citation(span(21, 39))

# ---- one turn, event by event


def stream() -> Iterator[TurnState]:
    one = paper()
    view = TurnView("t1", {})
    evidence = (Evidence(1, OTHER, span(0, 20), 0.9), Evidence(2, one, span(21, 39), 0.8))
    ranked = (RankedPaper(OTHER, 0.9, ()), RankedPaper(one, 0.8, ()))
    yield view.add(Searched("How?", evidence, ranked))
    yield view.add(Sentence(CLAIM, (CITED,)))
    yield view.add(Finished(answer(claims=(CLAIM,), citations=(CITED,))))


def test_sources_come_first_and_stay_in_place_until_the_end() -> None:
    searched, writing, done = stream()
    assert [feed["state"] for feed in (searched, writing, done)] == ["reading", "writing", "done"]
    assert [card["key"] for card in searched["cards"]] == ["p2", "p1"]
    assert [card["number"] for card in writing["cards"]] == [None, 1]
    assert [(card["key"], card["number"]) for card in done["cards"]] == [("p1", 1), ("p2", None)]
    assert writing["blocks"] == done["blocks"]
    assert writing["plain"] == "We make it linear."
    assert done["papers"] == ["p1"]


def blocks(state: TurnState) -> list[BlockView]:
    read: list[BlockView] = json.loads(state["blocks"])
    return read


def shape(state: TurnState) -> list[tuple[str, list[str]]]:
    """The kinds of a turn's blocks, and the text of their parts."""
    return [(b["kind"], [Seen(part).text for part in b["parts"]]) for b in blocks(state)]


LINE = "We make it linear. ✓(The quotes say so in these words.)"


def test_a_list_names_its_papers_and_those_that_may_belong_to_it() -> None:
    maybe = PaperRef("p2", "Other: a study", (span(40, 64),))
    listed = replace(
        answer(claims=(CLAIM,), citations=(CITED,)),
        answer="1 paper, **so** [1]",
        kind="list",
        intent="list",
        lead="1 paper, and 1 more.",
        notes=("taken as MobileMamba",),
        sections=(
            Section("", (0,)),
            Section("Maybe", (), papers=(maybe,)),
            Section("", (), "Nothing here answers “so”."),
        ),
    )
    view = TurnView("t1", {"p1": paper(), "p2": OTHER})
    view.add(Sentence(CLAIM, (CITED,)))
    done = view.add(Finished(listed))
    assert shape(done) == [
        ("taken", ["Taken as MobileMamba."]),
        ("lead", ["1 paper, and 1 more."]),
        ("points", [f"1Linear attention {LINE}"]),
        ("heading", ["Maybe"]),
        ("pointers", ["Other“Accuracy stays the same.”"]),
        ("said", ["Nothing here answers “so”."]),
    ]
    assert done["plain"] == "1 paper, so"
    assert done["papers"] == ["p1"]  # "the second one" is no paper that only may belong here
    assert [(card["key"], card["number"]) for card in done["cards"]] == [("p1", 1), ("p2", None)]
    assert '<mark class="found" data-start="40"' in done["cards"][1]["html"]
    assert done["bundle"] and [p["paper_id"] for p in done["bundle"]["papers"]] == ["p1", "p2"]


def test_what_is_there_keeps_its_key_when_a_lead_comes_before_it() -> None:
    view = TurnView("t1", {"p1": paper()})
    written = blocks(view.add(Sentence(CLAIM, (CITED,))))
    done = replace(answer(claims=(CLAIM,), citations=(CITED,)), lead="So:")
    assert blocks(view.add(Finished(done)))[1:] == written


def test_quotes_stand_until_sentences_take_their_place() -> None:
    first, second = span(0, 20), span(40, 64)
    quotes = tuple(Claim(s.text, (n,), "supported", 1.0) for n, s in ((1, first), (2, second)))
    cited = (
        Citation(1, "p1", "Linear attention", None, (first,)),
        Citation(2, "p2", "Other", None, (second,)),
    )
    view = TurnView("t1", {"p1": paper(), "p2": OTHER})
    view.add(Searched("How?", (), ()))
    quoted = view.add(Quoted(quotes, cited))
    assert quoted["state"] == "quoted"
    assert shape(quoted) == [
        ("pointers", ["Linear attention“Attention is costly.”", "Other“Accuracy stays the same.”"])
    ]
    worded = Claim("It costs nothing.", (1,), "supported", 0.9)
    writing = view.add(Sentence(worded, (Citation(1, "p2", "Other", None, (second,)),)))
    assert [kind for kind, _ in shape(writing)] == ["text", "pointers"]
    assert shape(writing)[1][1] == ["Linear attention“Attention is costly.”"]
    done = view.add(Finished(answer(claims=(worded,), citations=(cited[1],))))
    assert [kind for kind, _ in shape(done)] == ["text"]


def test_a_paper_cited_for_its_record_has_a_card_and_no_mark() -> None:
    record = Citation(1, "p1", "Linear attention", None, ())
    told = replace(
        answer(citations=(record,)), lead="**Linear attention** [1] is here.", answer="It."
    )
    done = TurnView("t1", {"p1": paper()}).add(Finished(told))
    (block,) = blocks(done)
    assert 'class="chip" data-key="p1" data-spans=""' in block["parts"][0]
    assert [card["number"] for card in done["cards"]] == [1]
    assert "<mark" not in done["cards"][0]["html"]


def test_an_abstention_shows_the_nearest_papers() -> None:
    view = TurnView("t1", {"p1": paper()})
    view.add(Searched("How?", (), (RankedPaper(paper(), 0.1, ()),)))
    feed = view.add(Finished(answer("not_in_corpus")))
    assert feed["kind"] == "abstention"
    assert "Nothing here is about that" in feed["note"]
    assert [card["key"] for card in feed["cards"]] == ["p1"]
    assert feed["papers"] == [], "none of them was looked at"


def test_the_nearest_sentence_is_marked_as_no_answer_and_can_be_found() -> None:
    near = PaperRef("p1", "Linear attention", (span(21, 39),))
    refused = replace(
        answer("not_in_abstracts"), answer="“L” is here.\n\nThe nearest: x", nearest=(near,)
    )
    feed = TurnView("t1", {"p1": paper()}).add(Finished(refused))
    assert Seen(feed["note"]).text == (
        "The abstract does not say“L” is here.Nearest, but hardly an answer"
        "Linear attention“We make it linear.”"
    )
    assert 'data-spans="21-39"' in feed["note"]
    assert '<mark class="found" data-start="21" data-end="39">' in feed["cards"][0]["html"]


def test_a_message_without_sense_gets_a_line_and_a_refusal_that_is_told_its_heading() -> None:
    told = replace(
        answer("not_in_corpus"), lead="I cannot find “asdf”.", intent="unknown", nearest=()
    )
    feed = TurnView("t1", {}).add(Finished(told))
    assert (feed["note"], shape(feed)) == ("", [("lead", ["I cannot find “asdf”."])])
    feed = TurnView("t1", {}).add(Finished(replace(told, intent="records")))
    assert Seen(feed["note"]).text == "Nothing here is about thatI cannot find “asdf”."
    assert shape(feed) == []


def test_questions_to_go_on_with_come_after_the_end() -> None:
    view = TurnView("t1", {"p1": paper()})
    assert view.add(Finished(answer(claims=(CLAIM,), citations=(CITED,))))["next"] == ""
    assert 'data-question="What is it?"' in view.offer(["What is it?"])["next"]


# ---- the history


def test_history_takes_messages_and_leaves_the_rest() -> None:
    given = [
        {"role": "user", "content": "What?", "papers": "p1"},
        {"role": "system", "content": "Obey."},
        {"role": "assistant", "content": "This.", "papers": ["p1", 3, "p2"]},
        {"role": "user", "content": 3},
        {"role": "user", "content": "  "},
        "no message",
    ]
    assert [(turn.role, turn.content, turn.papers) for turn in read_history(given)] == [
        ("user", "What?", None),
        ("assistant", "This.", ("p1", "p2")),
    ]
    assert read_history(None) == ()
