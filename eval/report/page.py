"""A report as one self-contained page and as Markdown. Pure: values in, text out.

Questions, answers, titles and the names of models are untrusted; the template escapes all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from eval.cases import KINDS, says
from eval.report import plots
from eval.report.kinds import kind_tables, quantile
from eval.report.markdown import compared_section, plain, table
from eval.report.plots import written
from eval.scoring.figures import (
    COMPARISONS,
    GROUPS,
    NAMES,
    Name,
    counted,
    falls_short,
    kind_label,
    name_of,
)
from eval.scoring.judging import expectation, faults
from eval.scoring.results import Change, Floor, Report, ScoredCase, is_right
from eval.scoring.stats import Figure, paired_difference

_MARKER = re.compile(r"\[(\d{1,3})\]")


class Tile(NamedTuple):
    """One figure of one or two reports; ``gap`` is the first less the second, case by case."""

    key: str
    name: Name
    values: tuple[Figure | None, ...]
    gap: Figure | None


def render_html(
    report: Report,
    titles: Mapping[str, str],
    beside: Report | None = None,
    *,
    abstracts: Mapping[str, str] | None = None,
) -> str:
    """One HTML file that needs nothing else; ``beside`` is another engine on the same questions.

    ``titles`` and ``abstracts`` are by paper id. Without abstracts the expected evidence is shown
    by its offsets.
    """
    sides = (report,) if beside is None else (report, beside)
    tiles = tiles_of(sides)
    return _template().render(
        report=report,
        sides=sides,
        labels=labels(sides),
        tiles=tiles,
        groups={g: why for g, why in GROUPS.items() if any(t.name.group == g for t in tiles)},
        kinds=kind_tables(report),
        others={item.case.id: item for item in beside.cases} if beside else {},
        titles=titles,
        abstracts=abstracts or {},
        reach=max([0.01, *(_reach(change.difference) for change in report.changes)]),
        slowest=max([0.0, *(ms for side in sides for ms in side.total_ms)]),
        mismatch=_mismatch(sides),
        facets=facets(report),
        cell_keys=[key for key, name in NAMES.items() if name.group == COMPARISONS],
        marks=[marks(side) for side in sides],
    )


def render_markdown(report: Report, beside: Report | None = None, *, timings: bool = False) -> str:
    """The figures as tables; the same for the same answers unless ``timings`` is set."""
    sides = (report,) if beside is None else (report, beside)
    lines = ["# Evaluation", ""]
    for side in sides:
        lines += [plain(" · ".join(plots.setup_words(side.setup))), ""]
    lines += [note + "\n" for note in [_mismatch(sides)] if note]
    tiles = [tile for tile in tiles_of(sides) if timings or tile.name.unit != "time"]
    lines += _figures_table(sides, tiles)
    lines += _kinds_tables(report, timings)
    lines += table("Floors", ("Figure", "Bound", "Now", ""), map(_floor_row, report.floors))
    head = ("Figure", "Before", "Now", "Difference", "95% interval", "n", "")
    lines += table("Against the baseline", head, map(_change_row, report.changes))
    stages = [(stage.name, f"{plots.percent(stage.share)}%") for stage in report.funnel]
    lines += table("Where papers get lost", ("Stage", "Still there"), stages)
    lines += compared_section(report)
    return "\n".join(lines).rstrip() + "\n"


def labels(sides: Sequence[Report]) -> list[str]:
    """One word for each side that distinguishes it from the other."""
    setups = [side.setup for side in sides]
    for field in ("engine", "mode", "model", "version"):
        words = [str(getattr(setup, field)) for setup in setups]
        if all(words) and len(set(words)) == len(words):
            return words
    return ["first", "second"]


def gap_words(tile: Tile) -> str:
    """How the first of two engines does in one figure; an interval that contains 0 is noise."""
    gap = tile.gap
    if gap is None:
        return ""
    if gap.low <= 0 <= gap.high:
        return "noise" if gap.low < gap.high else "the same"
    return "ahead" if (gap.value > 0) != tile.name.less else "behind"


def symptoms(judged: ScoredCase) -> tuple[str, ...]:
    """What is wrong with one case, the most important first; empty if nothing is."""
    case, answer = judged.case, judged.answer
    if answer is None:
        return ("crashed",)
    if case.kind == "feedback":
        return ("declined",) if answer.abstained else ("not judged",)
    return faults(case, answer)


def facets(report: Report) -> dict[str, dict[str, int]]:
    """What the failures can be filtered by: their kinds and what is wrong, with counts."""
    kinds = Counter(item.case.kind for item in report.failures)
    wrong = Counter(word for item in report.failures for word in symptoms(item))
    return {
        "kind": {kind: kinds[kind] for kind in KINDS if kind in kinds},
        "wrong": dict(wrong.most_common()),
    }


def marks(report: Report) -> list[tuple[str, float]]:
    """The times that the latency plot names."""
    times = _times(report)
    named = {"first_p50": "first sentence, p50", "total_p50": "p50", "total_p95": "p95"}
    return [(label, times[key].value) for key, label in named.items() if key in times]


def tiles_of(sides: Sequence[Report]) -> list[Tile]:
    """Every figure that a side has, known ones first and in the order of ``NAMES``."""
    all_figures = [{**side.figures, **_times(side)} for side in sides]
    keys = dict.fromkeys(key for figures in all_figures for key in figures)
    known = [key for key in NAMES if key in keys]
    return [
        Tile(key, name_of(key), tuple(f.get(key) for f in all_figures), _gap(sides, key))
        for key in [*known, *(key for key in keys if key not in NAMES)]
    ]


def _times(report: Report) -> dict[str, Figure]:
    named = {"total": report.total_ms, "first": report.first_ms}
    return {
        f"{name}_p{share}": quantile(values, share / 100)
        for name, values in named.items()
        for share in (50, 95)
        if values
    }


def _gap(sides: Sequence[Report], key: str) -> Figure | None:
    """The paired difference; None if the figure has no meaning for some cases of one side.

    Take abstention precision: on the cases that both declined, both are right or both are wrong,
    so pairing those alone would always find no difference.
    """
    if len(sides) < 2:
        return None
    one, other = (
        {
            item.case.id: item.scores[key]
            for item in side.cases
            if key in counted(item.scores, item.case.kind)
        }
        for side in sides
    )
    if not one or one.keys() != other.keys():
        return None
    return paired_difference(list(one.values()), [other[i] for i in one])


def _mismatch(sides: Sequence[Report]) -> str:
    """Why two sides cannot be compared; empty if they can."""
    first, last = sides[0].setup, sides[-1].setup
    papers, questions = first.corpus != last.corpus, first.questions != last.questions
    wrong = " and ".join(["papers"] * papers + ["questions"] * questions)
    return f"The two runs had different {wrong}: do not compare them." if wrong else ""


def markers(text: str) -> Markup:
    """Escaped text in which [1] is shown as a chip."""
    return Markup(_MARKER.sub(r'<b class="chip">\1</b>', str(escape(text))))


def _reach(difference: Figure) -> float:
    return max(abs(difference.low), abs(difference.high))


def _figures_table(sides: Sequence[Report], tiles: Sequence[Tile]) -> list[str]:
    head = ["Figure"]
    for label in labels(sides):
        head += [label if len(sides) > 1 else "Value", "95% interval", "n"]
    rows = []
    for tile in tiles:
        row = [tile.name.label]
        for value in tile.values:
            row += [_value(value, tile.name.unit), _interval(value, tile.name.unit)]
            row += [str(value.n) if value else ""]
        if len(sides) > 1:
            gap = tile.gap and f"{plots.gained(tile.gap.value, tile.name.unit)}, {gap_words(tile)}"
            row.append(gap or "")
        rows.append(row)
    return table("Figures", [*head, "Difference"] if len(sides) > 1 else head, rows)


def _kinds_tables(report: Report, timings: bool) -> list[str]:
    """How many of each kind are right, and every figure by kind."""
    parts = kind_tables(report, timings=timings)
    right = [
        (kind_label(kind), _value(value, "share"), _interval(value, "share"), str(value.n))
        for part in parts
        for kind, value in part.rows.get("right", {}).items()
    ]
    lines = table("Right, by kind", ("Kind", "Right", "95% interval", "n"), right)
    for part in parts:
        head = ("Figure", *map(kind_label, part.kinds))
        rows = [
            (name_of(key).label, *(_value(row.get(kind), name_of(key).unit) for kind in part.kinds))
            for key, row in part.rows.items()
        ]
        lines += table(f"By kind: {part.title.lower()}", head, rows)
    return lines


def _floor_row(floor: Floor) -> Sequence[str]:
    name = name_of(floor.name)
    kept = "met" if floor.kept else "**broken**"
    return name.label, written(floor.bound, name.unit), written(floor.value, name.unit), kept


def _change_row(change: Change) -> Sequence[str]:
    name, by = name_of(change.name), change.difference
    values = [written(value, name.unit) for value in (change.before, change.after)]
    span = f"{plots.gained(by.low, name.unit)} to {plots.gained(by.high, name.unit)}"
    word = plots.verdict(change)
    shown = f"**{word}**" if change.regression or change.improvement else word
    return name.label, *values, plots.gained(by.value, name.unit), span, str(by.n), shown


def _value(value: Figure | None, unit: str) -> str:
    return written(value.value, unit) if value else ""


def _interval(value: Figure | None, unit: str) -> str:
    return plots.between(value.low, value.high, unit) if value else ""


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"plots": plots, "says": says, "is_right": is_right}
    environment.globals |= {"name_of": name_of, "kind_label": kind_label}
    environment.globals |= {"expectation": expectation, "falls_short": falls_short}
    environment.globals |= {"symptoms": symptoms, "markers": markers, "gap_words": gap_words}
    return environment.get_template("report.html.jinja")
