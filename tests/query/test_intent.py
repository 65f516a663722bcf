"""What a message asks for, how many things, and about what."""

from __future__ import annotations

import pytest

from rag.index.library import Library
from rag.query.intent import read_intent
from rag.query.ordinals import LAST, OTHER, pick_in
from rag.query.parts import asks, parts_of
from rag.query.query import QueryText
from rag.query.topic import topic_of


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("hi", "small_talk"),
        ("thanks a lot!", "small_talk"),
        ("what can you do?", "help"),
        ("How many papers are there?", "collection"),
        ("which topics do you cover", "collection"),
        ("who wrote the paper on hip fractures?", "records"),
        ("How many papers use COCO?", "count"),
        ("Which papers use diffusion models?", "list"),
        ("Tell me about attention", "overview"),
        ("do the papers agree that bigger is better?", "synthesis"),
        ("Which model has the highest ImageNet accuracy?", "superlative"),
        ("what batch size was used?", "lookup"),
        ("asdfghjkl", "unknown"),
        ("???", "unknown"),
    ],
)
def test_what_is_asked(library: Library, message: str, intent: str) -> None:
    assert read_intent(QueryText(library, message)).intent == intent


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("summarise them", "summarise"),
        ("shorter please", "shorter"),
        ("explain that simply", "simpler"),
        ("are you sure?", "sure"),
        ("in German please", "translate"),
        ("which of them is faster?", "rank"),
    ],
)
def test_acts_count_only_after_an_answer(library: Library, message: str, act: str) -> None:
    text = QueryText(library, message)
    assert read_intent(text, after_answer=True).act == act
    assert read_intent(text).act is None


def test_who_names_a_paper_is_not_talking_small(library: Library) -> None:
    assert read_intent(QueryText(library, "SINet?")).intent not in ("small_talk", "overview")


def test_words_alone_tell_where_the_classifier_does_not_know_the_vectors(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(library.embedder), "has_heads", False)
    assert read_intent(QueryText(library, "How many papers use COCO?")).intent == "count"


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "What accuracy does MobileMamba reach on ImageNet and how fast is it?",
            ("What accuracy does MobileMamba reach on ImageNet", "how fast is it?"),
        ),
        ("Who wrote it? And when?", ("Who wrote it?", "when?")),
        ("What are the effects of sleep and diet on mood?", None),
        ("Compare MindBridge and NeuroPictor", None),
        ("I am writing a thesis on vision. What is SINet?", None),
    ],
)
def test_what_asks_two_things_is_two_parts(message: str, parts: tuple[str, ...] | None) -> None:
    assert parts_of(message) == (parts or (message,))


def test_a_story_is_no_question() -> None:
    assert asks("how fast is it") and asks("It is small, right?")
    assert not asks("Somebody painted pictures for a region of the brain")


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Tell me about neural fields", "neural fields"),
        ("How many papers use CLIP?", "CLIP"),
        ("I'm new to gut bacteria, where do I start?", "gut bacteria"),
        ("gut bacteria in children", "gut bacteria in children"),
        ("?", "?"),
    ],
)
def test_the_topic_has_no_words_of_asking(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("the second one", (1, "it")),
        ("tell me more about the first", (0, "tell me more about it")),
        ("what about the last paper?", (LAST, "what about it?")),
        ("number 3", (2, "it")),
        ("more on number two", (1, "more on it")),
        ("the 2nd study's data", (1, "it data")),
        ("back to the first: how fast?", (0, "back to it: how fast?")),
        ("and the other one?", (OTHER, "and it?")),
        ("which is faster?", None),
        ("what does the first layer do?", None),
        ("is it the first to do so?", None),
        ("only thermal, or other cameras too?", None),
        ("is the first or the second better?", None),
    ],
)
def test_one_of_those_shown_is_picked(message: str, expected: tuple[int, str] | None) -> None:
    assert pick_in(message) == expected
