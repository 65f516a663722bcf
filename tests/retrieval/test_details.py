"""What a question needs a text to hold."""

from __future__ import annotations

import pytest

from rag.retrieval.query.details import (
    asks_definition,
    lacks_detail,
    lacks_number,
    missing_names,
    missing_numbers,
    takes_for_granted,
)

TEXT = "We train ResNet-50 and GPT2 on COCO. Ten models with 86,900 parameters reach 59.4% AP."


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("Which batch size was used?", True),
        ("X optimizer?", True),
        ("what optimzer does it use", True),
        ("wich bacth size?", True),
        ("Why is the batch so large a burden for whoever trains such things?", False),
        ("How does it work?", False),
    ],
)
def test_details(question: str, lacks: bool) -> None:
    assert lacks_detail(question, TEXT) is lacks
    assert not lacks_detail(question, f"{TEXT} The batch size is 8, the optimizer AdamW.")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How good is it on COCO?", []),
        ("How good is it on Cityscapes?", ["Cityscapes"]),
        ("Is GPT-2 used?", []),
        ("Is GPT-4 used?", ["GPT-4"]),
        ("a ResNet-ish net?", []),
    ],
)
def test_names(question: str, missing: list[str]) -> None:
    assert missing_names(question, TEXT) == missing


def test_numbers() -> None:
    assert missing_numbers("Why 512 of them, and 59.4?", TEXT) == ["512"]
    assert not lacks_number("How many models?", TEXT)
    assert not lacks_number("How many parameters?", TEXT)
    assert lacks_number("How many parameters?", "It has few parameters.")
    assert lacks_number("Which accuracy does it reach?", "It is the best of 3 on GPT2.")
    assert not lacks_number("Which accuracy does it reach?", TEXT)


def test_forms() -> None:
    assert asks_definition("What does GPSA stand for?")
    assert asks_definition("GPSA?")
    assert not asks_definition("What does GPSA do for ViTs?")
    assert takes_for_granted("Why does it need labels?")
    assert not takes_for_granted("Does it need labels?")
