"""What a question leaves to the conversation before it."""

from __future__ import annotations

import pytest

from rag.query.follow_ups import (
    carries_on,
    chooses,
    join_with_history,
    opens_as_follow_up,
    refers_back,
)


@pytest.mark.parametrize(
    ("question", "refers"),
    [
        ("How many parameters does it have?", True),
        ("And on ImageNet?", True),
        ("What about that?", True),
        ("Why is that so hard for them?", True),
        ("Why?", True),
        ("Does the method need labels?", True),
        ("Which networks are methods that run on phones?", False),
        ("How many parameters does SINet have?", False),
    ],
)
def test_references(question: str, refers: bool) -> None:
    assert refers_back(question) is refers


def test_joining_with_the_history() -> None:
    asked = "What is SINet?"
    assert join_with_history("How fast is it?", asked, ["SINet: X"]) == "How fast is it? (SINet: X)"
    assert join_with_history("How fast is it?", asked, []) == "How fast is it? (What is SINet?)"


def test_a_question_may_open_as_one_goes_on() -> None:
    assert opens_as_follow_up("And on CIFAR100?")
    assert not opens_as_follow_up("Andromeda: how far?")


def test_the_same_may_be_asked_of_another_paper() -> None:
    assert (
        carries_on("what about it?") and carries_on("and it?") and carries_on("same for it please")
    )
    assert not carries_on("what is it?") and not carries_on("and how fast is it?")


def test_one_of_several_may_be_asked_for() -> None:
    assert chooses("which of them is about ads?") and chooses("which one runs on a phone?")
    assert not chooses("which data did they use?")
