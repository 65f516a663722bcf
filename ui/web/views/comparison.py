"""One comparison as the Compare page shows it, growing row by row."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any, Literal, TypeAlias, TypedDict

from rag.text.quantities.measure_words import number_words, with_before
from rag.types import STANCES, Cell, ComparedPaper, Comparison, ComparisonTimings, ModelChoice
from ui.web.render import comparison as render
from ui.web.render.basics.status import time_left
from ui.web.render.basics.text import failure
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
    ``spans`` are its quotes' places in the abstract ("0-12,40-71"). ``see`` is the column of the
    same row that has the same words: while it is shown, the cell only points there.
    """

    html: str
    status: Literal["stated", "not_stated", "corrected"]
    value: str
    found: str
    spans: str
    see: str
    stance: str
    verdict: str
    measures: list[MeasureView]


class RowView(TypedDict):
    """One row; ``head`` is the inside of its ``<th>``, ``abstract`` the marked abstract.

    ``written``: the row is final; a language model may still rewrite the others. ``paper`` and
    ``found`` are the row's paper and cells as `compare --format json` prints them.
    """

    key: str
    head: str
    cells: list[CellView]
    abstract: str
    written: bool
    paper: dict[str, Any]
    found: list[dict[str, Any]]


class Update(TypedDict):
    """What is new in a table: the rows that changed, and the order of all.

    ``rest`` is what `compare --format json` prints beside papers and cells: the page puts the
    comparison together, stores it, and sends it back to export it or to have it grow.
    """

    aspects: list[str]
    keys: list[str]
    rows: list[RowView]
    summary: str
    foot: str
    rest: dict[str, Any]


class ComparisonState(TypedDict):
    """The state of one comparison, as sent to the page on each event.

    ``done`` of ``total`` rows are final; ``left`` says how long the others take. ``log`` has a line
    for each `Update` of this run, as JSON. It is one text that only grows, because Gradio sends
    of a text that begins as the last one did what was added, and loses items of nested lists.
    """

    run: str
    state: Stage
    done: int
    total: int
    left: str
    note: str
    log: str


def waiting_comparison(run: str) -> ComparisonState:
    """A comparison that waits, with nothing in it yet."""
    return ComparisonState(run=run, state="waiting", done=0, total=0, left="", note="", log="")


class ComparisonView:
    """The states of one comparison while it grows."""

    def __init__(self, run: str, growing: Growing, choice: ModelChoice) -> None:
        self._run = run
        self._growing = growing
        self._choice = choice
        self._started = time.monotonic()
        self._sent: dict[str, tuple[ComparedPaper, tuple[Cell, ...], bool]] = {}
        self._log = ""

    def state(self) -> ComparisonState:
        """What is there by now."""
        spent, done, total = self._spent(), self._growing.done, self._growing.total
        left = time_left(spent / done * (total - done)) if done else ""
        return self._state("comparing", self.comparison(), done, total, left)

    def last(self, comparison: Comparison) -> ComparisonState:
        """The comparison that is done; its time is that of all that was compared."""
        timings = replace(comparison.timings, total_ms=round(1000 * self._spent(), 2))
        made, rows = replace(comparison, timings=timings), len(comparison.papers)
        return self._state("done", made, rows, rows, "")

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
            timings=ComparisonTimings(total_ms=round(1000 * self._spent(), 2)),
            trouble=self._growing.trouble,
        )

    def _spent(self) -> float:
        return time.monotonic() - self._started

    def _state(
        self, stage: Stage, comparison: Comparison, done: int, total: int, left: str
    ) -> ComparisonState:
        drafts = self._growing.drafts if stage == "comparing" else frozenset()
        update = update_of(comparison, drafts, self._sent)
        self._log += json.dumps(update, ensure_ascii=False) + "\n"
        return ComparisonState(
            run=self._run, state=stage, done=done, total=total, left=left,
            note=failure(comparison.trouble) if comparison.trouble else "", log=self._log,
        )  # fmt: skip


def update_of(
    comparison: Comparison,
    drafts: Collection[str] = (),
    sent: dict[str, tuple[ComparedPaper, tuple[Cell, ...], bool]] | None = None,
) -> Update:
    """The rows of a comparison that are not in ``sent`` as they are now; ``sent`` gets them."""
    width, sent = len(comparison.aspects), {} if sent is None else sent
    rows = []
    for at, paper in enumerate(comparison.papers):
        cells = comparison.cells[at * width : (at + 1) * width]
        made = (paper, cells, paper.paper_id not in drafts)
        if sent.get(paper.paper_id) != made:
            sent[paper.paper_id] = made
            rows.append(_row(*made))
    whole = replace(comparison, papers=(), cells=())
    return Update(
        aspects=list(comparison.aspects),
        keys=[paper.paper_id for paper in comparison.papers],
        rows=rows,
        summary=render.summary(comparison.summary, comparison.papers),
        foot=render.foot(comparison),
        rest=asdict(whole),
    )


def _row(paper: ComparedPaper, cells: Sequence[Cell], written: bool) -> RowView:
    return RowView(
        key=paper.paper_id,
        head=render.head_of(paper),
        cells=[cell_view(cell) for cell in cells],
        abstract=render.abstract(paper.abstract, cells),
        written=written,
        paper=asdict(paper),
        found=[asdict(cell) for cell in cells],
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
        see=render.pointer(cell),
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
            value=-measure.value if measure.sign < 0 else measure.value,
            text=number_words(measure, before),
        )
        for measure, before in with_before(cell.measures)
    ]
