"""Answers questions for an extreme ("Which model has the highest ImageNet accuracy?").

The numbers are read out of the sentences; those that measure what is asked are compared as far as
they are alike: the same role (a value, or a change of one), the same unit, metrics of the same
meaning, and the same data set where both say one. The others are shown beside them, without a rank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.decisions.answer_sentences import score_sentences
from rag.query.query import QueryText
from rag.text.coined_names import coined_words, name_matches
from rag.text.lexicons import function_words, lexicon
from rag.text.measurements import Measurement, measurements_in
from rag.text.sentences import trim
from rag.text.titles import short_title
from rag.text.words import fold, stem, words_of
from rag.types import Span


@dataclass(frozen=True, slots=True)
class RankedValue:
    """A number of a sentence of a paper.

    ``said`` is how to show it: as in the sentence, or "from 49.6% to 93.7%" for a change that two
    values make. ``relevance`` says how well it is what is asked.
    """

    paper_id: str
    span: Span
    measured: Measurement
    said: str
    relevance: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """The numbers that answer a question for an extreme.

    ``direction`` is 1 if the highest is asked for, else -1. ``entries`` are alike, best first, one
    for each paper; ``apart`` are those that cannot be compared with them, the most relevant first.
    """

    direction: int
    entries: tuple[RankedValue, ...] = ()
    apart: tuple[RankedValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Extreme:
    """What a question for an extreme asks.

    ``direction``: 1 for the highest, -1 for the lowest. ``change``: whether it asks for a change
    ("largest cut"), None if either will do ("fastest"). ``unit``: that it wants. ``names``: the
    coined names in it, of data sets or of what is compared. ``phrases``: what to compare the metric
    with: the question, its words of content, and what its adjective measures ("speed" of
    "fastest").
    """

    direction: int
    change: bool | None
    unit: str | None
    names: tuple[str, ...]
    phrases: tuple[str, ...]


# Superlatives are a closed class: "most" and "least", and adjectives in -est.
_SUPERLATIVE = re.compile(
    r"\b(?:most|least|best|worst|top|fewest|maxim(?:um|al)|minim(?:um|al)|max|min|record|leading"
    r"|\w{2,}(?:[^aeiou\W]|[aeiou][rln])?(?:i?est))\b",
    re.IGNORECASE,
)
_NO_SUPERLATIVE = frozenset(
    "test tests rest latest interest request forest harvest west guest suggest digest protest "
    "contest invest honest modest manifest quest chest nest pest vest best-known nearest dataset "
    "everest budapest arrest conquest ingest attest".split()
)
_DOWN = frozenset(
    "least fewest lowest smallest slightest shortest slowest cheapest lightest tightest narrowest "
    "weakest poorest worst thinnest youngest tiniest leanest minimum minimal min simplest "
    "shallowest coldest closest".split()
)
# What an adjective measures. Questions name it instead of the metric.
_DIMENSIONS = {
    "fastest": "speed, faster, frames per second",
    "quickest": "speed, faster, frames per second",
    "slowest": "speed, slower, time",
    "smallest": "size, number of parameters",
    "tiniest": "size, number of parameters",
    "lightest": "size, number of parameters",
    "leanest": "size, number of parameters",
    "largest": "size, number",
    "biggest": "size, number",
    "cheapest": "cost",
    "shortest": "time, length",
    "longest": "time, length",
    "strongest": "performance",
    "best": "performance, accuracy",
    "worst": "performance, accuracy",
}
_EITHER = frozenset("fastest quickest slowest cheapest lightest efficient economical".split())
# Words for a change of a value. Stems, because verbs and nouns of all forms are meant.
_CHANGES = frozenset(
    map(
        stem,
        "cut reduce reduction drop decrease decline fall shrink save saving savings lower speedup "
        "speedups accelerate acceleration improve improvement gain increase rise jump boost leap "
        "grow growth change margin better compression compress".split(),
    )
)
# By convention less is better of these.
_LESS_IS_BETTER = re.compile(
    r"\b(?:errors?|loss(?:es)?|latency|perplexity|costs?|time|fid|wer|cer|rmse|mse|mae|eer|distance"
    r"|memory|failures?|mortality|toxicity|hallucinations?|false (?:positives?|alarms?))\b",
    re.IGNORECASE,
)
_SPEED = frozenset(map(stem, ("speed", "speedup", "speedups", "fast", "faster", "quick")))
_UNITS = {
    "%": r"\bper ?cent(?:age)?s?\b(?! points?)|%",
    "points": r"\bpoints?\b",
    "fps": r"\bfps\b|\bframes? (?:per|a|/) ?s(?:ec(?:ond)?)?\b",
    "x": r"\bfactors?\b|\btimes\b",
    "wh": r"\b(?:k?wh|(?:kilo)?watt[- ]?hours?|joules?)\b",
    "ms": r"\bmilliseconds?\b",
    "s": r"\bin seconds\b",
    "h": r"\bin hours\b",
    "mb": r"\bmegabytes?\b|\bMB\b",
    "gb": r"\bgigabytes?\b|\bGB\b",
}
# Cosines of a metric with the question and MaxSim of the sentence, summed; fixed on the questions
# of eval/questions/superlative.jsonl whose split is "dev".
_RELEVANT = 0.70
_MARGIN = 0.25
_SAME_METRIC = 0.60
_MOST_SHOWN = 5
_MOST_APART = 4


def extreme_in(question: str) -> Extreme:
    """What a question asks, if it is one for an extreme."""
    said = [m.group().lower() for m in _SUPERLATIVE.finditer(question)]
    said = [word for word in said if word not in _NO_SUPERLATIVE]
    word = said[0] if said else ""
    direction = -1 if word in _DOWN else 1
    if word == "best" and _LESS_IS_BETTER.search(question):
        direction = -1
    if word == "worst":
        direction = 1 if _LESS_IS_BETTER.search(question) else -1
    stems = {stem(w) for w in words_of(question)}
    either = word in _EITHER or not stems.isdisjoint(map(stem, _EITHER))
    change = True if stems & _CHANGES else None if either else False
    unit = next((u for u, said in _UNITS.items() if re.search(said, question, re.I)), None)
    content = " ".join(w for w in question.split() if _is_content(w, said))
    dimension = _DIMENSIONS.get("fastest" if stems & _SPEED else word, "")
    phrases = tuple(dict.fromkeys(filter(None, (question, content, dimension))))
    names = tuple(m.group() for m in name_matches(question))
    return Extreme(direction, change, unit, names, phrases)


def _is_content(word: str, superlatives: Sequence[str]) -> bool:
    bare = word.strip("?,.;:!\"'()").lower()
    return bare not in superlatives and bare not in function_words() | lexicon("paper_words")


def rank_values(question: QueryText, papers: Sequence[str]) -> Ranked:
    """The numbers of these papers' sentences that the question asks for.

    Nothing if none of the papers gives such a number.
    """
    asked = extreme_in(question.text)
    found = [c for c in candidates_in(question, papers) if _may_answer(c.measured, asked)]
    found = _of_named(question, asked, found)
    found = [c for c in _weighed(question, asked, found) if c.relevance >= _RELEVANT]
    groups = _alike(question, found)
    if not groups:
        return Ranked(asked.direction)
    best = groups[0]
    apart = [g[0] for g in groups[1:] if g[0].relevance >= best[0].relevance - _MARGIN]
    entries = _best_of_papers(best, asked.direction)
    cited = {entry.paper_id for entry in entries}
    apart = [one for one in apart if one.paper_id not in cited]
    return Ranked(asked.direction, entries[:_MOST_SHOWN], tuple(apart[:_MOST_APART]))


def candidates_in(question: QueryText, papers: Sequence[str]) -> Iterator[RankedValue]:
    """Every measurement of these papers' own, with what earlier sentences say of it."""
    library = question.library
    for paper_id, one in library.tokens.of(papers).items():
        earlier: list[Measurement] = []
        for span in one.sentences(library.by_id[paper_id].abstract):
            span = trim(span)
            yield from (RankedValue(paper_id, span, m, said) for m, said in _own(span, earlier))


