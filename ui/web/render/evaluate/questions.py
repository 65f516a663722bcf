"""The Evaluate page's questions as HTML: where they come from, and the lists of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from eval.cases import Case
from eval.own import Problem
from rag.types import Paper
from ui.web.render.basics.text import count, escape, failure

_MOST = 200  # questions of a list that are shown
_RATED = re.compile(r"thumb (up|down): (.*?)(?: \[[^\[\]]*\])?", re.DOTALL)
_SAID = {"up": "Good", "down": "Bad"}
_NO_REASON = "no reason given"


def own(cases: Sequence[Case], papers: Mapping[str, Paper], *, mine: bool) -> str:
    """The collection's own questions, with a button to delete each if they are ``mine``."""
    lines = []
    for case in cases[:_MOST]:
        button = (
            f'<button type="button" class="tiny drop-question" data-id="{escape(case.id)}"'
            f' aria-label="Delete: {escape(case.question)}" title="Delete">×</button>'
        )
        lines.append(
            f'<li><span><b dir="auto">{escape(case.question)}</b> '
            f'<i dir="auto">{_expects(case, papers)}</i></span>{button if mine else ""}</li>'
        )
    return _listed(lines, len(cases))


def rated(cases: Sequence[Case]) -> str:
    """The questions whose answers were rated: the thumb, the question, and what was said."""
    lines = []
    for case in reversed(cases[-_MOST:]):  # the newest first
        thumb, said = rating(case)
        words = f' <i dir="auto">{escape(said)}</i>' if said else ""
        lines.append(
            f'<li><span><em class="{"bad" if thumb == "down" else "good"}">'
            f'{_SAID.get(thumb, "Rated")}</em> <b dir="auto">{escape(case.question)}</b>'
            f"{words}</span></li>"
        )
    return _listed(lines, len(cases))


def rating(case: Case) -> tuple[str, str]:
    """A rated case's thumb, "up" or "down", and the reader's words; empty if unknown."""
    found = _RATED.fullmatch(case.note)
    if found is None:
        return "", case.note
    return found[1], "" if found[2] == _NO_REASON else found[2]


def made(cases: Sequence[Case]) -> str:
    """Questions that were made of titles."""
    return _listed([f'<li><b dir="auto">{escape(c.question)}</b></li>' for c in cases], len(cases))


def added(number: int) -> str:
    """That so many questions are stored now."""
    verb = "is" if number == 1 else "are"
    return f'<p class="good">{count(number, "question")} {verb} stored with this collection.</p>'


def problems(name: str, found: Sequence[Problem], more: int) -> str:
    """What is wrong in a file of questions, line by line; nothing of it was taken."""
    lines = "".join(f"<li>Line {item.line}: {escape(item.what)}.</li>" for item in found)
    rest = f"<li>and {more} more.</li>" if more else ""
    what = f"Nothing was taken from {name or 'the file'}."
    return f'{failure(what, "Correct these lines:")}<ul class="problems">{lines}{rest}</ul>'


def _expects(case: Case, papers: Mapping[str, Paper]) -> str:
    """What is expected of the answer, in a line."""
    if case.must_cite:
        titles = [papers[i].title if i in papers else i for i in case.must_cite]
        more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
        return f"from {escape(titles[0])}{more}"
    if case.facts:
        return f"says {escape(', '.join(' or '.join(fact) for fact in case.facts))}"
    if case.kind == "feedback":
        return "nothing expected: its quotes are checked"
    return "to be declined" if not case.answerable else "answered"


def _listed(lines: Sequence[str], number: int) -> str:
    if not lines:
        return ""
    rest = f'<p class="soft">and {number - _MOST:,} more</p>' if number > _MOST else ""
    return f"<ul>{''.join(lines)}</ul>{rest}"
