"""What a question asks for."""

from __future__ import annotations

import pytest

from rag.errors import QuestionError
from rag.query.kinds import (
    asks_quantity,
    check_question,
    kind_of,
    takes_for_granted,
)
from rag.types import Kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many parameters does SINet have?", "answer"),
        ("What does SpectFormer propose?", "answer"),
        ("Which dataset is SPARK evaluated on?", "answer"),
        ("Which papers decode fMRI into images?", "list"),
        ("List all works on neural fields", "list"),
        ("What methods use mixture of experts?", "list"),
        ("How many papers are about Mamba?", "list"),
        ("Compare SpectFormer and ConViT", "compare"),
        ("How does MindBridge differ from NeuroPictor?", "compare"),
        ("SpectFormer vs. ConViT", "compare"),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


def test_empty_and_endless_questions() -> None:
    assert check_question("  What is\n GPSA? ", 100) == "What is GPSA?"
    assert check_question("half \ud83d, whole \ud83d\ude00", 100) == "half \ufffd, whole \U0001f600"
    with pytest.raises(QuestionError, match="empty"):
        check_question(" \n\t", 100)
    with pytest.raises(QuestionError, match="20,000 characters; the most is 4,000"):
        check_question("x" * 20_000, 4000)


def test_quantities() -> None:
    assert asks_quantity("How many parameters?")
    assert asks_quantity("What accuracy does it reach?")
    assert not asks_quantity("How does it work?")


def test_premises() -> None:
    assert takes_for_granted("Why does it need labels?")
    assert not takes_for_granted("Does it need labels?")
