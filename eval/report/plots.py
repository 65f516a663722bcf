"""Shows figures: numbers in words, and small plots.

Plots are inline SVG, numbers in and markup out, in the colours and fonts of the page. Every
word that reaches their markup is escaped here, so the result may be put into a page as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, sqrt

from eval.scoring.results import Bin, Change, Setup, Stage

_WIDTH = 360  # of the three larger plots, in the units of their viewBox
_Z = 1.96  # two-sided 95% of the normal distribution


def setup_words(setup: Setup) -> tuple[str, ...]:
    """What was run, the most important first."""
    return (
        setup.engine,
        setup.mode,
        setup.model or "no model",
        f"version {setup.version}",
        f"corpus {setup.corpus}",
        f"questions {setup.questions}",
        *([f"judged by {setup.judge}"] if setup.judge else []),
    )


def verdict(change: Change) -> str:
    """A change in one word. It is noise if its interval contains 0."""
    if change.regression or change.improvement:
        return "worse" if change.regression else "better"
    still = change.difference.low == change.difference.high == 0
    return "unchanged" if still else "noise"


def percent(share: float) -> str:
    """A share without its sign, never rounded to a 0 or a 100 that it is not."""
    value = 100 * share
    if 0 < value < 0.05:
        return "<0.1"
    if 99.95 <= value < 100:
        return ">99.9"
    if value in (0, 100) or 0.5 <= value < 99.5:
        return f"{value:.0f}"
    return f"{value:.1f}"


def signed(number: float, digits: int) -> str:
    """A difference with its sign, a real minus, and no sign if it rounds to 0."""
    text = f"{number:+.{digits}f}".replace("-", "−")
    return text if text.strip("+−0.") else text[1:]


def duration(milliseconds: float) -> str:
    """A time in the unit that suits it."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def written(value: float, unit: str) -> str:
    """A figure: a share in percent, a score to three places, a count to one, a time in ms or s."""
    if unit == "time":
        return duration(value)
    if unit == "count":
        return f"{value:.1f}"
    return f"{percent(value)}%" if unit == "share" else f"{value:.3f}"


def between(low: float, high: float, unit: str) -> str:
    """An interval."""
    if unit == "share":
        return f"{percent(low)}–{percent(high)}%"
    return f"{written(low, unit)}{' – ' if unit == 'time' else '–'}{written(high, unit)}"


def gained(value: float, unit: str) -> str:
    """A difference: of shares in percentage points, of scores as it is."""
    return signed(100 * value, 1) if unit == "share" else signed(value, 3)


def strip(
    low: float,
    value: float,
    high: float,
    ends: tuple[float, float] = (0.0, 1.0),
    tick: float | None = None,
    tone: str = "",
) -> str:
    """An interval on a line from ``ends[0]`` to ``ends[1]``, with a dot at ``value``.

    ``tick`` marks a bound, or zero. Places are percentages, so it fits any width undistorted.
    """
    start, size = ends[0], (ends[1] - ends[0]) or 1.0

    def at(number: float) -> str:
        return f"{min(100.0, max(0.0, 100 * (number - start) / size)):.2f}%"

    mark = "" if tick is None else f'<line class="tick" x1="{at(tick)}" x2="{at(tick)}" y2="14"/>'
    return (
        f'<svg class="strip {escape(tone)}" width="100%" height="14" aria-hidden="true">'
        f'<line class="rail" x1="0" x2="100%" y1="7" y2="7"/>{mark}'
        f'<line class="band" x1="{at(low)}" x2="{at(high)}" y1="7" y2="7"/>'
        f'<circle class="dot" cx="{at(value)}" cy="7" r="4"/></svg>'
    )


def funnel(stages: Sequence[Stage]) -> str:
    """One bar for each stage: its share, and what was lost since the last stage, in points."""
    step, room = 54, _WIDTH - 62
    rows = []
    for index, stage in enumerate(stages):
        top = index * step
        lost = 100 * (stages[index - 1].share - stage.share) if index else 0.0
        note = f"{lost:.1f} lost" if lost >= 0.05 else ""
        rows.append(
            f'<text class="name" x="0" y="{top + 12}">{escape(stage.name)}</text>'
            f'<rect class="rail" x="0" y="{top + 18}" width="{room}" height="14" rx="3"/>'
            f'<rect class="bar" x="0" y="{top + 18}" width="{room * stage.share:.1f}"'
            f' height="14" rx="3"/>'
            f'<text class="number" x="{room + 10}" y="{top + 30}">'
            f"{100 * stage.share:.1f}%</text>"
            f'<text x="{room}" y="{top + 12}" text-anchor="end">{note}</text>'
        )
    words = ", ".join(f"{stage.name} {100 * stage.share:.1f}%" for stage in stages)
    return _svg(len(stages) * step - 18, "".join(rows), f"Retrieval funnel: {words}")


