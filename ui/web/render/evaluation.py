"""An evaluation's report as HTML: the result, its figures and its plots. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eval.figures import COMPARISONS, GROUPS, NAMES, kind_label, name_of
from eval.report import plots
from eval.report.page import Tile, marks, tiles_of
from eval.results import ComparedCells, Floor, Report
from eval.stats import Figure
from rag.types import ModelChoice
from ui.web.render.status import mode_name
from ui.web.render.text import count, escape

# Seconds a question before any run has measured it; for "local", the embedded model on two cores.
_GUESSES = {"quotes": 0.06, "local": 10.0, "openai": 4.0}

_COLUMNS = '<colgroup><col class="named"><col class="valued"><col><col class="counted"></colgroup>'


def plan(number: int, choice: ModelChoice, last: Report | None) -> str:
    """How many questions and how long they take; ``last`` is the report of the last run."""
    known = last is not None and (last.setup.mode, last.setup.model) == (choice.mode, choice.model)
    times = last.total_ms if last and known else ()
    each = sum(times) / len(times) / 1000 if times else _GUESSES[choice.mode]
    asked = f"<strong>{count(number, 'question')}</strong>"
    if choice.mode == "quotes":
        return f"{asked}, {_about(number * each)} without a language model"
    source = "as measured in the last run" if times else "a guess; run 5 to measure it"
    return (
        f"{asked} × {plots.duration(1000 * each)} with {mode_name(choice.mode, choice.model)}: "
        f"<strong>{_about(number * each)}</strong> ({source})"
    )


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    minutes = seconds / 60
    return f"about {minutes:.0f} min" if minutes < 90 else f"about {minutes / 60:.1f} h"


def lead(report: Report, at: float, *, same_papers: bool) -> str:
    """The result in a line, and what was run. ``at``: seconds since 1970."""
    strict = report.figures.get("strict")
    refused = report.figures.get("abstention_recall")
    right = report.figures.get("right")
    shown = (strict, "strictly correct") if strict else (right, "right")
    head = f"{plots.percent(shown[0].value)}% {shown[1]}" if shown[0] else "Evaluation"
    said = []
    if right:
        said.append(
            f"{plots.percent(right.value)}% of {count(right.n, 'question')} answered as their kind "
            "wants."
        )
    if strict:
        said.append(
            f"Of {count(strict.n, 'answerable single question')}: every fact stated, every "
            f"expected paper cited and no other{_range(strict)}."
        )
    if refused:
        said.append(
            f"Of {count(refused.n, 'single question')} that no abstract answers, "
            f"{plots.percent(refused.value)}% {'was' if refused.n == 1 else 'were'} declined."
        )
    facts = [
        mode_name(report.setup.mode, report.setup.model),
        f"{count(len(report.cases), 'question')} in {plots.duration(1000 * report.seconds)}",
        f"{datetime.fromtimestamp(at):%d %b %Y, %H:%M}",
        f"version {escape(report.setup.version)}",
    ]
    other = "" if same_papers else '<p class="other">It was run on other papers than these.</p>'
    return (
        f'<h2 id="pc-came">{head}</h2><p>{" ".join(said)}</p>{_outcome(report.floors)}{other}'
        f'<p class="setup">{"".join(f"<span>{fact}</span>" for fact in facts)}</p>'
    )


def _outcome(floors: Sequence[Floor]) -> str:
    """How many floors are met. Floors are for runs of all questions, so other runs have none."""
    if not floors:
        return '<p class="floors">Floors are for runs of all questions.</p>'
    broken = [name_of(floor.name).label for floor in floors if not floor.kept]
    if not broken:
        return f'<p class="floors kept">All {len(floors)} floors met.</p>'
    return (
        f'<p class="floors broken">{len(broken)} of {len(floors)} floors broken: '
        f"{escape(', '.join(broken))}.</p>"
    )


def figures(report: Report) -> str:
    """Every figure with its interval, and its floor if it has one."""
    tiles, floors = tiles_of((report,)), {floor.name: floor for floor in report.floors}
    slowest = max([1.0, *report.total_ms])
    bodies = []
    for group, why in GROUPS.items():
        rows = [
            _figure(tile, floors.get(tile.key), slowest)
            for tile in tiles
            if tile.name.group == group
        ]
        if rows:
            about = f" <i>{escape(why)}</i>" if why else ""
            bodies.append(
                f'<tbody><tr class="group"><th colspan="4" scope="rowgroup">{escape(group)}{about}'
                f"</th></tr>{''.join(rows)}</tbody>"
            )
    return (
        f'<table class="figures-of">{_COLUMNS}<thead class="sr"><tr><th scope="col">Figure</th>'
        '<th scope="col">Value</th><th scope="col">Interval</th><th scope="col">n</th></tr></thead>'
        f"{''.join(bodies)}</table>"
    )


def _figure(tile: Tile, floor: Floor | None, slowest: float) -> str:
    value, name = tile.values[0], tile.name
    if value is None:
        return ""
    ends = (0.0, {"time": slowest, "count": value.high}.get(name.unit, 1.0))
    tick, tone, note = None, "", ""
    if floor is not None:
        bound = plots.written(floor.bound, name.unit)
        words = f"{'at most' if name.less else 'at least'} {bound}"
        tick = floor.bound
        if not floor.kept:
            tone, note = "broken", f'<em class="below">floor {bound}</em>'
        else:
            note = f'<i class="floor" title="Floor: {words}">{words}</i>'
    why = f"{name.why}{' Less is better.' if name.less else ''}"
    return (
        f'<tr><th scope="row" title="{escape(why)}">{escape(name.label)}</th>'
        f"<td class='value'>{plots.written(value.value, name.unit)}</td>"
        f"<td class='span'>{plots.strip(value.low, value.value, value.high, ends, tick, tone)}"
        f"<span>{_interval(value, name.unit)}{note}</span></td><td class='n'>{value.n}</td></tr>"
    )


def kinds(report: Report) -> str:
    """A row for each kind of question: how many were right, and a button to show its cases."""
    rows = []
    for kind, of_kind in report.by_kind.items():
        value = of_kind.get("right")
        if value is None:
            continue
        rows.append(
            f'<tr><th scope="row"><button type="button" class="of-kind" data-kind="{escape(kind)}">'
            f"{escape(kind_label(kind))}</button></th>"
            f"<td class='value'>{plots.written(value.value, 'share')}</td>"
            f"<td class='span'>{plots.strip(value.low, value.value, value.high)}"
            f"<span>{_interval(value, 'share')}</span></td><td class='n'>{value.n}</td></tr>"
        )
    return f'<table class="figures-of">{_COLUMNS}{"".join(rows)}</table>' if rows else ""


def pictures(report: Report) -> str:
    """The report's plots, each with a caption; none for what was not measured."""
    times, made = report.total_ms, []
    if report.funnel:
        about = "Where papers get lost", "Papers to be cited, stage by stage."
        made.append((*about, plots.funnel(report.funnel)))
    if report.calibration:
        about = "Does support mean what it says?", "On the line, 0.8 is right 8 times in 10."
        made.append((*about, plots.reliability(report.calibration)))
    if times:
        about = "How long answers take", "From the question to the last word."
        made.append((*about, plots.histogram(times, marks(report), max(times))))
    return "".join(
        f"<figure><figcaption><h4>{title}</h4><p>{words}</p></figcaption>{svg}</figure>"
        for title, words, svg in made
    )


