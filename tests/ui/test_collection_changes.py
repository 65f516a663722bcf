"""What became of a collection while somebody had it open, and the line that says so."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from rag.types import Paper
from ui.web.library.changes import Change, Changes
from ui.web.render.library import came


def shelf(*ids: str, **abstracts: str) -> Mapping[str, Paper]:
    """Papers with these ids; ``abstracts`` has those that are not like all others."""
    return {i: Paper(i, f"On {i}", abstracts.get(i, "Owls fly."), (), 1, "a.bib") for i in ids}


def test_several_changes_come_to_one() -> None:
    changes = Changes()
    states = [shelf("a", "b"), shelf("a", "b", "c", "d"), shelf("b", "d", "e", b="Owls sleep.")]
    for before, now in pairwise(states):
        changes.note(before, now, elsewhere=False)
    changes.note(states[-1], states[-1], elsewhere=False)
    assert changes.number == 2, "nothing is no change"
    assert changes.since(0) == Change(added=("d", "e"), removed=("a",), altered=("b",))
    assert changes.since(1) == Change(added=("e",), removed=("a", "c"), altered=("b",))
    assert not changes.since(2) and not changes.since(9), "also from before a restart"
    changes.note(states[-1], states[0], elsewhere=False)
    assert changes.since(0) == Change(altered=("b",))
    changes.note(states[0], shelf("x"), elsewhere=True)
    assert changes.since(1).elsewhere and not changes.since(5)


def test_a_line_says_what_came_and_went() -> None:
    title = "On <owls>"
    assert came(1, 0, 0, title) == "1 paper was added: On &lt;owls&gt;."
    many = "1,200 papers were added, 1 changed, 2 taken out: On &lt;owls&gt; and 1,200 more."
    assert came(1200, 1, 2, title) == many
    assert came(0, 2, 0, title) == "2 papers were changed: On &lt;owls&gt; and 1 more."
    assert came(0, 0, 1, "") == "1 paper was taken out."
    assert came(0, 0, 0, "", 120) == "Another collection was opened, of 120 papers."
    assert came(0, 0, 0, "") == ""