def reliability(bins: Sequence[Bin]) -> str:
    """Share of right claims by support score; on the diagonal the score is a probability.

    Whiskers are 95% Wilson intervals (Wilson 1927); below, how many claims fell into each bin.
    """
    left, top, side, foot = 40, 8, 196, 34
    wide = _WIDTH - left - 8
    most = max((item.n for item in bins), default=1)
    ideal = f'x1="{left}" y1="{top + side}" x2="{left + wide}" y2="{top}"'
    parts = [_grid(left, top, wide, side), f'<line class="ideal" {ideal}/>']
    for item in bins:
        x = left + wide * item.mean_support
        low, high = wilson(item.share_right, item.n)
        tall = (foot - 6) * item.n / most
        base = top + side + foot
        parts.append(
            f"<g><title>{item.low:.1f} to {item.high:.1f}: {100 * item.share_right:.0f}% of"
            f" {item.n} right</title>"
            f'<line class="band" x1="{x:.1f}" x2="{x:.1f}" y1="{top + side * (1 - low):.1f}"'
            f' y2="{top + side * (1 - high):.1f}"/>'
            f'<circle class="dot" cx="{x:.1f}" cy="{top + side * (1 - item.share_right):.1f}"'
            f' r="5"/><rect class="count" x="{left + wide * item.low + 2:.1f}"'
            f' y="{base - tall:.1f}" width="{wide * (item.high - item.low) - 4:.1f}"'
            f' height="{tall:.1f}" rx="2"/></g>'
        )
    ticks = "".join(
        f'<text x="{left + wide * t:.1f}" y="{top + side + foot + 16}" text-anchor="middle">'
        f"{t:g}</text>"
        for t in (0, 0.5, 1)
    )
    body = "".join(parts) + ticks
    return _svg(top + side + foot + 22, body, "Share of right claims by support score")


def histogram(values: Sequence[float], marks: Sequence[tuple[str, float]], upper: float) -> str:
    """How ``values`` spread from 0 to ``upper`` (milliseconds), with named values marked."""
    bins, side, top = 30, 150, 26 + 20 * len(marks)
    upper = upper or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, ceil(bins * value / upper) - 1))] += 1
    most, wide = max(counts) or 1, _WIDTH / bins
    bars = "".join(
        f'<rect class="bar" x="{index * wide + 1:.1f}" y="{top + side * (1 - count / most):.1f}"'
        f' width="{wide - 2:.1f}" height="{side * count / most:.1f}" rx="2"><title>{count}</title>'
        "</rect>"
        for index, count in enumerate(counts)
        if count
    )
    lines = "".join(
        _mark(name, value, _WIDTH * min(1.0, value / upper), 14 + 20 * index, top + side)
        for index, (name, value) in enumerate(marks)
    )
    base = top + side
    axis = (
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base}" y2="{base}"/>'
        f'<text x="0" y="{base + 17}">0</text>'
        f'<text x="{_WIDTH}" y="{base + 17}" text-anchor="end">{duration(upper)}</text>'
    )
    words = ", ".join(f"{name} {duration(value)}" for name, value in marks)
    return _svg(base + 22, bars + axis + lines, f"Distribution of answer times: {words}")


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95% score interval of a proportion (Wilson 1927)."""
    if n < 1:
        return 0.0, 1.0
    spread = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    middle, scale = share + _Z**2 / (2 * n), 1 + _Z**2 / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _grid(left: float, top: float, wide: float, side: float) -> str:
    return "".join(
        f'<line class="axis" x1="{left}" x2="{left + wide}" y1="{top + side * (1 - t):.1f}"'
        f' y2="{top + side * (1 - t):.1f}"/>'
        f'<text x="{left - 8}" y="{top + side * (1 - t) + 4:.1f}" text-anchor="end">'
        f"{100 * t:.0f}%</text>"
        for t in (0, 0.5, 1)
    )


def _mark(name: str, value: float, x: float, y: float, base: float) -> str:
    """A line at ``x`` with its words on whichever side has more room."""
    anchor, shift = ("end", -6) if x > _WIDTH * 0.5 else ("start", 6)
    return (
        f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 11}" y2="{base}"/>'
        f'<text class="name" x="{x + shift:.1f}" y="{y}" text-anchor="{anchor}">'
        f"{escape(name)} {duration(value)}</text>"
    )


def _svg(height: float, body: str, words: str) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(words)}">{body}</svg>'
    )
