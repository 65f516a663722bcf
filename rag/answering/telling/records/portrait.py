"""Sentences about a collection: its size, years, venues, authors and topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.answering.telling.asked.fields import has_field
from rag.answering.telling.asked.persons import distinct_people
from rag.answering.telling.asked.venues import form_of
from rag.answering.telling.told import Topic
from rag.answering.telling.writing import Writer, bullets, names, number_of
from rag.text.characters.escaping import as_markdown
from rag.types import Paper

_TOP = 8  # venues, authors or topics that are named
_MOST = 20  # venues or authors; so many are all named
_EXAMPLES = 2
_TOP_YEARS = 4
_FIELDS = {"years": "year", "authors": "authors", "venues": "venue"}


def size(papers: Sequence[Paper], which: str = "", *, chosen: bool = False) -> str:
    """How many papers there are, and whether they have abstracts; ``which`` restricts them."""
    bare = sum(not paper.abstract for paper in papers)
    abstracts = f", {bare} of them without an abstract" if bare else ", each with its abstract"
    holds = "You chose" if chosen else "This collection holds"
    return f"{holds} {number_of(len(papers))}{which}{abstracts}."


def records(papers: Sequence[Paper]) -> str:
    """Years and venues; what no record has is said in one sentence."""
    lacking = [
        f"no {label}"
        for label, name in _FIELDS.items()
        if not any(has_field(paper, name) for paper in papers)
    ]
    told = [f"The records here have {names(lacking)}."] if lacking else []
    told += [years(papers)] if "no years" not in lacking else []
    told += [venues(papers)] if "no venues" not in lacking else []
    return " ".join(told)


def years(papers: Sequence[Paper], *, each: bool = False) -> str:
    """From when to when the papers are, and from which years most; ``each``: all years."""
    counts = Counter(paper.year for paper in papers if paper.year is not None)
    if not counts:
        return "The records here have no years."
    undated = _without(len(papers) - counts.total(), "year")
    if len(counts) == 1:
        return f"They are all from {next(iter(counts))}.{undated}"
    most = max(counts.values())
    top = [str(year) for year in sorted(counts) if counts[year] == most]
    most_from = f", most from {names(top)} ({most}{' each' * (len(top) > 1)})"
    text = f"They are from {min(counts)} to {max(counts)}"
    text += f"{most_from if len(top) <= _TOP_YEARS else ''}."
    if each:
        text += f" {', '.join(f'{year}: {counts[year]}' for year in sorted(counts))}."
    return text + undated


def venues(papers: Sequence[Paper]) -> str:
    """How many venues there are, and those with the most papers."""
    counts = Counter(paper.venue for paper in papers if paper.venue)
    if not counts:
        return "The records here have no venues."
    talks = Counter(map(form_of, papers))["conference"]
    meetings = f"; {number_of(talks)} {'is' if talks == 1 else 'are'} from conferences"
    text = f"They are from {number_of(len(counts), 'venue')}{meetings if talks else ''}."
    return f"{text} {_top(counts, _MOST)}{_without(len(papers) - counts.total(), 'venue')}"


def authors(papers: Sequence[Paper]) -> str:
    """How many authors there are, and those with the most papers."""
    wrote = Counter(author for paper in papers for author in set(paper.authors))
    if not wrote:
        return "The records here have no authors."
    people = Counter({own[0]: sum(wrote[name] for name in own) for own in distinct_people(wrote)})
    unsigned = _without(sum(not paper.authors for paper in papers), "author")
    return f"They have {number_of(len(people), 'author')}. {_top(people, _MOST)}{unsigned}"


def topics(groups: Sequence[Topic] | None, writer: Writer) -> str:
    """The groups of similar papers, each with two of them; None if they are not known yet."""
    if groups is None:
        return "The papers are being grouped by topic, which takes a minute or two. Ask again then."
    lines = []
    for group in groups[:_TOP]:
        examples = " and ".join(writer.short(paper) for paper in group.papers[:_EXAMPLES])
        lines.append(
            f"**{as_markdown(group.name)}** ({number_of(len(group.papers))}), such as {examples}"
        )
    more = len(groups) - len(lines)
    lines += [f"and {number_of(more, 'smaller group')}"] if more else []
    return f"The largest groups of similar papers:\n\n{bullets(lines)}" if lines else ""


def _top(counts: Counter[str], most: int = _TOP) -> str:
    """The most frequent values with their numbers, as a sentence; all if they are few enough."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if ordered[0][1] == 1:
        return f"Each has one paper: {names([name for name, _ in ordered], most)}."
    shown = ordered[:most]
    # Some of those level with the last one shown would be left out by chance.
    if len(ordered) > most and ordered[most][1] == shown[-1][1] < shown[0][1]:
        shown = [item for item in shown if item[1] > shown[-1][1]]
    lead = "Most papers" if len(shown) < len(ordered) else "By the number of papers"
    return f"{lead}: {', '.join(f'{as_markdown(name)} ({n})' for name, n in shown)}."


def _without(count: int, noun: str) -> str:
    verb = "has" if count == 1 else "have"
    return f" {number_of(count)} {verb} no {noun}." if count else ""
