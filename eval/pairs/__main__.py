"""How many claims that turn their quote round are caught, and how many right ones are too.

    python -m eval.pairs [--split dev|test] [--show]

Most pairs (source "written") were made by reading: quotes of abstracts, each with claims that drop
a contrast, take one thing for another, or only word it otherwise. The author of the check wrote
them, for the mistakes that it looks for. Those of source "model" are what the embedded model really
wrote to 56 questions of the reader data, as far as the check before this one let it pass, labelled
by reading.
A claim counts as
caught if its verdict is "unsupported", so that its quote would replace it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.answering.verify.alignment import similarity_by
from rag.answering.verify.support import check_claim
from rag.models.embedding.embedders import load_embedder
from rag.types import Check

PAIRS = Path(__file__).with_name("who_does_what.jsonl")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the quote that it cites; ``right`` if the quote says so."""

    id: str
    kind: str
    split: str
    quote: str
    claim: str
    right: bool
    source: str
    titles: tuple[str, ...] = ()


def read_pairs(split: str | None = None) -> list[Pair]:
    """The pairs of a split, or all."""
    lines = PAIRS.read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    pairs = [Pair(**{**record, "titles": tuple(record["titles"])}) for record in records]
    return [pair for pair in pairs if split in (None, pair.split)]


def checked(pairs: list[Pair]) -> Iterator[tuple[Pair, Check]]:
    """Each pair with the outcome of its check."""
    similarity = similarity_by(load_embedder())
    for pair in pairs:
        similar = similarity(pair.claim, [pair.quote])
        yield pair, check_claim(pair.claim, [pair.quote], similar, pair.titles)


def main() -> None:
    """Print a line per kind: of the wrong claims those caught, of the right ones those too."""
    parser = argparse.ArgumentParser(prog="python -m eval.pairs")
    parser.add_argument("--split", choices=("dev", "test"))
    parser.add_argument("--show", action="store_true", help="print the pairs that are misjudged")
    args = parser.parse_args()
    counts: Counter[tuple[str, bool]] = Counter()
    caught: Counter[tuple[str, bool]] = Counter()
    for pair, check in checked(read_pairs(args.split)):
        for kind in (pair.kind, f"all {pair.source}"):
            counts[kind, pair.right] += 1
            caught[kind, pair.right] += check.verdict == "unsupported"
        if args.show and pair.right == (check.verdict == "unsupported"):
            said = "right" if pair.right else "wrong"
            print(f"{pair.id} {pair.kind} {said} {check.support:.2f} {check.missing or ''}")
            print(f"    {pair.quote}\n    {pair.claim}")
    for kind in sorted({kind for kind, _ in counts}):
        wrong, right = (f"{caught[kind, r]:3} of {counts[kind, r]:3}" for r in (False, True))
        print(f"{kind:11} wrong ones caught {wrong}, right ones refused {right}")


if __name__ == "__main__":
    main()
