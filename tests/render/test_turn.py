"""One turn of a conversation, event by event, and the history before it."""

from __future__ import annotations

from collections.abc import Iterator

from rendering import ABSTRACT, answer, citation, paper, span

from rag.types import (
    Claim,
    Evidence,
    Finished,
    Paper,
    RankedPaper,
    Searched,
    Sentence,
)
from ui.web.pages.chat import read_history
from ui.web.views.turn import TurnState, TurnView

# ---- one turn, event by event


def stream() -> Iterator[TurnState]:
    one = paper()
    other = Paper("p2", "Other", ABSTRACT, (), 1, "test")
    view = TurnView("t1", {})
    evidence = (Evidence(1, other, span(0, 20), 0.9), Evidence(2, one, span(21, 39), 0.8))
    ranked = (RankedPaper(other, 0.9, ()), RankedPaper(one, 0.8, ()))
    yield view.add(Searched("How?", evidence, ranked))
    claim = Claim("We make it linear.", (1,), "supported", 1.0)
    cited = (citation(span(21, 39)),)
    yield view.add(Sentence(claim, cited))
    yield view.add(Finished(answer(claims=(claim,), citations=cited)))


def test_sources_come_first_and_stay_in_place_until_the_end() -> None:
    searched, writing, done = stream()
    assert [feed["state"] for feed in (searched, writing, done)] == ["reading", "writing", "done"]
    assert [card["key"] for card in searched["cards"]] == ["p2", "p1"]
    assert [card["number"] for card in writing["cards"]] == [None, 1]
    assert [(card["key"], card["number"]) for card in done["cards"]] == [("p1", 1), ("p2", None)]
    assert len(writing["sentences"]) == len(done["sentences"]) == 1
    assert done["plain"] == "We make it linear."


def test_an_abstention_shows_the_nearest_papers() -> None:
    view = TurnView("t1", {"p1": paper()})
    view.add(Searched("How?", (), (RankedPaper(paper(), 0.1, ()),)))
    feed = view.add(Finished(answer("not_in_corpus")))
    assert feed["kind"] == "abstention"
    assert "do not cover" in feed["note"]
    assert [card["key"] for card in feed["cards"]] == ["p1"]


def test_history_takes_messages_and_leaves_the_rest() -> None:
    given = [
        {"role": "user", "content": "What?"},
        {"role": "system", "content": "Obey."},
        {"role": "assistant", "content": "This."},
        {"role": "user", "content": 3},
        {"role": "user", "content": "  "},
        "no message",
    ]
    assert [(turn.role, turn.content) for turn in read_history(given)] == [
        ("user", "What?"),
        ("assistant", "This."),
    ]
    assert read_history(None) == ()
