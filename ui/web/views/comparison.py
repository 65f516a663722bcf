"""One comparison as the Compare page shows it, growing row by row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Literal, TypeAlias, TypedDict

from rag.types import STANCES, Cell, ComparedPaper, Comparison, ComparisonTimings, ModelChoice
from ui.web.render import comparison as render
from ui.web.render.status import time_left
from ui.web.render.text import failure
from ui.web.views.growing import Growing

Stage: TypeAlias = Literal["waiting", "comparing", "done", "failed"]


class MeasureView(TypedDict):
    """A number of a cell. Numbers with equal ``kind`` were measured alike: one can rank them."""

    kind: str
    value: float
    text: str


class CellView(TypedDict):
    """One cell. ``html`` is the inside of its ``<td>``, ``value`` what it says, as plain text.

    ``status`` is "corrected" for a reader's own words; ``found`` is what the program had found.
    ``spans`` are its quotes' places in the abstract ("0-12,40-71").
    """

    html: str
    status: Literal["stated", "not_stated", "corrected"]
    value: str
    found: str
    spans: str
    stance: str
    verdict: str
    measures: list[MeasureView]


class RowView(TypedDict):
    """One row; ``head`` is the inside of its ``<th>``, ``abstract`` the marked abstract.

    ``written``: the row is final; a language model may still rewrite the others.
    """

    key: str
    title: str
    head: str
    cells: list[CellView]
    abstract: str
    written: bool


class ComparisonState(TypedDict):
    """The whole state of one comparison, as sent to the page on each event.

    ``done`` of ``total`` rows are final; ``left`` says how long the others take. ``comparison`` is
    what `compare --format json` prints for the rows so far: the page stores it, and sends it back
    to export it, and to have a column or a paper added to it.
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
    """The states of one comparison while it grows."""

    def __init__(self, run: str, growing: Growing, choice: ModelChoice) -> None:
        self._run = run
        self._growing = growing
        self._choice = choice
        self._started = time.monotonic()

    def state(self) -> ComparisonState:
        """What is there by now."""
        growing, spent = self._growing, time.monotonic() - self._started
        state = state_of(self._run, self.comparison())
        for row in state["rows"]:
            row["written"] = row["key"] not in growing.drafts
        done, total = growing.done, growing.total
        left = time_left(spent / done * (total - done)) if done else ""
        return {**state, "state": "comparing", "done": done, "total": total, "left": left}

    def comparison(self) -> Comparison:
        """The rows so far, without a summary."""
        papers, aspects, cells = self._growing.table()
        return Comparison(
            papers=papers,
            aspects=aspects,
            cells=cells,
            summary=(),
            mode=self._choice.mode,
            model=self._choice.model,
            timings=ComparisonTimings(total_ms=round((time.monotonic() - self._started) * 1000, 2)),
            trouble=self._growing.trouble,
        )

    def last(self, comparison: Comparison) -> ComparisonState:
        """The comparison that is done; its time is that of all that was compared."""
        spent = round((time.monotonic() - self._started) * 1000, 2)
        timings = replace(comparison.timings, total_ms=spent)
        return state_of(self._run, replace(comparison, timings=timings))


def state_of(run: str, comparison: Comparison) -> ComparisonState:
    """A comparison that is done, whether it was made now or saved before."""
    width = len(comparison.aspects)
    rows = [
        _row(paper, comparison.cells[at * width : (at + 1) * width])
        for at, paper in enumerate(comparison.papers)
    ]
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


def _row(paper: ComparedPaper, cells: Sequence[Cell]) -> RowView:
    return RowView(
        key=paper.paper_id,
        title=paper.title,
        head=render.head_of(paper),
        cells=[cell_view(cell) for cell in cells],
        abstract=render.abstract(paper.abstract, cells),
        written=True,
    )


def cell_view(cell: Cell) -> CellView:
    """One cell as the page shows it."""
    corrected = cell.corrected is not None
    return CellView(
        html=render.cell_of(cell),
        status="corrected" if corrected else cell.status,
        value=cell.shown,
        found=cell.value,
        spans=",".join(f"{quote.start}-{quote.end}" for quote in cell.quotes),
        stance=cell.value if cell.value in STANCES and not corrected else "",
        verdict=cell.verdict or "",
        measures=[] if corrected else _measures(cell),
    )


def _measures(cell: Cell) -> list[MeasureView]:
    """The numbers by which a column can be sorted, each with what tells it from others."""
    return [
        MeasureView(
            kind=" · ".join(
                part.strip()
                for part in (
                    measure.metric.text if measure.metric else "",
                    measure.data.text if measure.data else "",
                    measure.unit,
                    "change" if measure.role == "change" else "",
                )
                if part.strip()
            ),
            value=measure.value,
            text=measure.text.text,
        )
        for measure in render.own_measures(cell)
    ]
