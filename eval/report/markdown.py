"""The tables of a report as Markdown. Pure: values in, lines out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from eval.report.plots import between, written
from eval.scoring.figures import COMPARISONS, NAMES
from eval.scoring.results import ComparedCells, Report

_SPECIAL = re.compile(r"[\\`*_\[\]<>|#]")  # that Markdown would take for markup


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A section with a table; nothing if there are no rows."""
    body = [f"| {' | '.join([plain(row[0]), *row[1:]])} |" for row in rows]
    if not body:
        return []
    rule = f"|---|{'---:|' * (len(head) - 1)}"
    return [f"## {title}", "", f"| {' | '.join(map(plain, head))} |", rule, *body, ""]


def plain(text: str) -> str:
    """The text on one line with Markdown's special characters escaped."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def compared_section(report: Report) -> list[str]:
    """Compared cells by aspect, or why there are none; empty if the report has neither."""
    if report.compared is None:
        words = report.not_compared
        return ["## Compared cells", "", plain(words), ""] if words else []
    wrong = len(report.compared.wrong)
    note = f"{wrong} cells are wrong; report.html lists them." if wrong else ""
    return [*cells_table(report.compared), note, ""]


def cells_table(compared: ComparedCells) -> list[str]:
    """A row for each aspect and one for all; each figure with its interval."""
    keys = [key for key, name in NAMES.items() if name.group == COMPARISONS]
    rows = []
    for aspect, figures in [*compared.by_aspect.items(), ("all", compared.figures)]:
        found = [figures.get(key) for key in keys]
        cells = [
            f"{written(f.value, 'share')} ({between(f.low, f.high, 'share')}, n {f.n})" if f else ""
            for f in found
        ]
        rows.append([aspect, *cells])
    return table("Compared cells", ["Aspect", *(NAMES[key].label for key in keys)], rows)