def _own(span: Span, earlier: list[Measurement]) -> Iterator[tuple[Measurement, str]]:
    """The measurements of a sentence that are its subject's; they are added to ``earlier``."""
    found = [m for m in measurements_in(span.text) if m.role != "other"]
    differences: list[tuple[Measurement, str]] = []
    for before, after in pairwise(found):
        if before.role == "before" and after.role == "value":
            differences.append((_difference(before, after), f"from {before.raw} to {after.raw}"))
    for measured in found:
        own = _continued(measured, earlier)
        for difference, _ in differences:
            if _same_change(measured, difference):
                own = replace(own, metric=difference.metric, sign=difference.sign)
                differences = []
        if own.role != "before":
            yield own, own.raw
        earlier.append(own)
    yield from differences


def _same_change(stated: Measurement, computed: Measurement) -> bool:
    """Whether "95.9% reduction" repeats the change that two values before it make."""
    near = abs(stated.value - computed.value) <= 0.02 * computed.value
    return stated.role == "change" and near and stated.unit in ("%", "points")


def _continued(measured: Measurement, earlier: Sequence[Measurement]) -> Measurement:
    """With the metric or setting that was said before of the same."""
    if measured.role != "value":
        return measured
    for last in reversed(earlier):
        if last.role != "value" or measured.unit != last.unit or not last.metric:
            continue
        if not measured.metric and measured.unit:
            named = any(name_matches(measured.setting))
            setting = measured.setting if named else last.setting
            return replace(measured, metric=last.metric, setting=setting)
        if not measured.setting and measured.metric == last.metric:
            return replace(measured, setting=last.setting)
    return measured


