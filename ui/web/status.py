"""What every visitor sees of the service: its state as one value, and that value as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.types import ModelChoice
from ui.render.mode import mode_badge
from ui.render.text import escape, failure


@dataclass(frozen=True, slots=True)
class Work:
    """Something under way. ``total`` is 0 while its size is unknown; ``rate`` is units a second."""

    label: str
    done: int = 0
    total: int = 0
    unit: Literal["bytes", "passages", "questions", "papers"] = "passages"
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """``ready``: questions are answered. ``settled``: opening is over, well or not.

    ``trouble`` is what went wrong and what to do, one sentence each; with ``ready`` it is a
    limitation (no language model), without it nothing can be answered.
    """

    choice: ModelChoice | None = None
    papers: int | None = None
    work: Work | None = None
    trouble: tuple[str, str] | None = None
    ready: bool = False
    settled: bool = False


def header(status: Status) -> str:
    """What the header says: papers, mode and reason, then work and trouble if any."""
    papers = "" if status.papers is None else f"{status.papers:,} papers"
    trouble = failure(*status.trouble) if status.trouble else ""
    mode = "starting" if status.choice is None else status.choice.mode
    state = "Not ready" if status.settled else "Getting ready"
    badge = f"<strong>{state}</strong>" if status.choice is None else mode_badge(status.choice)
    return (
        f'<span class="count">{papers}</span>'
        f'<div class="mode" role="status" data-mode="{mode}"><span class="dot"></span>{badge}</div>'
        f'<div class="work">{progress(status.work)}</div>'
        f'<div class="trouble{" mild" if status.ready else ""}">{trouble}</div>'
    )


def progress(work: Work | None) -> str:
    """A labelled bar: share, amount, rate and time left; an empty string for no work."""
    if work is None:
        return ""
    if not work.total:
        bar = '<div class="bar busy" role="progressbar"'
        return f'<span>{escape(work.label)}</span>{bar} aria-label="{escape(work.label)}"></div>'
    share = min(100, int(100 * work.done / work.total))
    return (
        f"<span>{escape(work.label)}</span>"
        f'<div class="bar" role="progressbar" aria-label="{escape(work.label)}"'
        f' aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share}">'
        f'<i style="width:{share}%"></i></div>'
        f'<span class="figures">{" · ".join([f"{share}%", *_figures(work)])}</span>'
    )


def _figures(work: Work) -> list[str]:
    known, bytewise = work.rate > 0 and work.done < work.total, work.unit == "bytes"
    if bytewise:
        parts = [f"{size(work.done)} of {size(work.total)}"]
    else:
        parts = [f"{work.done:,} of {work.total:,} {work.unit}"]
    if known and bytewise:
        parts.append(f"{size(work.rate)}/s")
    if known:
        parts.append(time_left((work.total - work.done) / work.rate))
    return parts


def size(amount: float) -> str:
    """Bytes in words, in thousands as downloads are given: 1117320768 is "1.12 GB"."""
    for unit, digits in (("B", 0), ("kB", 0), ("MB", 0)):
        if amount < 999.5:
            return f"{amount:.{digits}f} {unit}"
        amount /= 1000
    return f"{amount:.2f} GB"


def time_left(seconds: float) -> str:
    """How long still, in words no finer than one can know."""
    if seconds < 60:
        return "under a minute left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 90 else f"about {round(minutes / 60)} h left"
