"""What stances are worth against the labelled statements.

`python -m eval.stance [--split dev|test] [--llm quotes|openai] [--index DIR]` prints a Markdown
table of labels by what was said, and the figures. See eval/stances/README.md for the labels.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.lines import read_lines
from rag import wiring
from rag.comparing.flow import Comparer
from rag.decisions.aspects import choose_columns
from rag.settings import load_settings
from rag.types import Cell

STANCES = Path(__file__).parent / "stances"
LABELS = ("supports", "contradicts", "silent")
SAID = ("supports", "contradicts", "unclear", "silent")


@dataclass(frozen=True, slots=True)
class GoldStance:
    """One labelled pair; ``starts`` are the offsets of sentences that may be quoted for it."""

    statement: str
    paper_id: str
    stance: str
    starts: frozenset[int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A label beside what was said; ``quoted``: the first quote is an accepted sentence."""

    label: str
    said: str
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


def judge(comparer: Comparer, gold: Sequence[GoldStance]) -> list[Judged]:
    """Every pair, a comparison a statement."""
    judged = []
    for statement in dict.fromkeys(g.statement for g in gold):
        pairs = {g.paper_id: g for g in gold if g.statement == statement}
        made = comparer.compare(list(pairs), choose_columns((), [statement]))
        judged += [_judged(pairs[cell.paper_id], cell) for cell in made.cells]
    return judged


def _judged(gold: GoldStance, cell: Cell) -> Judged:
    quoted = bool(cell.quotes) and cell.quotes[0].start in gold.starts
    return Judged(gold.stance, cell.value or "silent", quoted, cell.verdict != "partial")


def f1(judged: Sequence[Judged], label: str) -> float:
    """The harmonic mean of precision and recall of one label; 0 where it is never rightly said."""
    right = sum(j.label == j.said == label for j in judged)
    said_or_so = sum((j.label == label) + (j.said == label) for j in judged)
    return 2 * right / said_or_so if right else 0.0


def report(judged: Sequence[Judged], *, quotes: bool = True) -> str:
    """Markdown: labels by what was said, then the figures; "unclear" is right for no label."""
    lines = [f"| label | {' | '.join(SAID)} |", "|---|" + "---:|" * len(SAID)]
    for label in LABELS:
        counts = (sum(j.label == label and j.said == said for j in judged) for said in SAID)
        lines.append(f"| {label} | {' | '.join(map(str, counts))} |")
    scores = {label: f1(judged, label) for label in LABELS}
    speaking = [j for j in judged if j.label != "silent"]
    taken = [j for j in speaking if j.said in LABELS[:2]]
    quoted = [j.quoted for j in speaking if j.said != "silent"]
    left = [j.said == "silent" for j in judged if j.label == "silent"]
    accused = [j.label == "contradicts" for j in judged if j.said == "contradicts"]
    firmly = [j.label == "contradicts" for j in judged if j.said == "contradicts" and j.sure]
    figures = ", ".join(f"{label} {score:.3f}" for label, score in scores.items())
    return "\n".join(
        [
            *lines,
            "",
            f"Macro-F1 {sum(scores.values()) / len(scores):.3f} ({figures}).",
            f"Found to address it: {_of([j.said != 'silent' for j in speaking])}; "
            f"rightly left silent: {_of(left)}.",
            f"Side right where one is taken: {_of([j.said == j.label for j in taken])}; "
            f"said to contradict and does: {_of(accused)}, "
            f"surely {_of(firmly)}.",
            *([f"First quote accepted: {_of(quoted)}."] if quotes else []),
        ]
    )


def _of(right: Sequence[bool]) -> str:
    return f"{sum(right)} of {len(right)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--llm", choices=("quotes", "openai"), default="quotes")
    given = parser.parse_args()
    gold = load_stances(STANCES / f"{given.split}.jsonl")
    with closing(wiring.open_comparer(load_settings(index=given.index, llm=given.llm))) as comparer:
        print(report(judge(comparer, gold)))


if __name__ == "__main__":
    main()
