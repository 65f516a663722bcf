"""Aspects, the columns of a comparison: the known ones, the reader's own, and statements.

A known aspect is one `Aspect` record with everything that the program knows about it: its column's
name, the role of the sentences that state it, its description for a language model, the words by
which questions ask for it. To add an aspect, add a record to `ASPECTS` and fit its weights as
rag/decisions/aspect_sentences.py says. Nothing else has to change.

Code identifies an aspect by its ``id``; readers, exported comparisons and labelled cells by its
``label``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from rag.errors import ComparisonError

LONGEST_ASPECT = 200  # characters
MOST_ASPECTS = 20

AspectKind: TypeAlias = Literal["known", "own", "statement"]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One column of a comparison.

    A "known" aspect has a fitted decision. The reader's "own" aspect is asked as a question about
    each paper. For a "statement" the cell says whether the paper supports it.

    id: its key; a known aspect's id is also the field that a language model writes, so it is short.
    label: what the reader sees.
    description: a sentence similar in meaning to those that state the aspect. The decision also
        weighs which of its words a sentence has.
    role: what the encoder calls the role of the sentences that state a known aspect.
    meaning: what the column contains, as the prompt says it.
    fewest_words: a value with fewer words says too little.
    asked_by: words in a question that ask for the aspect.
    is_address: its value is the URL in the sentence, which no language model needs to write.
    """

    id: str
    label: str
    description: str
    kind: AspectKind = "known"
    role: str = ""
    meaning: str = ""
    fewest_words: int = 1
    asked_by: tuple[str, ...] = ()
    is_address: bool = False

    @classmethod
    def own(cls, text: str) -> Self:
        """The reader's own aspect, in the reader's words."""
        return cls(f"own: {text}", text, text, "own", meaning=text)

    @classmethod
    def statement(cls, text: str) -> Self:
        """A statement that papers support, contradict or do not address."""
        return cls(f"statement: {text}", text, text, "statement")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PROBLEM = Aspect(
    "problem",
    "problem",
    "However, existing methods fail or are limited; it remains hard, unknown or untested.",
    role="problem",
    meaning="what is lacking or goes wrong in earlier work",
    fewest_words=4,
    asked_by=_words("problem problems gap motivation motivated solve solves address addresses"),
)
APPROACH = Aspect(
    "approach",
    "approach",
    "We propose a method, model or framework that works as follows.",
    role="approach",
    meaning="what the paper proposes or does",
    fewest_words=4,
    asked_by=_words("approach approaches method methods model technique introduce introduces"),
)
NOVELTY = Aspect(
    "novelty",
    "what is new",
    "This is the first, novel or new work of its kind, unlike, instead of or in contrast to"
    " previous ones.",
    role="new",
    meaning="what is new, the first, or unlike earlier work",
    fewest_words=4,
    asked_by=_words("new novel novelty contribution contributions contribute contributes"),
)
DATA = Aspect(
    "data",
    "data or modality",
    "Experiments on these datasets and benchmarks: images, video, text, fMRI of subjects.",
    role="data",
    meaning="datasets, subjects or kinds of data",
    fewest_words=2,
    asked_by=_words("data dataset datasets benchmark benchmarks tested evaluated"),
)
RESULT = Aspect(
    "result",
    "reported result",
    "Results show that the method achieves high accuracy and improves performance by percent.",
    role="result",
    meaning="what was found, with its numbers",
    fewest_words=4,
    asked_by=_words("result results finding findings find finds achieve achieves performance"),
)
BASELINE = Aspect(
    "baseline",
    "baseline",
    "It outperforms, or is better than and compared with, existing methods, baselines, the state of"
    " the art.",
    role="baseline",
    meaning="what it is compared with, or better than",
    fewest_words=2,
    asked_by=_words("baseline baselines"),
)
CODE = Aspect(
    "code",
    "code or project",
    "Code and models are publicly available at this URL, https, GitHub repository or project page.",
    role="code",
    asked_by=_words("code github repository website where"),
    is_address=True,
)
LIMITATION = Aspect(
    "limit",
    "limitation or open question",
    "A limitation of our work; an open question is left to be studied in future work.",
    role="limitation",
    meaning="its own limit, or what is left to future work",
    fewest_words=4,
    asked_by=_words("limit limits limitation limitations weakness weaknesses future"),
)
ASPECTS = (PROBLEM, APPROACH, NOVELTY, DATA, RESULT, BASELINE, CODE, LIMITATION)
# What the paper does or finds, in one sentence. It is no column: it leads where a paper as a whole
# is asked about.
GIST = Aspect("gist", "gist", "In short, this is what the paper does and finds.", role="gist")
KNOWN_ASPECTS = (*ASPECTS, GIST)
_KNOWN = {aspect.label: aspect for aspect in ASPECTS}


def choose_columns(names: Sequence[str], statements: Sequence[str]) -> tuple[Aspect, ...]:
    """The aspects with these names, then the statements; empty if nothing is given.

    Raises ComparisonError for one that is empty, too long, given twice, or too many, and for a
    statement that is the name of an aspect.
    """
    given = [*(_aspect(name) for name in names), *(_statement(text) for text in statements)]
    chosen: dict[str, Aspect] = {}
    for column in given:
        key = column.label.casefold()
        if key in chosen:
            what = _called(column.kind)
            raise ComparisonError(f"The {what} {column.label!r} is given twice.", "Leave one out.")
        chosen[key] = column
    if len(chosen) > MOST_ASPECTS:
        what = "columns" if statements else "aspects"
        raise ComparisonError(
            f"{len(chosen)} {what} are too many; the most is {MOST_ASPECTS}.", "Leave some out."
        )
    return tuple(chosen.values())


def _aspect(given: str) -> Aspect:
    name = _checked(given, "own", f"Name one, as in: {', '.join(_KNOWN)}.")
    return _KNOWN.get(name.casefold()) or Aspect.own(name)


def _statement(given: str) -> Aspect:
    text = _checked(given, "statement", "Say what papers may support or contradict.")
    if text.casefold() in _KNOWN:
        raise ComparisonError(f"{text!r} is an aspect, no statement.", "Give it with --aspect.")
    return Aspect.statement(text)


def _checked(given: str, kind: AspectKind, mend: str) -> str:
    """The text on one line. Raises ComparisonError if it is empty or too long."""
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
