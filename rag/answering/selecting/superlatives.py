"""Answers questions for an extreme ("Which model has the highest ImageNet accuracy?").

The numbers are read out of the sentences; those that measure what is asked are compared as far as
they are alike: the same role (a value, or a change of one), the same unit, metrics of the same
meaning, and the same data set where both say one. The others are shown beside them, without a rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.selecting.relevant_values import RELEVANT, Phrases, phrase_of, relevant_values
from rag.answering.selecting.reported_values import ReportedValue
from rag.index.library import Library
from rag.query.extremes import Extreme, extreme_in
from rag.query.query import QueryText
from rag.text.lexicons import lexicon
from rag.text.names.coined_names import coined_words, name_matches
from rag.text.names.titles import short_title
from rag.text.quantities.measurements import Measurement
from rag.text.words import stem, words_of
from rag.types import Evidence

_LESS_IS_BETTER = lexicon("less_is_better")
_DURATIONS = frozenset(("ns", "ms", "s", "min", "h", "day", "year"))
_MARGIN = 0.15  # how much less relevant a value of another kind may be that is shown
_OF_MERIT = 0.65  # relevance of a number to how good a paper's own method is, of many metrics
_SAME_METRIC = 0.60  # the least cosine of two metrics
_MOST_SHOWN = 5
_MOST_APART = 4


@dataclass(frozen=True, slots=True)
class Ranked:
    """The numbers that answer a question for an extreme.

    ``direction`` is 1 if the highest is asked for, else -1. ``entries`` are alike, best first, one
    for each paper; ``apart`` are those that cannot be compared with them, the most relevant first.
    """

    direction: int
    entries: tuple[ReportedValue, ...] = ()
    apart: tuple[ReportedValue, ...] = ()

    @property
    def can_be_ranked(self) -> bool:
        """Whether there is a first one: not if a single value stands beside others not alike."""
        return len(self.entries) > 1 or not self.apart


def rank_values(question: QueryText, papers: Sequence[str]) -> Ranked:
    """The numbers of these papers' sentences that the question asks for.

    Nothing if none of the papers gives such a number.
    """
    asked, phrases = extreme_in(question.text), Phrases(question.library)
    groups = _alike(relevant_values(question, asked, papers, phrases), phrases)
    if not groups:
        return Ranked(asked.direction)
    best, direction = groups[0], _direction(groups[0], asked)
    entries = _best_of_papers(best, asked, direction)
    shown = {entry.paper_id for entry in entries}
    others: dict[str, ReportedValue] = {}
    for one in (group[0] for group in groups[1:]):
        if one.paper_id not in shown and one.relevance >= best[0].relevance - _MARGIN:
            others.setdefault(one.paper_id, one)
    return Ranked(direction, entries[:_MOST_SHOWN], tuple(others.values())[:_MOST_APART])


def _alike(found: Sequence[ReportedValue], phrases: Phrases) -> list[list[ReportedValue]]:
    """Groups of values that can be compared, the most relevant first, and so within each."""
    # Of metrics that are about as relevant, the one that a sentence says first is its main one.
    ordered = sorted(found, key=lambda one: (-round(one.relevance, 1), one.measured.start))
    groups: list[list[ReportedValue]] = []
    for one in ordered:
        for group in groups:
            same = phrases.cosine(phrase_of(one), phrase_of(group[0])) >= _SAME_METRIC
            if same and comparable(one.measured, group[0].measured):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def comparable(one: Measurement, other: Measurement) -> bool:
    """Whether two measurements have the same role and unit, and no different data sets."""
    if (one.role, one.unit) != (other.role, other.unit):
        return False
    here = {part for m in name_matches(one.setting) for part in coined_words(m.group())}
    there = {part for m in name_matches(other.setting) for part in coined_words(other.setting)}
    return not (here and there) or not here.isdisjoint(there)


def _direction(group: Sequence[ReportedValue], asked: Extreme) -> int:
    """Whether the highest or the lowest of these is asked for: the best error is the lowest."""
    first = group[0].measured
    less = bool(_LESS_IS_BETTER.intersection(words_of(first.metric))) or first.unit in _DURATIONS
    flips = asked.by_merit and less and first.role == "value"
    return -asked.direction if flips else asked.direction


def _best_of_papers(
    group: Sequence[ReportedValue], asked: Extreme, direction: int
) -> tuple[ReportedValue, ...]:
    """The best value of each paper, best first.

    A paper that gives several ("with single-scale testing", "with multi-scale testing") has its
    best among those that say most of the question's words.
    """

    def value(one: ReportedValue) -> float:
        return one.measured.value if direction > 0 else -one.measured.low

    def said(one: ReportedValue) -> int:
        text = f"{one.measured.metric} {one.measured.setting} {one.span.text}".lower()
        stems = set(map(stem, words_of(text)))
        return sum(word in text or stem(word) in stems for word in asked.words)

    best: dict[str, ReportedValue] = {}
    for one in sorted(group, key=lambda one: (said(one), value(one)), reverse=True):
        best.setdefault(one.paper_id, one)
    return tuple(sorted(best.values(), key=value, reverse=True))


def measured_by(question: QueryText, asked: Extreme, papers: Sequence[str]) -> Ranked:
    """The numbers that say what is asked of each of these papers, the most relevant first.

    None if one of the papers gives no such number.
    """
    least = _OF_MERIT if asked.by_merit else RELEVANT
    found = relevant_values(question, asked, papers, Phrases(question.library), least)
    if {one.paper_id for one in found} != set(papers):
        return Ranked(asked.direction)
    found = sorted(found, key=lambda one: -one.relevance)
    best = {one.paper_id: one.relevance for one in reversed(found)}
    near = (one for one in found if one.relevance >= best[one.paper_id] - _MARGIN)
    return Ranked(asked.direction, tuple(near))


def evidence_of(library: Library, ranked: Ranked) -> tuple[Evidence, ...]:
    """The sentences of the values in order, numbered from 1, each once: first those alike."""
    places = dict.fromkeys((one.paper_id, one.span) for one in (*ranked.entries, *ranked.apart))
    return tuple(
        Evidence(number, library.by_id[paper_id], span, 1.0)
        for number, (paper_id, span) in enumerate(places, start=1)
    )


def lead_of(library: Library, ranked: Ranked) -> str:
    """The first line of the answer as plain text; empty if there is no value.

    It names the extreme and its paper, or says that the numbers cannot be compared.
    """
    if not ranked.entries:
        return ""
    count = len({one.paper_id for one in (*ranked.entries, *ranked.apart)})
    if not ranked.can_be_ranked:
        return f"{count} papers give such a number, but not of one kind, so they cannot be ranked:"
    first, which = ranked.entries[0], "highest" if ranked.direction > 0 else "lowest"
    name = short_title(library.by_id[first.paper_id].title)
    of = "the only paper that gives" if count == 1 else f"of {count} papers that give"
    return (
        f"The {which} that these abstracts report: {in_words(first)} ({name}), {of} such a number."
    )


def in_words(one: ReportedValue) -> str:
    """A value with its metric and setting: "59.4% box AP on COCO test-dev"."""
    measured, said = one.measured, one.said.replace("\\", "").replace("$", "")
    metric = "" if measured.metric.lower() in said.lower() else measured.metric
    follows = metric and one.span.text[measured.end :].lstrip(" -").startswith(metric.split()[0])
    changed = measured.role == "change" and metric and not said.startswith("from")
    by = {1: "higher by", -1: "lower by", 0: "by"}[measured.sign] if changed else ""
    words = [said, metric] if follows else [metric, by, said]
    if any(name_matches(measured.setting)) and measured.setting not in metric:
        words.append(f"on {measured.setting}")
    return " ".join(filter(None, words))
