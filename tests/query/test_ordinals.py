"""Several of the papers that were shown, picked by a number."""

from __future__ import annotations

import pytest

from rag.query.ordinals import run_in


@pytest.mark.parametrize(
    ("message", "picked"),
    [
        ("Compare the first two", slice(2)),
        ("Compare the first two, please", slice(2)),
        ("Which of the first three is slower?", slice(3)),
        ("the last two papers", slice(-2, None)),
        ("sum up the last four of them", slice(-4, None)),
        ("first ſix", slice(6)),
        ("How do the first two layers learn?", None),
        ("What did keepers see in the last three years?", None),
        ("the last two of the layers", None),
    ],
)
def test_a_number_picks_papers_unless_other_things_follow(
    message: str, picked: slice | None
) -> None:
    assert run_in(message) == picked
