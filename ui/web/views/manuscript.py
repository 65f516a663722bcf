"""A check as the Check page shows it, growing sentence by sentence."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from typing import Any, Literal, TypeAlias, TypedDict

from rag.types import CheckedManuscript, ManuscriptEvent, SentenceVerdict
from ui.web.render import manuscript as render
from ui.web.render.basics.status import time_left

Stage: TypeAlias = Literal["waiting", "checking", "done", "failed"]


class ManuscriptState(TypedDict):
    """The whole state of one check, as sent to the page on each event.

    ``done`` of ``total`` sentences are checked; ``rows`` are HTML of those with a verdict, until
    ``parts`` has the HTML of the whole by its place on the page. ``counts`` are [verdict, label,
    how many]. ``report`` is what `check --format json` prints: the page sends it back to export it.
    """

    run: str
    state: Stage
    done: int
    total: int
    left: str
    note: str
    rows: list[str]
    counts: list[tuple[SentenceVerdict, str, int]]
    parts: dict[str, str]
    name: str
    report: dict[str, Any] | None


def waiting_manuscript(run: str) -> ManuscriptState:
    """A check that waits, with nothing in it yet."""
    return ManuscriptState(
        run=run, state="waiting", done=0, total=0, left="", note="", rows=[], counts=[], parts={},
        name="", report=None,
    )  # fmt: skip


class ManuscriptView:
    """Gathers the events of one check."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._started = time.monotonic()
        self._rows: list[str] = []
        self._verdicts: Counter[SentenceVerdict] = Counter()

    def add(self, event: ManuscriptEvent) -> ManuscriptState:
        """Take in one event; the state of the check after it."""
        state = waiting_manuscript(self._run)
        if isinstance(event, CheckedManuscript):
            return _whole(self._run, event)
        if event.sentence is not None:
            self._rows.append(render.row(event.sentence))
            self._verdicts[event.sentence.verdict] += 1
        spent = time.monotonic() - self._started
        left = spent / event.done * (event.total - event.done)
        return {
            **state,
            "state": "checking",
            "done": event.done,
            "total": event.total,
            "left": time_left(left),
            "rows": list(self._rows),
            "counts": _counts(dict(self._verdicts)),
        }


def _whole(run: str, checked: CheckedManuscript) -> ManuscriptState:
    parts = {
        "read": render.lead(checked),
        "remarks": render.notes(checked),
        "text": render.text(checked),
        "works-in": render.missing(checked),
    }
    return {
        **waiting_manuscript(run),
        "state": "done",
        "done": len(checked.sentences),
        "total": len(checked.sentences),
        "counts": _counts(render.counts_of(checked)),
        "parts": parts,
        "name": checked.name,
        "report": asdict(checked),
    }


def _counts(counted: dict[SentenceVerdict, int]) -> list[tuple[SentenceVerdict, str, int]]:
    words = render.VERDICTS
    return [(v, words[v].label, counted[v]) for v in words if counted.get(v)]
