"""Puts a measured number into a few words. Pure."""

from __future__ import annotations

import re

from rag.types import Measure

_SPELLED = re.compile(r"[\W_]+")


def measure_words(measure: Measure) -> str:
    """The number with what it measures and on which data: "83.6% top-1 accuracy on ImageNet".

    All words are the paper's own but "on", "from" and "than".
    """
    said = [measure.text.text]
    if measure.metric:
        said.append(measure.metric.text)
    if measure.data and _key(measure.data.text) not in _key(" ".join(said)):
        said += ["on", measure.data.text]
    if measure.than:
        said += ["than" if measure.role == "change" else "against", measure.than.text]
    return " ".join(said)


def _key(text: str) -> str:
    return _SPELLED.sub(" ", text).casefold()
