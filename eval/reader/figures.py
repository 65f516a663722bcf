"""Sums up what was asked: figures with their intervals, as JSON and as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from eval.reader.asking import Asked
from eval.reader.data import ANSWERABLE, KINDS
from eval.report.markdown import table
from eval.scoring.stats import Figure, paired_difference, pooled_share

# By kind of item (or "answerable", which are three of them), role or aspect, then by score.
Figures: TypeAlias = Mapping[str, Mapping[str, Figure]]

_LABELS = {
    "fact": "facts",
    "para": "paraphrases",
    "search": "keyword queries",
    "answerable": "these three",
    "near": "near misses",
    "topic": "topics",
    "nottopic": "near topics",
    "sup": "supported claims",
    "con": "contradicted claims",
    "nei": "unmentioned claims",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A run: what was asked of what, every item with its scores, and the figures of other parts.

    ``parts`` are figures by the title of their table.
    """

    setup: Mapping[str, Any]
    asked: Sequence[Asked]
    parts: Mapping[str, Figures] = field(default_factory=dict)


def figures_of(asked: Sequence[Asked]) -> dict[str, dict[str, Figure]]:
    """Each score's mean by kind, with a bootstrap interval over papers."""
    sums: dict[str, dict[str, dict[str, tuple[int, int]]]] = {}
    for one in asked:
        kinds = [one.item.kind, *(["answerable"] if one.item.kind in ANSWERABLE else [])]
        for kind in kinds:
            for name, score in one.scores.items():
                by_paper = sums.setdefault(kind, {}).setdefault(name, {})
                hits, trials = by_paper.get(one.paper_id, (0, 0))
                by_paper[one.paper_id] = hits + int(score), trials + 1
    pooled = {
        kind: {name: pooled_share([*sums[kind][name].values()]) for name in sums[kind]}
        for kind in _LABELS
        if kind in sums
    }
    return {kind: {n: f for n, f in of.items() if f is not None} for kind, of in pooled.items()}


def as_json(run: Measured) -> dict[str, Any]:
    """The run as JSON: a baseline for a later one."""
    return {
        "setup": dict(run.setup),
        "figures": _plain(figures_of(run.asked)),
        "parts": {title: _plain(figures) for title, figures in run.parts.items()},
        "items": {
            one.item.id: {"text": one.item.text, "got": one.got, "scores": dict(one.scores)}
            for one in run.asked
        },
    }


def as_markdown(run: Measured) -> str:
    """The figures as tables, a row for each kind."""
    lines = ["# Reader data", "", " · ".join(f"{k} {v}" for k, v in run.setup.items()), ""]
    for title, figures in {"Through the product": figures_of(run.asked), **run.parts}.items():
        lines += figures_table(title, figures)
    return "\n".join(lines)


def figures_table(title: str, figures: Figures) -> list[str]:
    """A Markdown table: a row for each kind, a column for each score, with intervals."""
    names = list(dict.fromkeys(name for of_kind in figures.values() for name in of_kind))
    rows = [
        [_LABELS.get(kind, kind), *(_cell(of_kind.get(name)) for name in names)]
        for kind, of_kind in figures.items()
    ]
    return table(title, ["", *names], rows)


def changes(run: Measured, baseline: Mapping[str, Any]) -> dict[str, dict[str, Figure]]:
    """Each score against a baseline's, by kind: mean paired differences over the items of both."""
    pairs: dict[str, dict[str, list[tuple[float, float]]]] = {kind: {} for kind in KINDS}
    for one in run.asked:
        before = baseline["items"].get(one.item.id, {"scores": {}})["scores"]
        for name, score in one.scores.items():
            if name in before:
                pairs[one.item.kind].setdefault(name, []).append((score, before[name]))
    return {
        kind: {name: paired_difference(*zip(*found, strict=True)) for name, found in names.items()}
        for kind, names in pairs.items()
        if names
    }


def _plain(figures: Figures) -> dict[str, dict[str, Any]]:
    return {kind: {name: asdict(f) for name, f in of.items()} for kind, of in figures.items()}


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
