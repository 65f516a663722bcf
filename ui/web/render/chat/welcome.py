"""The empty Chat page as HTML: what is in the collection, and what to ask it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.web.render.basics.math import prose
from ui.web.render.basics.text import count, escape

_NAMED = 2  # venues and files that are named; the others are counted
_LIBRARY = '<a href="#library">Library</a>'
_SETTINGS = '<a href="#settings">Settings</a>'


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A group of the map by its number: its name, how many papers, and the title of one."""

    group: int
    name: str
    papers: int
    title: str


def counted(papers: int) -> str:
    """How many papers there are, while more is looked up."""
    return f'<p class="knows"><strong>{count(papers, "paper")}</strong></p>' if papers else ""


def about(
    papers: int,
    *,
    years: Sequence[int] = (),
    venues: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> str:
    """How many papers, of which years, venues and files; then what may be changed, and where."""
    if not papers:
        return (
            '<p class="knows"><strong>There are no papers here yet.</strong></p>'
            f'<p class="how">Add some in {_LIBRARY}: files, arXiv ids, DOIs or Zotero.</p>'
        )
    parts = [f"<strong>{count(papers, 'paper')}</strong>"]
    parts += (
        [f"{years[0]} to {years[-1]}" if years[0] != years[-1] else f"{years[0]}"] if years else []
    )
    parts += [f"in {_some(venues, 'venue')}"] if venues else []
    parts += [f"from {_some(sources, 'source')}"] if sources else []
    return (
        f'<p class="knows">{", ".join(parts)}</p>'
        '<p class="how">Answers come from these abstracts alone. '
        f'<span class="owned">Add papers in {_LIBRARY}; '
        f"choose who writes in {_SETTINGS}.</span></p>"
    )


def examples(asked: Sequence[tuple[str, str]]) -> str:
    """Questions to click on: (what kind of question, the question)."""
    return "".join(
        '<li><button type="button" class="example" data-question="'
        f'{escape(question)}" title="{escape(question)}"><span class="kind">{escape(kind)}</span>'
        f'<span class="what" dir="auto">{escape(question)}</span></button></li>'
        for kind, question in asked
    )


def topics(lines: Sequence[TopicLine], *, more: bool = False) -> str:
    """What the papers are about, a line for each group; a click shows the group among the papers.

    With ``more`` there are further groups, on the map.
    """
    if not lines:
        return ""
    rows = "".join(
        f'<li><button type="button" class="topic" data-group="{line.group}"'
        f' title="{escape(line.name)}: {escape(line.title)}">'
        f'<span class="words">{escape(line.name)}</span>'
        f'<span class="size">{count(line.papers, "paper")}</span>'
        f'<span class="title" dir="auto">{prose(line.title)}</span></button></li>'
        for line in lines
    )
    link = '<a href="#papers">All groups on the map</a>' if more else ""
    return f"<h3>What they are about</h3><ul>{rows}</ul>{link}"


def _some(names: Sequence[str], noun: str) -> str:
    """The first names, and how many more there are."""
    named, more = [f'<span dir="auto">{escape(name)}</span>' for name in names[:_NAMED]], len(names)
    more -= len(named)
    if not more:
        return " and ".join(named)
    return f"{', '.join(named)} and {more} more {noun}{'s' * (more > 1)}"
