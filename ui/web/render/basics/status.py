"""Which language model answers, and how far a job is, in words and as HTML. Pure."""

from __future__ import annotations

from rag.types import ModelChoice
from ui.web.jobs import Progress
from ui.web.render.basics.text import escape, sentence_case

# Who writes, in the same words wherever it is said.
_NAMES = {"openai": "Endpoint", "local": "Local model", "quotes": "Quotes only"}
_WRITERS = {"openai": "the model at your endpoint", "local": "the local model"}


def mode_name(mode: str, model: str) -> str:
    """The mode in words, with the name of the model, if any; escaped."""
    named = "" if mode == "quotes" else model
    return escape(", ".join(part for part in (_NAMES.get(mode, mode), named) if part))


def who_writes(choice: ModelChoice) -> str:
    """The language model that writes, as a line names it; empty if none does."""
    return "" if choice.mode == "quotes" else choice.model or "the language model"


def mode_line(mode: str, model: str) -> str:
    """Who writes, in one line: "Quotes only: no language model writes"; escaped."""
    who = (
        "no language model writes"
        if mode == "quotes"
        else f"{model or 'it'} writes, and is checked"
    )
    return f"{_NAMES.get(mode, mode)}: {escape(who)}"


def writer_name(mode: str, model: str) -> str:
    """What wrote an answer, with its name if that is known; escaped."""
    who = _WRITERS.get(mode, "a language model")
    return escape(f"{who} ({model})" if model else who)


def mode_badge(choice: ModelChoice, *, reason: bool = False) -> str:
    """Who writes: "Quotes only: no language model writes"; with ``reason`` also why."""
    why = escape(sentence_case(choice.why))
    mode, _, line = mode_line(choice.mode, choice.model).partition(": ")
    because = f'<span class="why">{why}</span>' if reason else ""
    return (
        f'<strong title="{why}">{mode}:</strong> '
        f'<span class="model" title="{why}">{line}</span>{because}'
    )


def progress(work: Progress | None) -> str:
    """A labelled bar: share, amount, rate and time left; empty if there is nothing to show."""
    if work is None or not work.label:
        return ""
    if not work.total:
        bar = '<div class="bar busy" role="progressbar"'
        since = f'<span class="figures" data-since="{work.since:.0f}"></span>' if work.since else ""
        named = f'aria-label="{escape(work.label)}"'
        return f"<span>{escape(work.label)}</span>{bar} {named}></div>{since}"
    share = min(100, int(100 * work.done / work.total))
    return (
        f"<span>{escape(work.label)}</span>"
        f'<div class="bar" role="progressbar" aria-label="{escape(work.label)}"'
        f' aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share}">'
        f'<i style="width:{share}%"></i></div>'
        f'<span class="figures">{" · ".join([f"{share}%", *_figures(work)])}</span>'
    )


def _figures(work: Progress) -> list[str]:
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
    """The time left, in rounded words."""
    if seconds < 60:
        return "under a minute left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 90 else f"about {round(minutes / 60)} h left"
