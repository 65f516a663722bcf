"""An evaluation's report as HTML: the result, its figures and its plots. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eval.report import plots
from eval.report.page import Tile, marks, tiles_of
from eval.scoring.figures import COMPARISONS, GROUPS, NAMES, kind_label, name_of
from eval.scoring.results import ComparedCells, Floor, Report
from eval.scoring.stats import Figure
from rag.types import ModelChoice
from ui.web.render.basics.status import mode_name
from ui.web.render.basics.text import count, escape
from ui.web.render.evaluate.plain import FIRST, accepted, amount, how_sure, sentence

# Seconds a question before any run has measured it; for "local", the embedded model on two cores.
_GUESSES = {"quotes": 0.06, "local": 10.0, "openai": 4.0}

_GROUNDED = "sentences supported by the quotes beside them"
_LEAD = ("quote_fidelity", "strict", "abstention_recall", "false_abstention")


NO_RESULT = "Nobody has measured it here yet. See how to, in a minute or less."


def last_result(at: float, report: Report) -> str:
    """The last run in a line, for the card that leads to it. ``at``: seconds since 1970."""
    when = f"{datetime.fromtimestamp(at):%d %b %Y}"
    return f"{headline(report)}. {count(len(report.cases), 'question')}, {when}."


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


def headline(report: Report) -> str:
    """The result in a few words, the best that the run can say."""
    for key in ("right", "grounded"):
        value = report.figures.get(key)
        if value is not None:
            noun = "questions answered as they should be" if key == "right" else _GROUNDED
            return f"{amount(value)} {noun}"
    return "No answer came" if report.cases else "Nothing was asked"


def lead(report: Report, at: float, *, same_papers: bool) -> str:
    """The result in a line, and what was run. ``at``: seconds since 1970."""
    found = report.figures
    said = [sentence(key, found[key]) for key in _LEAD if key in found]
    facts = [
        mode_name(report.setup.mode, report.setup.model),
        f"{count(len(report.cases), 'question')} in {plots.duration(1000 * report.seconds)}",
        f"{datetime.fromtimestamp(at):%d %b %Y, %H:%M}",
        f"version {escape(report.setup.version)}",
    ]
    other = "" if same_papers else '<p class="other">It was run on other papers than these.</p>'
    return (
        f'<h2 id="pc-came">{escape(headline(report))}</h2><p>{escape(" ".join(said))}</p>'
        f"{_outcome(report.floors)}{other}"
        f'<p class="setup">{"".join(f"<span>{fact}</span>" for fact in facts)}</p>'
    )


def _outcome(floors: Sequence[Floor]) -> str:
    """Whether every figure is as good as a run of the whole delivered set has to be."""
    if not floors:
        return ""
    broken = [name_of(floor.name).label for floor in floors if not floor.kept]
    if not broken:
        return (
            f'<p class="bounds kept">All {len(floors)} figures are as good as we accept or better.'
            "</p>"
        )
    return (
        f'<p class="bounds broken">{len(broken)} of {len(floors)} figures are worse than we accept:'
        f" {escape(', '.join(broken))}.</p>"
    )


def figures(report: Report) -> str:
    """Every figure as a sentence: what a reader gets first, the rest folded, by group."""
    tiles, floors = tiles_of((report,)), {floor.name: floor for floor in report.floors}
    slowest = max([1.0, *report.total_ms])
    lines = {tile.key: _figure(tile, floors.get(tile.key), slowest) for tile in tiles}
    first = "".join(lines.get(key, "") for key in FIRST)
    groups = []
    for group, why in GROUPS.items():
        own = [t.key for t in tiles if t.name.group == group and t.key not in FIRST]
        if rows := "".join(lines[key] for key in own):
            about = f" <i>{escape(why)}</i>" if why else ""
            groups.append(f'<h4>{escape(group)}{about}</h4><ul class="figures-of">{rows}</ul>')
    more = f"<details><summary>More figures</summary>{''.join(groups)}</details>" if groups else ""
    return f'<ul class="figures-of">{first}</ul>{more}'


def _figure(tile: Tile, floor: Floor | None, slowest: float) -> str:
    value, name = tile.values[0], tile.name
    if value is None:
        return ""
    ends = (0.0, {"time": slowest, "count": value.high}.get(name.unit, 1.0))
    tick, tone, note, bound = None, "", "", ""
    if floor is not None:
        tick, bound = floor.bound, accepted(floor.bound, name.unit, less=name.less)
        if not floor.kept:
            tone, note = "broken", f' <em class="below">{escape(bound)}</em>'
    strip = plots.strip(value.low, value.value, value.high, ends, tick, tone)
    return (
        f'<li data-figure="{escape(tile.key)}"><details><summary>'
        f'<b class="value">{plots.written(value.value, name.unit)}</b>'
        f"<span>{escape(sentence(tile.key, value))}{note}</span></summary>"
        f'<div class="sure">{strip}<p>{escape(how_sure(value, name.unit))} {escape(bound)} '
        f"<i>{escape(name.label)}: {escape(name.why)}{' Less is better.' if name.less else ''}</i>"
        "</p></div></details></li>"
    )


def kinds(report: Report) -> str:
    """A row for each kind of question with an example, and a button to show its cases."""
    examples: dict[str, str] = {}
    for item in report.cases:
        examples.setdefault(item.case.kind, item.case.question)
    rows = []
    for kind, of_kind in report.by_kind.items():
        value = of_kind.get("right")
        if value is None:
            continue
        rows.append(
            f'<li><b class="value">{plots.written(value.value, "share")}</b><span>'
            f'<button type="button" class="of-kind" data-kind="{escape(kind)}">'
            f"{escape(kind_label(kind))}</button> <i>{escape(amount(value))}</i>"
            f'<q dir="auto">{escape(examples.get(kind, ""))}</q></span></li>'
        )
    return f'<ul class="kinds-of">{"".join(rows)}</ul>' if rows else ""


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
        return ""
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


def _interval(value: Figure, unit: str) -> str:
    if value.n == 1:
        return "one case"
    if value.low == value.high:
        return "all alike"
    return plots.between(value.low, value.high, unit)
