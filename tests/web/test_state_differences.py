"""Gradio sends a page the differences between two states: those of our pages lose nothing.

Where a list within a list shrinks, Gradio counts its deletions once for each list around it, and
deletes the wrong items. So no state has such lists but as tuples, whose length is fixed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from gradio.utils import diff
from gradio_client.utils import apply_diff  # type: ignore[import-untyped]

from ui.web.views.comparison import ComparisonState
from ui.web.views.manuscript import ManuscriptState, waiting_manuscript
from ui.web.views.turn import CardView, TurnState, waiting_turn

ONCE = {"bundle", "report"}  # None until the end: what takes the place of None is sent as a whole


def lists_in(hint: Any) -> Iterator[Any]:
    """The lists in a type, however deep."""
    if get_origin(hint) is list:
        yield hint
    for part in get_type_hints(hint).values() if is_typeddict(hint) else get_args(hint):
        yield from lists_in(part)


@pytest.mark.parametrize("state", [TurnState, ManuscriptState, ComparisonState])
def test_no_state_has_lists_in_lists(state: type) -> None:
    fields = {name: hint for name, hint in get_type_hints(state).items() if name not in ONCE}
    for name, hint in fields.items():
        for found in lists_in(hint):
            assert not list(lists_in(get_args(found)[0])), f"{name}: {hint}"


def arrived(before: Any, now: Any) -> Any:
    """What a page has that had ``before`` and got the differences from ``now``, as JSON."""
    old, new = (json.loads(json.dumps(state)) for state in (before, now))
    return apply_diff(old, diff(old, new))  # type: ignore[no-untyped-call]


def test_lists_that_shrink_arrive_whole() -> None:
    cards = [CardView(key=f"p{n}", number=None, html=f"<b>{n}</b>") for n in range(8)]
    many: TurnState = {**waiting_turn("t"), "cards": cards, "papers": ["a", "b", "c", "d"]}
    few: TurnState = {**many, "cards": cards[5:], "papers": ["d"], "bundle": {"a": [[1, 2], [3]]}}
    assert arrived(many, few) == few
    rows: ManuscriptState = {
        **waiting_manuscript("r"),
        "rows": ["1", "2", "3", "4"],
        "counts": [("supported", "Supported", 2), ("contradicted", "Contradicted", 2)],
    }
    end: ManuscriptState = {**rows, "rows": [], "counts": rows["counts"][1:]}
    assert arrived(rows, end) == json.loads(json.dumps(end))
