"""What a question for an extreme asks."""

from __future__ import annotations

import pytest

from rag.query.extremes import extreme_in


@pytest.mark.parametrize(
    ("question", "direction", "change"),
    [
        ("Which model has the highest ImageNet accuracy?", 1, False),
        ("what is the smallest network", -1, False),
        ("fewest examples needed?", -1, False),
        ("the most compact model", -1, False),
        ("least accurate classifier", -1, False),
        ("largest cut in the number of parameters", 1, True),
        ("fastest on a phone", 1, None),
        ("which of them is slower?", -1, None),
        ("biggest speedup", 1, True),
    ],
)
def test_direction_and_change(question: str, direction: int, change: bool | None) -> None:
    asked = extreme_in(question)
    assert (asked.direction, asked.change) == (direction, change)


def test_units_names_and_words() -> None:
    asked = extreme_in("Which paper shows the largest drop in COCO error, in percentage points?")
    assert asked.unit == "points" and asked.names == ("COCO",) and asked.change_sign == -1
    assert "error" in asked.words and "largest" not in asked.words


def test_only_counts_are_spelled_out() -> None:
    assert extreme_in("Which has the most languages?").counts
    assert not extreme_in("largest dataset of images").counts
    assert not extreme_in("most accurate model").counts
