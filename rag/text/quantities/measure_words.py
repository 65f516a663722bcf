"""Puts measured numbers into a few words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.polarity import directions
from rag.types import Measure

_SPELLED = re.compile(r"[\W_]+")
_COMPARES = re.compile(r"[a-z]\Z")  # "2.3x faster", "26x fewer": the words say where it goes
_SIGNS = {1: "+", -1: "−"}
_PERCENT = re.compile(r"\\%|\$?\\times\$?|(?<=\d)\$\s?")  # as TeX writes them


def own_measures(measures: Sequence[Measure]) -> list[Measure]:
    """The paper's own values and changes, without what it had before or what others have."""
    return [one for one in measures if one.role in ("value", "change")]


def main_measure(measures: Sequence[Measure]) -> Measure | None:
    """The number by which a cell is sorted: its first value, or else its first change."""
    own = own_measures(measures)
    return next((one for one in own if one.role == "value"), own[0] if own else None)


def measured_words(measures: Sequence[Measure]) -> list[str]:
    """Each of the paper's own numbers in words, a value with the one before it.

    "from 71.2 to 74.0 mAP".
    """
    return [measure_words(*pair) for pair in with_before(measures)]


def measure_words(measure: Measure, before: Measure | None = None) -> str:
    """A number with what it measures and on which data: "83.6% top-1 accuracy on ImageNet".

    A change has its direction: "−40% latency", "2.3x faster than ResNet", "+3.1 mAP over Swin-L".
    """
    said = [number_words(measure, before)]
    said += [measure.metric.text] if measure.metric else []
    if measure.data and _key(measure.data.text) not in _key(" ".join(said)):
        said.append(f"on {measure.data.text}")
    if measure.than:
        said.append(f"{'than' if _compares(measure) else 'over'} {measure.than.text}")
    return " ".join(said)


def number_words(measure: Measure, before: Measure | None = None) -> str:
    """The number, without TeX: "83.6%", "+3.1", or "from 71.2 to 74.0" with what was before."""
    number = _plain(measure.text.text)
    metric = measure.metric.text if measure.metric else ""
    change = measure.role == "change" and not _compares(measure) and measure.unit != "x"
    if change and not directions(metric):
        number = _SIGNS.get(measure.sign, "") + number
    return f"from {_plain(before.text.text)} to {number}" if before else number


def with_before(measures: Sequence[Measure]) -> Iterator[tuple[Measure, Measure | None]]:
    """Each of the paper's own numbers, a value with the one before it, if that is said."""
    before: Measure | None = None
    for one in measures:
        if one.role in ("value", "change"):
            yield one, before if one.role == "value" else None
        before = one if one.role == "before" else None


def _compares(measure: Measure) -> bool:
    """Whether the number's own words say where it goes: "2.3x faster"."""
    number = _plain(measure.text.text)
    return bool(measure.role == "change" and _COMPARES.search(number) and " " in number)


def _plain(number: str) -> str:
    return _PERCENT.sub(
        lambda found: {"\\%": "%"}.get(found[0], "×" if "t" in found[0] else ""), number
    )


def _key(text: str) -> str:
    return _SPELLED.sub(" ", text).casefold()
