"""The measurements of some papers' sentences, completed by what earlier sentences say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.index.library import Library
from rag.text.names.coined_names import name_matches
from rag.text.quantities.measurements import Measurement, measurements_in
from rag.text.sentences.sentences import trim
from rag.types import Span


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A number of a sentence of a paper.

    ``said`` is how to show it: as in the sentence, or "from 49.6% to 93.7%" for a change that two
    values make. ``relevance`` says how well it is what is asked.
    """

    paper_id: str
    span: Span
    measured: Measurement
    said: str
    relevance: float = 0.0


def values_in(library: Library, papers: Sequence[str]) -> Iterator[ReportedValue]:
    """Every measurement of these papers' own, with what earlier sentences say of it."""
    for paper_id, one in library.tokens.of(papers).items():
        earlier: list[Measurement] = []
        for span in one.sentences(library.by_id[paper_id].abstract):
            span = trim(span)
            yield from (ReportedValue(paper_id, span, m, said) for m, said in _own(span, earlier))


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
