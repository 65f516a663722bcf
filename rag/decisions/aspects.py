"""What papers are compared by: eight aspects that fit abstracts, the reader's own in words, and
statements that a paper supports, contradicts or does not speak of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.errors import ComparisonError

LONGEST_ASPECT = 200  # characters
MOST_ASPECTS = 20

AspectKind: TypeAlias = Literal["known", "own", "statement"]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One column. ``name`` is what the reader sees; ``description`` is what it asks of a paper.

    "own" is the reader's: nothing is known of how papers word it, so it is asked as a question. A
    "statement" is not asked but weighed: its cell says how the paper stands to it.
    """

    name: str
    description: str
    kind: AspectKind = "known"


ASPECTS = (
    Aspect(
        "problem",
        "However, existing methods fail or are limited; it remains hard, unknown or untested.",
    ),
    Aspect(
        "approach",
        "We propose a method, model or framework that works as follows.",
    ),
    Aspect(
        "what is new",
        "This is the first, novel or new work of its kind, unlike or in contrast to earlier ones.",
    ),
    Aspect(
        "data or modality",
        "Experiments on these datasets and benchmarks: images, video, text, fMRI of subjects.",
    ),
    Aspect(
        "reported result",
        "Results show that the method achieves high accuracy and improves performance by percent.",
    ),
    Aspect(
        "baseline",
        "It outperforms, or is compared with, existing methods, baselines, the state of the art.",
    ),
    Aspect(
        "code or project",
        "Code and models are publicly available at this URL, repository or project page.",
    ),
    Aspect(
        "limitation or open question",
        "A limitation of our work; an open question is left to be studied in future work.",
    ),
)
_DEFAULT = {aspect.name: aspect for aspect in ASPECTS}


def choose_aspects(names: Sequence[str]) -> tuple[Aspect, ...]:
    """The aspects with these names, the reader's own among them; the eight where there are none.

    Raises ComparisonError for one that is empty, too long, given twice, or too many.
    """
    return choose_columns(names, ()) or ASPECTS


def choose_columns(names: Sequence[str], statements: Sequence[str]) -> tuple[Aspect, ...]:
    """The aspects with these names, then the statements; none where nothing is given.

    Raises ComparisonError for one that is empty, too long, given twice, or too many, and for a
    statement that is the name of an aspect.
    """
    given = [*(_aspect(name) for name in names), *(_statement(text) for text in statements)]
    chosen: dict[str, Aspect] = {}
    for column in given:
        key = column.name.casefold()
        if key in chosen:
            what = _called(column.kind)
            raise ComparisonError(f"The {what} {column.name!r} is given twice.", "Leave one out.")
        chosen[key] = column
    if len(chosen) > MOST_ASPECTS:
        what = "columns" if statements else "aspects"
        raise ComparisonError(
            f"{len(chosen)} {what} are too many; the most is {MOST_ASPECTS}.", "Leave some out."
        )
    return tuple(chosen.values())


def _aspect(given: str) -> Aspect:
    name = _checked(given, "own", f"Name one, as in: {', '.join(_DEFAULT)}.")
    return _DEFAULT.get(name.casefold()) or Aspect(name, name, "own")


def _statement(given: str) -> Aspect:
    text = _checked(given, "statement", "Say what papers may support or contradict.")
    if text.casefold() in _DEFAULT:
        raise ComparisonError(f"{text!r} is an aspect, no statement.", "Give it with --aspect.")
    return Aspect(text, text, "statement")


def _checked(given: str, kind: AspectKind, mend: str) -> str:
    """The text on one line. Raises ComparisonError where it is empty or too long."""
    text, what = " ".join(given.split()), _called(kind)
    if not text:
        raise ComparisonError(f"{'An' if kind == 'own' else 'A'} {what} is empty.", mend)
    if len(text) > LONGEST_ASPECT:
        raise ComparisonError(
            f"{'An' if kind == 'own' else 'A'} {what} has {len(text)} characters; the most is "
            f"{LONGEST_ASPECT}.",
            "Say it in fewer words.",
        )
    return text


def _called(kind: AspectKind) -> str:
    return "statement" if kind == "statement" else "aspect"
