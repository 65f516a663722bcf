"""The service's state as one value, and the header that shows it to every visitor."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import ModelChoice
from ui.web.jobs import Progress, Trouble
from ui.web.render.basics.status import mode_badge, progress
from ui.web.render.basics.text import escape, failure


@dataclass(frozen=True, slots=True)
class Status:
    """``ready``: questions are answered. ``settled``: opening has ended, successfully or not.

    ``trouble`` is what went wrong and what to do, one sentence each; with ``ready`` it is a
    limitation (no language model), without it nothing can be answered.
    """

    choice: ModelChoice | None = None
    papers: int | None = None
    work: Progress | None = None
    trouble: Trouble | None = None
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


def opened(notice: str, *, locked: bool, guest: bool) -> str:
    """What is open to whom, and the way out for visitors who have logged in.

    The style sheets hide from a ``guest`` what only the owner may do.
    """
    if not notice:
        return '<span class="guest" hidden></span>' if guest else ""
    leave = '<button type="button" data-act="leave">Log out</button>' if locked else ""
    name = "open guest" if guest else "open"
    return f'<div class="{name}"><span>{escape(notice)}</span>{leave}</div>'
