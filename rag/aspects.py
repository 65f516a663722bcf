"""What papers are compared by: eight aspects that fit abstracts, and the reader's own in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import ComparisonError

LONGEST_ASPECT = 200  # characters
MOST_ASPECTS = 20


@dataclass(frozen=True, slots=True)
class Aspect:
    """One column. ``name`` is what the reader sees; ``description`` is what it asks of a paper.

    ``own`` is the reader's: nothing is known of how papers word it, so it is asked as a question.
    """

    name: str
    description: str
    own: bool = False


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
    chosen: dict[str, Aspect] = {}
    for given in names:
        aspect = _aspect(given)
        key = aspect.name.casefold()
        if key in chosen:
            raise ComparisonError(f"The aspect {aspect.name!r} is given twice.", "Leave one out.")
        chosen[key] = aspect
    if len(chosen) > MOST_ASPECTS:
        raise ComparisonError(
            f"{len(chosen)} aspects are too many; the most is {MOST_ASPECTS}.", "Leave some out."
        )
    return tuple(chosen.values()) or ASPECTS


def _aspect(given: str) -> Aspect:
    name = " ".join(given.split())
    if not name:
        raise ComparisonError("An aspect is empty.", f"Name one, as in: {', '.join(_DEFAULT)}.")
    if len(name) > LONGEST_ASPECT:
        raise ComparisonError(
            f"An aspect has {len(name)} characters; the most is {LONGEST_ASPECT}.",
            "Say it in fewer words.",
        )
    return _DEFAULT.get(name.casefold()) or Aspect(name, name, own=True)