def _difference(before: Measurement, after: Measurement) -> Measurement:
    """The change that two values make: in points of a percentage, else in percent."""
    change = after.value - before.value
    sign = 1 if change > 0 else -1
    if after.unit == "%":
        value, unit = round(abs(change), 4), "points"
    else:
        value, unit = round(100 * abs(change) / (before.value or 1), 4), "%"
    return replace(after, value=value, low=value, unit=unit, role="change", sign=sign)


def _may_answer(measured: Measurement, asked: Extreme) -> bool:
    """Whether a measurement has the role and the unit that are asked for."""
    if asked.unit is not None and measured.unit != asked.unit:
        return False
    if asked.change is None:
        return True
    return (measured.role == "change") == asked.change


def _of_named(
    question: QueryText, asked: Extreme, found: Sequence[RankedValue]
) -> list[RankedValue]:
    """Those of papers, and on data sets, that the question names, in whatever case."""
    settings = {
        part
        for c in found
        for m in name_matches(c.measured.setting)
        for part in m.group().split("-")
    }
    folded = {fold(name): name for name in settings if len(name) > 1}
    words = {folded[w] for w in words_of(question.text) if w in folded}
    names = {part for name in asked.names for part in coined_words(name)} | words
    data = {name for name in names if any(name in other for other in settings)}

    def fits(one: RankedValue) -> bool:
        paper = question.library.by_id[one.paper_id]
        text = f"{paper.title} {paper.abstract}"
        if not all(name in text for name in names):
            return False
        on = [m.group() for m in name_matches(one.measured.setting)]
        return not (data and on) or any(name in other for other in on for name in data)

    return [one for one in found if fits(one)]


def _weighed(
    question: QueryText, asked: Extreme, found: Sequence[RankedValue]
) -> Iterator[RankedValue]:
    """With their relevance: how near the metric is to what is asked, and the sentence to all."""
    if not found:
        return
    texts = [f"{c.measured.metric} {c.measured.setting}".strip() or c.said for c in found]
    bare = [c.measured.metric or c.said for c in found]
    vectors = question.library.embedder.embed([*asked.phrases, *texts, *bare])
    said, count = vectors[: len(asked.phrases)], len(texts)
    near = (vectors[len(asked.phrases) :] @ said.T).max(axis=1)
    papers = list(dict.fromkeys(c.paper_id for c in found))
    scored = {
        (s.paper.paper_id, s.span.start): s.features["maxsim_with_title"]
        for s in score_sentences(question, papers)
    }
    for place, one in enumerate(found):
        metric = max(near[place], near[count + place])
        sentence = scored.get((one.paper_id, one.span.start))
        if sentence is not None:
            yield replace(one, relevance=float(metric) + sentence)


def _alike(question: QueryText, found: Sequence[RankedValue]) -> list[list[RankedValue]]:
    """Groups of values that can be compared, the most relevant first, and so within each."""
    if not found:
        return []
    ordered = sorted(found, key=lambda one: -one.relevance)
    vectors = question.library.embedder.embed([one.measured.metric or one.said for one in ordered])
    groups: list[list[int]] = []
    for place, one in enumerate(ordered):
        for group in groups:
            first = ordered[group[0]]
            same = float(vectors[place] @ vectors[group[0]]) >= _SAME_METRIC
            if same and comparable(one.measured, first.measured):
                group.append(place)
                break
        else:
            groups.append([place])
    return [[ordered[place] for place in group] for group in groups]


def comparable(one: Measurement, other: Measurement) -> bool:
    """Whether two measurements have the same role and unit, and no different data sets."""
    if (one.role, one.unit) != (other.role, other.unit):
        return False
    here = {part for m in name_matches(one.setting) for part in coined_words(m.group())}
    there = {part for m in name_matches(other.setting) for part in coined_words(other.setting)}
    return not (here and there) or not here.isdisjoint(there)


def _best_of_papers(group: Sequence[RankedValue], direction: int) -> tuple[RankedValue, ...]:
    """The best value of each paper, best first."""

    def key(one: RankedValue) -> float:
        return one.measured.value if direction > 0 else -one.measured.low

    best: dict[str, RankedValue] = {}
    for one in sorted(group, key=key, reverse=True):
        best.setdefault(one.paper_id, one)
    return tuple(best.values())


def lead_of(question: QueryText, ranked: Ranked) -> str:
    """The first line of the answer: the extreme, or that the numbers cannot be compared."""
    if not ranked.entries:
        return ""
    first, papers = ranked.entries[0], question.library.by_id
    count = len({one.paper_id for one in (*ranked.entries, *ranked.apart)})
    if len(ranked.entries) == 1 and ranked.apart:
        return (
            f"{count} of these abstracts give such a number, but not of the same kind, so they "
            "cannot be ranked:"
        )
    name = short_title(papers[first.paper_id].title)
    of = "the only paper" if count == 1 else f"of {count} papers"
    which = "highest" if ranked.direction > 0 else "lowest"
    return f"The {which} that these abstracts report: {first.said} ({name}), {of} that " + (
        "gives such a number." if count == 1 else "give such a number."
    )
