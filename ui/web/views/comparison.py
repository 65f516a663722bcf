"""One comparison as the Compare page shows it, growing row by row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Literal, TypeAlias, TypedDict

from rag.types import (
    Compared,
    Comparison,
    ComparisonEvent,
    ComparisonTimings,
    ModelChoice,
    Preview,
    Row,
    Written,
)
from ui.web.render import comparison as render
from ui.web.render.status import time_left
from ui.web.render.text import failure

Stage: TypeAlias = Literal["waiting", "comparing", "done", "failed"]


class RowView(TypedDict):
    """One row; ``html`` is the inside of its ``<tr>``, ``abstract`` the marked abstract.

    ``written``: the row is final; a language model may still rewrite the others.
    """

    key: str
    title: str
    html: str
    abstract: str
    written: bool


class ComparisonState(TypedDict):
    """The whole state of one comparison, as sent to the page on each event.

    ``done`` of ``total`` rows are final; ``left`` says how long the others take. ``comparison`` is
    what `compare --format json` prints for the rows so far: the page stores it, and sends it back
    to export it.
    """

    run: str
    state: Stage
    aspects: list[str]
    rows: list[RowView]
    done: int
    total: int
    left: str
    summary: str
    note: str
    foot: str
    comparison: dict[str, Any] | None


def waiting_comparison(run: str) -> ComparisonState:
    """A comparison that waits, with nothing in it yet."""
    return ComparisonState(
        run=run, state="waiting", aspects=[], rows=[], done=0, total=0, left="", summary="",
        note="", foot="", comparison=None,
    )  # fmt: skip


class ComparisonView:
    """Gathers the events of one comparison of ``total`` papers."""

    def __init__(
        self,
        run: str,
        total: int,
        aspects: Sequence[str],
        choice: ModelChoice,
    ) -> None:
        self._run = run
        self._total = total
        self._aspects = tuple(aspects)
        self._choice = choice
        self._started = time.monotonic()
        self._rows: dict[str, Row] = {}  # as they are now; a preview has all of them at once
        self._done: set[str] = set()  # the papers whose rows stay as they are
        self._trouble: str | None = None

    def add(self, event: ComparisonEvent) -> ComparisonState:
        """Take in one event; the state of the comparison after it."""
        match event:
            case Compared():
                return state_of(self._run, event.comparison)
            case Preview():
                self._rows = {row.paper.paper_id: row for row in event.rows}
            case Written():
                row = self._rows[event.cell.paper_id]
                cells = [event.cell if c.aspect == event.cell.aspect else c for c in row.cells]
                self._rows[event.cell.paper_id] = replace(row, cells=tuple(cells))
            case Row():
                self._rows[event.paper.paper_id] = event
                self._done.add(event.paper.paper_id)
                self._trouble = self._trouble or event.trouble
        return self._state()

    def _state(self) -> ComparisonState:
        rows, done = list(self._rows.values()), len(self._done)
        spent = time.monotonic() - self._started
        so_far = Comparison(
            papers=tuple(row.paper for row in rows),
            aspects=self._aspects,
            cells=tuple(cell for row in rows for cell in row.cells),
            summary=(),
            mode=self._choice.mode,
            model=self._choice.model,
            timings=ComparisonTimings(total_ms=round(spent * 1000, 2)),
            trouble=self._trouble,
        )
        state = state_of(self._run, so_far)
        for row in state["rows"]:
            row["written"] = row["key"] in self._done
        left = time_left(spent / done * (self._total - done)) if done else ""
        return {**state, "state": "comparing", "done": done, "total": self._total, "left": left}


def state_of(run: str, comparison: Comparison) -> ComparisonState:
    """A comparison that is done, whether it was made now or saved before."""
    width = len(comparison.aspects)
    rows = []
    for at, paper in enumerate(comparison.papers):
        cells = comparison.cells[at * width : (at + 1) * width]
        rows.append(
            RowView(
                key=paper.paper_id,
                title=paper.title,
                html=render.row(at + 1, paper, cells),
                abstract=render.abstract(paper.abstract, cells),
                written=True,
            )
        )
    return ComparisonState(
        run=run,
        state="done",
        aspects=list(comparison.aspects),
        rows=rows,
        done=len(rows),
        total=len(rows),
        left="",
        summary=render.summary(comparison.summary, comparison.papers),
        note=failure(comparison.trouble) if comparison.trouble else "",
        foot=render.foot(comparison),
        comparison=asdict(comparison),
    )
