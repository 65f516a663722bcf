"""Examples from the written measures: whether a phrase says what a number measures, and where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from eval.dataset import read_lines
from eval.fit.fitting import Example, Flags, Numbers, labels_of
from rag.decisions.measured_features import alike, of_number, pairs
from rag.decisions.measures import PARTS, candidates_in, measures_in, number_sentence
from rag.errors import InputError
from rag.settings import CHECKOUT
from rag.text.quantities.measurements import Measurement

WRITTEN = CHECKOUT / "data" / "measures" / "measures.jsonl"
FITTED_ON = ("train", "dev")
L2 = 2.0
FEWEST = 3  # sentences that a feature must be in
_MADE_UP = "written:"  # an id of a sentence of no paper
_MUCH, _NEARLY = 0.5, 0.2  # overlap of a right phrase; weight of one that is right but not the best
# Of what is said for unseen papers at least so much is right; the more goes unsaid.
_RIGHT: Mapping[str, float] = {"number": 0.95, "metric": 0.75, "data": 0.75, "than": 0.85}

Offsets: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number by its offsets; ``parts`` are those of its metric, data and what it is against."""

    number: Offsets
    measures: bool
    parts: Mapping[str, Offsets]


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence of a paper with its numbers as a reader labelled them."""

    paper_id: str
    split: str
    text: str
    numbers: tuple[WrittenNumber, ...]


def load_written(path: Path = WRITTEN, splits: Sequence[str] = ()) -> list[WrittenSentence]:
    """The labelled sentences of these splits, or all. Raises FileError, FormatError for a line."""
    lines = read_lines(path, "sentence with numbers", _sentence)
    return [line for line in lines if not splits or line.split in splits]


def _sentence(raw: Any) -> WrittenSentence:
    numbers = tuple(
        WrittenNumber(
            _offsets(one["number"]),
            bool(one.get("measures", True)),
            {part: _offsets(one[part]) for part in PARTS if part in one},
        )
        for one in raw["numbers"]
    )
    return WrittenSentence(str(raw["id"]), str(raw["split"]), str(raw["sentence"]), numbers)


def _offsets(raw: Any) -> Offsets:
    start, end = raw
    return int(start), int(end)


def number_examples(splits: Sequence[str] = FITTED_ON) -> list[Example]:
    """Every number in digits: whether it measures anything."""
    found = []
    for sentence, measured in _read(splits):
        read = number_sentence(sentence.text, measured)
        for place, (one, written) in enumerate(zip(measured, sentence.numbers, strict=True)):
            features = of_number(read, place, one)
            found.append(Example(sentence.paper_id, features, written.measures, kind="number"))
    return found


def part_examples(part: str, splits: Sequence[str] = FITTED_ON) -> list[Example]:
    """Every number with every phrase: whether the phrase is this part of it.

    ``kind`` names the number.
    """
    found = []
    for at, (sentence, measured) in enumerate(_read(splits)):
        read = number_sentence(sentence.text, measured)
        told = list(pairs(read, measured))
        shares = []
        for place, run, _ in told:
            phrase = read.offsets[run.first][0], read.offsets[run.last - 1][1]
            shares.append(_share(phrase, sentence.numbers[place].parts.get(part)))
        best: dict[int, float] = {}
        for (place, _, _), share in zip(told, shares, strict=True):
            best[place] = max(best.get(place, 0.0), share)
        for (place, _, features), share in zip(told, shares, strict=True):
            yes = share >= _MUCH and share == best[place]
            weight = 1.0 if yes or share < _MUCH else _NEARLY
            named = f"{at} {place}"
            found.append(Example(sentence.paper_id, features, yes, kind=named, weight=weight))
    return found


def number_threshold(examples: Sequence[Example], log_odds: Numbers) -> float:
    """The threshold from which on enough of the numbers that are said measure something."""
    real = [i for i, example in enumerate(examples) if not _is_made_up(example)]
    return _lowest(log_odds[real], labels_of(examples)[real], _RIGHT["number"])


def part_threshold(part: str, examples: Sequence[Example], log_odds: Numbers) -> float:
    """The same for the likeliest phrase of each number; nearly the right one is right too."""
    best = [i for i in _likeliest(examples, log_odds) if not _is_made_up(examples[i])]
    right = np.array([examples[i].yes or examples[i].weight < 1 for i in best])
    return _lowest(log_odds[best], right, _RIGHT[part])


def held_out(path: Path = WRITTEN) -> str:
    """What the fitted models, and the grammar alone, say of the test sentences, as Markdown."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for sentence, measured in _read(("test",), path):
        said = {one.text.start: one for one in measures_in(sentence.text)}
        for one, written in zip(measured, sentence.numbers, strict=True):
            grammar = {"metric": one.metric, "data": one.setting}
            fitted = said.get(one.start)
            _count(counts, "number", "grammar", True, written.measures, written.measures)
            right = fitted is not None and written.measures
            _count(counts, "number", "fitted", fitted is not None, written.measures, right)
            for part in PARTS:
                at = written.parts.get(part)
                gold = sentence.text[slice(*at)] if at else ""
                span = getattr(fitted, part, None)
                for who, text in (
                    ("grammar", grammar.get(part, "")), ("fitted", span.text if span else ""),
                ):  # fmt: skip
                    right = bool(text and gold) and alike(text, gold)
                    _count(counts, part, who, bool(text), bool(gold), right)
    lines = ["| | by | said | written | precision | recall |", "|---|---|---:|---:|---:|---:|"]
    for (part, who), of in counts.items():
        precision, recall = (of["right"] / max(1, of[name]) for name in ("said", "written"))
        lines.append(
            f"| {part} | {who} | {of['said']} | {of['written']} | {precision:.0%} | {recall:.0%} |"
        )
    return "\n".join(lines)


