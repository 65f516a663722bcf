"""Timings as rows of a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: seconds, of which the median and the slowest twentieth are shown."""

    what: str
    seconds: tuple[float, ...]
    target: float | None = None

    @property
    def p95(self) -> float:
        """The 95th percentile; the slowest if there are fewer than 20."""
        if len(self.seconds) < 20:
            return max(self.seconds)
        return quantiles(self.seconds, n=20)[-1]


def show(title: str, rows: Sequence[Row]) -> str:
    """A Markdown table of ``rows`` under its title."""
    lines = [
        f"\n### {title}\n",
        "| what | n | median s | p95 s | target s |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        target = "" if row.target is None else f"< {row.target:g}"
        lines.append(
            f"| {row.what} | {len(row.seconds)} | {median(row.seconds):.3f} | {row.p95:.3f} "
            f"| {target} |"
        )
    return "\n".join(lines)
