"""Reads the numbers of a sentence with what they measure and on which data, where that is sure.

Which phrases may be meant is found by grammar; which one is, is decided by models that were fitted
to written examples (data/measures). What does not reach the threshold is left out: a wrong data set
is worse than none.

Fitted by `python -m eval.fit measured`; figures in docs/decisions/0009.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rag.decisions.logistic import load
from rag.decisions.measured_features import of_number, pairs
from rag.text.quantities.measurements import Measurement, measurements_in
from rag.text.quantities.noun_runs import NumberedSentence, Run, numbered
from rag.types import Measure, Span

PARTS = ("metric", "data", "than")
# An adjective after the number says which way it goes: "2.3x faster", "26x fewer parameters".
_WAY = re.compile(
    r"\s(?:faster|slower|smaller|larger|bigger|fewer|less|more|lower|higher|better|worse|cheaper"
    r"|greater|longer|shorter|lighter)\b"
)


def candidates_in(sentence: str) -> list[Measurement]:
    """The numbers of a sentence that may measure something: those written in digits."""
    return [one for one in measurements_in(sentence) if not one.raw.isalpha()]


def number_sentence(sentence: str, measured: list[Measurement]) -> NumberedSentence:
    """The words of a sentence around these numbers of it."""
    return numbered(sentence, [(one.start, one.end) for one in measured])


@lru_cache(maxsize=2_000)
def measures_in(sentence: str) -> tuple[Measure, ...]:
    """The measured numbers of a sentence, in order; offsets are into the sentence."""
    measured = candidates_in(sentence)
    if not measured:
        return ()
    read = number_sentence(sentence, measured)
    best = _best(read, measured)
    real = load("measured_number")
    return tuple(
        _measure(read, one, best.get(place, {}))
        for place, one in enumerate(measured)
        if real.some_log_odds(of_number(read, place, one)) >= real.threshold
    )


def _best(read: NumberedSentence, measured: list[Measurement]) -> dict[int, dict[str, Run]]:
    """By number the phrase for each part that is likeliest, if it is likely enough."""
    models = {part: load(f"measured_{part}") for part in PARTS}
    found: dict[int, dict[str, tuple[float, Run]]] = {}
    for place, run, features in pairs(read, measured):
        own = found.setdefault(place, {})
        for part, model in models.items():
            odds = model.some_log_odds(features)
            if odds >= model.threshold and (part not in own or odds > own[part][0]):
                own[part] = (odds, run)
    return {place: _apart(own) for place, own in found.items()}


def _apart(chosen: Mapping[str, tuple[float, Run]]) -> dict[str, Run]:
    """The likeliest parts, none of which has words of another."""
    kept: dict[str, Run] = {}
    for part, (_, run) in sorted(chosen.items(), key=lambda item: -item[1][0]):
        if all(run.last <= other.first or other.last <= run.first for other in kept.values()):
            kept[part] = run
    return kept


def _measure(read: NumberedSentence, one: Measurement, parts: Mapping[str, Run]) -> Measure:
    end = one.start + len(one.raw)
    if one.role == "change" and (way := _WAY.match(read.text, end)):
        end = way.end()
    spans = {part: Span(read.words(run), *_ends(read, run)) for part, run in parts.items()}
    return Measure(
        Span(read.text[one.start : end], one.start, end),
        one.value,
        one.unit or "",
        spans.get("metric"),
        spans.get("data"),
        spans.get("than"),
        one.role,
        one.sign,
    )


def _ends(read: NumberedSentence, run: Run) -> tuple[int, int]:
    return read.offsets[run.first][0], read.offsets[run.last - 1][1]