def _read(
    splits: Sequence[str], path: Path = WRITTEN
) -> Iterator[tuple[WrittenSentence, list[Measurement]]]:
    """The sentences of these splits with the numbers found in them, which are those labelled.

    Raises InputError if the numbers are others: then the sentences have to be labelled again.
    """
    for sentence in load_written(path, splits):
        measured = candidates_in(sentence.text)
        if [one.start for one in measured] != [one.number[0] for one in sentence.numbers]:
            raise InputError(
                f"Other numbers are found in a sentence of {sentence.paper_id} than are labelled.",
                f"Label it again in {path.name}: {sentence.text}",
            )
        yield sentence, measured


def _share(one: Offsets, other: Offsets | None) -> float:
    """The overlap of two spans as a share of both together, 0 to 1."""
    if other is None:
        return 0.0
    common = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, common) / (max(one[1], other[1]) - min(one[0], other[0]))


def _is_made_up(example: Example) -> bool:
    """Whether its sentence was made up for the fit; how often numbers measure it cannot say."""
    return example.group.startswith(_MADE_UP)


def _likeliest(examples: Sequence[Example], log_odds: Numbers) -> list[int]:
    """The places of each number's likeliest phrase."""
    best: dict[str, int] = {}
    for i, example in enumerate(examples):
        if example.kind not in best or log_odds[i] > log_odds[best[example.kind]]:
            best[example.kind] = i
    return list(best.values())


def _lowest(log_odds: Numbers, right: Flags, least: float) -> float:
    """The lowest threshold from which on at least this share is right."""
    order = np.argsort(-log_odds)
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= least)
    return round(float(log_odds[order][enough[-1]]), 2) if len(enough) else math.inf


def _count(
    counts: dict[tuple[str, str], Counter[str]],
    part: str, who: str, said: bool, written: bool, right: bool,
) -> None:  # fmt: skip
    counts.setdefault((part, who), Counter()).update(
        {"said": int(said), "written": int(written), "right": int(right)}
    )
