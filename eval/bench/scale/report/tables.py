"""The figures as Markdown: a row for each figure and side, a column for each size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from eval.bench.scale.report.figures import PAPERCHAT, STARTER, Figure, Report, ratios
from eval.bench.scale.report.targets import TARGETS, Target

# What the short table has: of each group the figures that are asked for first.
_FIRST: Mapping[str, tuple[str, ...]] = {
    "ingest": ("papers a second", "processor time a paper", "seconds", "beside the encoder"),
    "ingest, whole, computed": ("papers a second", "processor time a paper"),
    "ingest, whole": ("papers a second", "whole process, memory at most"),
    "ingest, stand-in vectors, whole": ("papers a second", "whole process, memory at most"),
    "search": ("p50", "p95", "p99", "8 threads, p95", "8 threads, questions a second"),
    "recall@10": ("dense search",),
    "memory": ("answering, resident", "answering questions, resident"),
    "disk": ("whole", "beside the text"),
    "start": (
        "search, whole process",
        "ask, whole process",
        "chat: page served",
        "chat: first answer",
    ),
    "changes": tuple(
        f"{what}, whole process"
        for what in (
            "1 paper added",
            "1 paper's metadata changed",
            "1 abstract changed",
            "1 paper removed",
            "100 papers added",
            "99 papers gone from their file",
            "100 papers removed",
        )
    ),
}
_FIRST_OF_ALL = ("search, filter: ", "answers, ")  # groups of which the 95th percentile is shown


def short_tables(report: Report) -> str:
    """What was wanted, the main figures, and how they were measured."""
    rows = [
        figure
        for figure in report.figures
        if figure.name in _FIRST.get(figure.group, ())
        or (figure.group.startswith(_FIRST_OF_ALL) and figure.name == "p95")
    ]
    shown = [_wanted(report), _table(rows, named=True), _setups(report.runs)]
    return "\n\n".join(shown) + "\n"


def all_tables(report: Report) -> str:
    """Every figure, a table for each group."""
    parts = ["# Every figure", _setups(report.runs)]
    for group in dict.fromkeys(figure.group for figure in report.figures):
        own = [figure for figure in report.figures if figure.group == group]
        parts.append(f"## {group[0].upper()}{group[1:]}\n\n{_table(own)}")
    return "\n\n".join(parts) + "\n"


def number(value: float, unit: str = "") -> str:
    """A number with three digits that count; shares with three places."""
    if unit == "share":
        return f"{value:.3f}"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _wanted(report: Report) -> str:
    lines = ["| wanted | papers | measured | |", "|---|---|---|---|"]
    for target in TARGETS:
        found = target.measured(report)
        if found is not None:
            lines.append(_wanted_row(target, found))
    return "\n".join(lines)


def _wanted_row(target: Target, found: tuple[int, float]) -> str:
    papers, value = found
    verdict = "reached" if target.reached(value) else "**missed**"
    return f"| {target.words} | {papers:,} | {number(value, target.unit)} | {verdict} |"


def _table(figures: Sequence[Figure], *, named: bool = False) -> str:
    """A row for each figure and side; with ``named`` the group is part of the first column."""
    sizes = sorted({figure.papers for figure in figures})
    lines = [
        f"| | side | unit | {' | '.join(f'{size:,}' for size in sizes)} |",
        f"|---|---|---|{'---|' * len(sizes)}",
    ]
    for group, name in dict.fromkeys((figure.group, figure.name) for figure in figures):
        rows = [figure for figure in figures if (figure.group, figure.name) == (group, name)]
        shown = f"{group}: {name}" if named else name
        by_side = {side: {f.papers: f for f in rows if f.side == side} for side in _sides(rows)}
        unit = rows[0].unit
        for side, found in by_side.items():
            cells = [_cell(found.get(size)) for size in sizes]
            lines.append(f"| {shown} | {side} | {unit} | {' | '.join(cells)} |")
        if unit and STARTER in by_side and PAPERCHAT in by_side:
            cells = [_ratio(by_side[PAPERCHAT].get(s), by_side[STARTER].get(s)) for s in sizes]
            lines.append(f"| {shown} | paperchat ÷ starter | | {' | '.join(cells)} |")
    return "\n".join(lines)


def _sides(rows: Sequence[Figure]) -> list[str]:
    return list(dict.fromkeys(figure.side for figure in rows))


def _cell(figure: Figure | None) -> str:
    """The median, and the least and the most of the rounds."""
    return "" if figure is None else _spread(figure.values, figure.median, figure.unit)


def _ratio(one: Figure | None, other: Figure | None) -> str:
    if one is None or other is None or not (found := ratios(one, other)):
        return ""
    return _spread(found, median(found))


def _spread(values: Sequence[float], middle: float, unit: str = "") -> str:
    least, most = number(min(values), unit), number(max(values), unit)
    shown = number(middle, unit)
    return shown if least == most else f"{shown} ({least}–{most})"


def _setups(runs: Sequence[Mapping[str, Any]]) -> str:
    lines = []
    for run in runs:
        versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
        lines.append(
            f"`{run['command']}`: {run['date']}, commit {run['commit']}, {run['cores']} cores of "
            f"{run['processor']}, {run['memory_gb']} GB, a load of {run['load']} at the start and "
            f"{run.get('load_at_end')} at the end, {run.get('seconds')} s in all; "
            f"Python {run['python']}, {versions}."
        )
    return "\n\n".join(lines)