def cells(report: Report) -> str:
    """Compared cells by aspect, or why there are none."""
    if report.compared is None:
        return f'<p class="soft">{escape(report.not_compared)}</p>' if report.not_compared else ""
    made = report.compared
    keys = [key for key, name in NAMES.items() if name.group == COMPARISONS][:3]
    heads = "".join(f'<th scope="col">{escape(NAMES[key].label)}</th>' for key in keys)
    rows = "".join(_aspect(name, made, keys) for name in [*made.by_aspect, ""])
    return (
        f'<table class="cells-of"><thead><tr><th scope="col">Aspect</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<p class="soft">{count(len(made.wrong), "cell")} of {sum_of(made)} wrong; '
        "the report file lists them.</p>"
    )


def sum_of(made: ComparedCells) -> int:
    """How many cells were compared."""
    accuracy = made.figures.get("cell_accuracy")
    return accuracy.n if accuracy else 0


def _aspect(name: str, made: ComparedCells, keys: Sequence[str]) -> str:
    found = made.by_aspect[name] if name else made.figures
    parts = "".join(
        f"<td><b>{plots.written(value.value, 'share')}</b> <i>{_interval(value, 'share')}</i></td>"
        if (value := found.get(key))
        else "<td></td>"
        for key in keys
    )
    return f'<tr><th scope="row">{escape(name or "all")}</th>{parts}</tr>'


def _range(value: Figure) -> str:
    if value.low == value.high:
        return ""
    return f" (95% interval {plots.between(value.low, value.high, 'share')})"


def _interval(value: Figure, unit: str) -> str:
    if value.n == 1:
        return "one case"
    if value.low == value.high:
        return "all alike"
    return plots.between(value.low, value.high, unit)
