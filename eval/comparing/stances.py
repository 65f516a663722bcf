"""Scores stances against labelled statements.

`python -m eval.comparing.stances [--split dev|test] [--llm quotes|openai] [--index DIR]` prints a
Markdown table of labels against predictions, and the figures. eval/stances/README.md
explains the labels.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from eval.dataset import SPLITS, read_lines
from rag.decisions.aspects import Aspect, choose_columns
from rag.engine import Engine
from rag.settings import load_settings
from rag.types import Cell, Comparison

# As `Engine.compare`.
Compare: TypeAlias = Callable[[Sequence[str], Sequence[Aspect]], Comparison]
STANCES = Path(__file__).parents[1] / "stances"
LABELS = ("supports", "contradicts", "silent")
PREDICTED = ("supports", "contradicts", "unclear", "silent")


@dataclass(frozen=True, slots=True)
class GoldStance:
    """One labelled pair; ``starts`` are the offsets of sentences that may be quoted for it."""

    statement: str
    paper_id: str
    stance: str
    starts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A label beside the predicted stance; ``quoted``: the first quote is an accepted sentence."""

    label: str
    stance: str
    quoted: bool
    sure: bool = True


def load_stances(path: Path) -> list[GoldStance]:
    """The labelled pairs in their order. Raises FileError or FormatError, naming the line."""
    return [pair for pairs in read_lines(path, "labelled statement", _pairs) for pair in pairs]


def _pairs(raw: Any) -> list[GoldStance]:
    return [
        GoldStance(
            raw["statement"],
            paper["paper_id"],
            paper["stance"],
            frozenset(int(quote["start"]) for quote in paper["quotes"]),
        )
        for paper in raw["papers"]
    ]


def predict(compare: Compare, gold: Sequence[GoldStance]) -> list[Prediction]:
    """The predicted stance of every labelled pair; one comparison for each statement."""
    predictions = []
    for statement in dict.fromkeys(g.statement for g in gold):
        pairs = {g.paper_id: g for g in gold if g.statement == statement}
        made = compare(list(pairs), choose_columns((), [statement]))
        predictions += [_prediction(pairs[cell.paper_id], cell) for cell in made.cells]
    return predictions


def _prediction(gold: GoldStance, cell: Cell) -> Prediction:
    quoted = bool(cell.quotes) and cell.quotes[0].start in gold.starts
    return Prediction(gold.stance, cell.value or "silent", quoted, cell.verdict != "partial")


def f1(predictions: Sequence[Prediction], label: str) -> float:
    """The harmonic mean of precision and recall of one label; 0 if no prediction is right."""
    right = sum(p.label == label == p.stance for p in predictions)
    labelled_or_predicted = sum((p.label == label) + (p.stance == label) for p in predictions)
    return 2 * right / labelled_or_predicted if right else 0.0


def report(predictions: Sequence[Prediction], *, quotes: bool = True) -> str:
    """Markdown: labels against predictions, then figures; "unclear" is right for no label."""
    lines = [f"| label | {' | '.join(PREDICTED)} |", "|---|" + "---:|" * len(PREDICTED)]
    for label in LABELS:
        counts = (
            sum(p.label == label and p.stance == stance for p in predictions)
            for stance in PREDICTED
        )
        lines.append(f"| {label} | {' | '.join(map(str, counts))} |")
    scores = {label: f1(predictions, label) for label in LABELS}
    deciding = [p for p in predictions if p.label != "silent"]
    sided = [p for p in deciding if p.stance in LABELS[:2]]
    quoted = [p.quoted for p in deciding if p.stance != "silent"]
    silent = [p.stance == "silent" for p in predictions if p.label == "silent"]
    against = [p for p in predictions if p.stance == "contradicts"]
    figures = ", ".join(f"{label} {score:.3f}" for label, score in scores.items())
    return "\n".join(
        [
            *lines,
            "",
            f"Macro-F1 {sum(scores.values()) / len(scores):.3f} ({figures}).",
            f"Deciding papers found: {_of([p.stance != 'silent' for p in deciding])}; "
            f"silent papers left silent: {_of(silent)}.",
            f"Right side if one is predicted: {_of([p.stance == p.label for p in sided])}; "
            f"right if a contradiction is predicted: "
            f"{_of([p.label == 'contradicts' for p in against])}, "
            f"if it is sure: {_of([p.label == 'contradicts' for p in against if p.sure])}.",
            *([f"First quote accepted: {_of(quoted)}."] if quotes else []),
        ]
    )


def _of(right: Sequence[bool]) -> str:
    return f"{sum(right)} of {len(right)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--split", choices=SPLITS, default="dev")
    parser.add_argument("--llm", choices=("quotes", "openai"), default="quotes")
    given = parser.parse_args()
    gold = load_stances(STANCES / f"{given.split}.jsonl")
    with Engine(load_settings(index=given.index, llm=given.llm)) as engine:
        print(report(predict(engine.compare, gold)))


if __name__ == "__main__":
    main()
