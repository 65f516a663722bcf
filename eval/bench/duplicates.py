"""Measures how many papers that are entered twice are merged, and how many others wrongly.

    python -m eval.bench.duplicates FILE [--records 20000] [--planted 1000] [--seed 7]

FILE is JSON lines with title, abstract, authors and year, plain or gzipped. Of its first records
some are entered again under a variant of their title and without any identifier. A merged pair that
was not planted counts against precision and is printed, to be looked at.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from pathlib import Path

from rag.corpus.dedupe.merge import merge
from rag.corpus.record import Record
from rag.types import Identifiers

Vary = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the records that are there (``before``) and entered ``again``."""

    name: str
    before: Callable[[Record], Record]
    again: Callable[[Record], Record]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Merged pairs by how the title was varied, and the pairs that nobody planted."""

    found: dict[str, int]
    planted: dict[str, int]
    others: tuple[tuple[Record, Record], ...]
    seconds: float

    @property
    def recall(self) -> float:
        """The share of planted pairs that were merged."""
        return sum(self.found.values()) / sum(self.planted.values())

    @property
    def precision(self) -> float:
        """The share of merged pairs that were planted; 1 if none was merged."""
        found = sum(self.found.values())
        return found / (found + len(self.others)) if found + len(self.others) else 1.0


def case(title: str, chance: random.Random) -> str:
    """Another case: capitals, small letters, or every word with a capital."""
    return chance.choice((str.upper, str.lower, str.title))(title)


def punctuation(title: str, chance: random.Random) -> str:
    """Other punctuation: no or long hyphens, dashes for colons, quotation marks, a full stop."""
    changes: list[tuple[str, str]] = [("-", " "), ("-", "–"), (": ", " - "), (",", ""), ("'", "’")]
    for old, new in chance.sample(changes, 3):
        title = title.replace(old, new)
    return chance.choice(("{}.", "“{}”", "  {} ", "{}")).format(title)


def latex(title: str, chance: random.Random) -> str:
    """As a .bib file has it: braces around names, fonts, math signs around figures, dashes."""
    words = title.replace(" - ", " -- ").split(" ")
    shapes = ("{{{}}}", "\\textit{{{}}}", "\\emph{{{}}}")
    made = [
        chance.choice(shapes).format(word)
        if re.search(r"[A-Z].*[A-Z]", word) and "$" not in word and "\\" not in word
        else re.sub(r"^(\d+)$", r"$\1$", word)
        for word in words
    ]
    return chance.choice(("{}", "{{{}}}")).format(" ".join(made))


def truncated(title: str, chance: random.Random) -> str:
    """Cut after half to nine tenths of its words, with or without dots."""
    words = title.split()
    length = max(min(4, len(words)), round(len(words) * chance.uniform(0.5, 0.9)))
    return " ".join(words[:length]) + chance.choice(("", "...", "…"))


VARIANTS: dict[str, Vary] = {
    "case": case,
    "punctuation": punctuation,
    "latex": latex,
    "truncated": truncated,
}


def _as_it_is(record: Record) -> Record:
    return record


def _nameless(record: Record) -> Record:
    return replace(record, identifiers=Identifiers(), urls=(), extra=())


def _text_alone(record: Record) -> Record:
    return Record(record.title, record.abstract, record.source, record.place)


SETTINGS = (
    Setting("abstract, authors, year", _as_it_is, _nameless),
    Setting("abstract alone, on both sides", _text_alone, _text_alone),
    Setting("no abstract; authors, year", _as_it_is, lambda r: replace(_nameless(r), abstract="")),
    Setting(
        "no abstract; title alone", _text_alone, lambda r: replace(_text_alone(r), abstract="")
    ),
)


def read_records(path: Path, count: int) -> list[Record]:
    """The first ``count`` records of a JSON-lines file, plain or gzipped."""
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8") as lines:
        return [_record(json.loads(line), at) for at, line in enumerate(islice(lines, count))]


def measure(records: Sequence[Record], planted: int, seed: int, setting: Setting) -> Outcome:
    """Enter ``planted`` of the records again, a quarter under each kind of variant, and merge."""
    chance = random.Random(seed)
    chosen = chance.sample(range(len(records)), planted)
    kinds = {at: list(VARIANTS)[n % len(VARIANTS)] for n, at in enumerate(chosen)}
    there = [setting.before(record) for record in records]
    again = [
        replace(
            setting.again(records[at]),
            title=VARIANTS[kinds[at]](records[at].title, chance),
            source="again",
        )
        for at in chosen
    ]
    every = there + again
    started = time.perf_counter()
    merged = merge(every)
    seconds = time.perf_counter() - started
    origin = [*range(len(records)), *chosen]
    found: dict[str, int] = defaultdict(int)
    others = []
    for one, other in _pairs(merged.paper_ids):
        if origin[one] == origin[other]:
            found[kinds[origin[one]]] += 1
        else:
            others.append((every[one], every[other]))
    counts = {kind: list(kinds.values()).count(kind) for kind in VARIANTS}
    return Outcome(dict(found), counts, tuple(others), seconds)


def _pairs(paper_ids: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    by_paper: dict[str, list[int]] = defaultdict(list)
    for at, paper_id in enumerate(paper_ids):
        if paper_id is not None:
            by_paper[paper_id].append(at)
    for together in by_paper.values():
        yield from combinations(together, 2)


def _record(raw: dict[str, object], at: int) -> Record:
    authors = raw.get("authors")
    year = raw.get("year")
    name = str(raw.get("id", ""))
    return Record(
        title=str(raw["title"]),
        abstract=str(raw.get("abstract") or ""),
        source="there",
        place=f"line {at + 1}",
        authors=tuple(map(str, authors)) if isinstance(authors, list) else (),
        year=year if isinstance(year, int) else None,
        venue=str(raw.get("venue") or ""),
        identifiers=Identifiers(arxiv=name[6:] if name.startswith("arxiv:") else None),
    )


def _row(setting: Setting, outcome: Outcome) -> str:
    kinds = (outcome.found.get(kind, 0) / max(1, n) for kind, n in outcome.planted.items())
    figures = [outcome.recall, outcome.precision, *kinds]
    cells = [setting.name, *(f"{figure:.4f}" for figure in figures), f"{outcome.seconds:.1f}"]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print a table, and every pair that was merged and not planted."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.duplicates")
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--planted", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    records = read_records(given.file, given.records)
    head = ["what is known", "recall", "precision", *VARIANTS, "s"]
    print(f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", sep="\n")
    others: dict[tuple[str, str], None] = {}
    for setting in SETTINGS:
        outcome = measure(records, given.planted, given.seed, setting)
        print(_row(setting, outcome), flush=True)
        others |= {(one.title, other.title): None for one, other in outcome.others}
    print(f"\nMerged and not planted: {len(others)}")
    for one, other in others:
        print(f"- {one}\n  {other}")


if __name__ == "__main__":
    main()
