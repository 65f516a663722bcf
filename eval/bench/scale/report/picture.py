"""The figures as a picture: small plots of curves over the number of papers, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from eval.bench.scale.report import figures
from eval.bench.scale.report.figures import Figure, Report
from eval.bench.scale.report.tables import number

_WIDE, _HIGH = 370, 190  # of a plot, with the words around it
_LEFT, _TOP, _RIGHT, _FOOT = 54, 26, 12, 24
_ACROSS = 2
_COLOURS = {
    figures.PAPERCHAT: "#0b6bcb",
    figures.STARTER: "#d1495b",
    figures.ENCODER: "#6b7280",
    figures.TANTIVY: "#8b5cf6",
    figures.CHROMA: "#e08e0b",
    figures.OWN_CHROMA: "#14a38b",
    figures.NUMPY: "#2f855a",
}
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#374151}.title{font-weight:600;fill:#111827}"
    ".grid{stroke:#e5e7eb}.line{fill:none;stroke-width:2}"
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its title, and which figure of every side is drawn, or which of ours."""

    title: str
    group: str
    names: tuple[str, ...]


PLOTS = (
    Plot("New papers a second, added to so many", "ingest", ("papers a second",)),
    Plot("Search, p95, ms", "search", ("p95",)),
    Plot("Search, 8 threads, questions a second", "search", ("8 threads, questions a second",)),
    Plot("Which papers use ..., p95, ms", "answers, which papers use ...", ("p95",)),
    Plot(
        "Whole commands, s",
        "changes",
        tuple(
            f"{what}, whole process"
            for what in ("1 paper added", "1 paper removed", "100 papers added")
        ),
    ),
    Plot("From start to first answer, s", "start", ("chat: first answer", "search, whole process")),
    Plot("Memory when answering, MB", "memory", ("answering questions, resident",)),
    Plot("Disk, KB a paper", "disk", ("whole", "beside the text")),
)
_SHADES = ("#0b6bcb", "#d1495b", "#2f855a")


def picture(report: Report) -> str:
    """One SVG with a plot for each of the main figures that were measured."""
    drawn = [(plot, lines) for plot in PLOTS if (lines := _lines(report, plot))]
    rows = ceil(len(drawn) / _ACROSS)
    wide, high = _ACROSS * _WIDE, rows * _HIGH
    body = "".join(
        f'<g transform="translate({_WIDE * (at % _ACROSS)} {_HIGH * (at // _ACROSS)})">'
        f"{_plot(plot.title, lines, report.sizes)}</g>"
        for at, (plot, lines) in enumerate(drawn)
    )
    words = "Curves over the number of papers: " + "; ".join(plot.title for plot, _ in drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'role="img" aria-label="{escape(words)}"><style>{_STYLE}</style>'
        f'<rect width="{wide}" height="{high}" fill="#fff"/>{body}</svg>\n'
    )


def _lines(report: Report, plot: Plot) -> list[tuple[str, str, list[Figure]]]:
    """Name, colour and figures of each line, by ascending size."""
    found: dict[str, list[Figure]] = {}
    for figure in sorted(report.figures, key=lambda figure: figure.papers):
        if figure.group == plot.group and figure.name in plot.names:
            name = figure.side if len(plot.names) == 1 else figure.name.split(", whole")[0]
            found.setdefault(name, []).append(figure)
    return [
        (name, _COLOURS.get(name) or _SHADES[at % len(_SHADES)], points)
        for at, (name, points) in enumerate(found.items())
    ]


def _plot(title: str, lines: Sequence[tuple[str, str, list[Figure]]], sizes: Sequence[int]) -> str:
    values = [value for _, _, points in lines for figure in points for value in figure.values]
    low, high = floor(log10(max(min(values), 1e-3))), ceil(log10(max(*values, 1e-3)))
    high = max(high, low + 1)
    first, last = log10(min(sizes)), log10(max(sizes))
    wide, tall = _WIDE - _LEFT - _RIGHT - 128, _HIGH - _TOP - _FOOT

    def x(papers: int) -> float:
        return _LEFT + wide * ((log10(papers) - first) / (last - first) if last > first else 0.5)

    def y(value: float) -> float:
        return _TOP + tall * (1 - (log10(max(value, 1e-3)) - low) / (high - low))

    parts = [f'<text class="title" x="6" y="15">{escape(title)}</text>']
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + wide}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text x="{_LEFT - 5}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:,.10g}</text>'
        )
    for size in sizes:
        parts.append(
            f'<text x="{x(size):.1f}" y="{_HIGH - 8}" text-anchor="middle">{_short(size)}</text>'
        )
    for at, (name, colour, points) in enumerate(lines):
        places = " ".join(f"{x(one.papers):.1f},{y(one.median):.1f}" for one in points)
        dots = "".join(
            f'<circle cx="{x(one.papers):.1f}" cy="{y(one.median):.1f}" r="3" fill="{colour}">'
            f"<title>{escape(name)}, {one.papers:,}: {number(one.median)} {one.unit}</title>"
            f'</circle><line x1="{x(one.papers):.1f}" x2="{x(one.papers):.1f}" '
            f'y1="{y(min(one.values)):.1f}" y2="{y(max(one.values)):.1f}" stroke="{colour}"/>'
            for one in points
        )
        parts.append(
            f'<polyline class="line" points="{places}" stroke="{colour}"/>{dots}'
            f'<text x="{_LEFT + wide + 8}" y="{_TOP + 8 + 14 * at}" style="fill:{colour}">'
            f"{escape(name)}</text>"
        )
    return "".join(parts)


def _short(papers: int) -> str:
    return f"{papers / 1000:.0f}k" if papers >= 1000 else str(papers)
