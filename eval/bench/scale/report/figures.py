"""Figures: what was measured, of which side, at which size; as values and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

PAPERCHAT, STARTER, ENCODER = "paperchat", "LlamaIndex's starter", "encoder alone"
TANTIVY, CHROMA, OWN_CHROMA, NUMPY = (
    "tantivy alone",
    "Chroma alone",
    "Chroma, as paperchat sets it",
    "exact, numpy",
)


class Measure(NamedTuple):
    """One number of one process. Units: s, ms, MB, KB, /s, share, and the empty one of counts."""

    group: str
    name: str
    unit: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one side among so many papers, once for each round."""

    papers: int
    group: str
    name: str
    side: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.values)


@dataclass(slots=True)
class Report:
    """The figures of one run or of several, and how each was made."""

    runs: list[Mapping[str, Any]] = field(default_factory=list)
    _values: dict[tuple[int, str, str, str, str], list[float]] = field(default_factory=dict)

    def add(self, papers: int, side: str, measures: Iterable[Measure]) -> None:
        """Add one round of one side."""
        for group, name, unit, value in measures:
            self._values.setdefault((papers, group, name, side, unit), []).append(value)

    @property
    def figures(self) -> list[Figure]:
        """All figures, in the order in which they were first measured."""
        return [
            Figure(papers, group, name, side, unit, tuple(values))
            for (papers, group, name, side, unit), values in self._values.items()
        ]

    def find(self, papers: int, group: str, name: str, side: str = PAPERCHAT) -> Figure | None:
        """One figure, or None if it was not measured."""
        for figure in self.figures:
            if (figure.papers, figure.group, figure.name, figure.side) == (
                papers,
                group,
                name,
                side,
            ):
                return figure
        return None

    @property
    def sizes(self) -> list[int]:
        """The numbers of papers, ascending."""
        return sorted({figure.papers for figure in self.figures})

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"runs": self.runs, "figures": [asdict(figure) for figure in self.figures]}
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_reports(paths: Sequence[Path]) -> Report:
    """The figures of several runs as one report; a later run replaces sizes of an earlier one."""
    report = Report()
    for path in paths:
        content = json.loads(path.read_text("utf-8"))
        report.runs += content["runs"]
        figures = [Figure(**{**one, "values": tuple(one["values"])}) for one in content["figures"]]
        again = {figure.papers for figure in figures}
        report._values = {key: old for key, old in report._values.items() if key[0] not in again}
        for one in figures:
            key = one.papers, one.group, one.name, one.side, one.unit
            report._values[key] = list(one.values)
    return report


def ratios(one: Figure, other: Figure) -> tuple[float, ...]:
    """``one`` over ``other``, round by round, so that what the machine did meanwhile cancels."""
    return tuple(a / b for a, b in zip(one.values, other.values, strict=False) if b)
