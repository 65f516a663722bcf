"""What is indexed and what is asked: records of a file, or made up; questions and filters."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from rag.corpus.files import read_file
from rag.corpus.record import Record
from rag.settings import CHECKOUT
from rag.types import Filter, Paper, Scope

DELIVERED = CHECKOUT / "data" / "trending-papers.txt"
Raw: TypeAlias = Mapping[str, Any]  # a record as JSON has it

_SEED = 7
_MADE_WORDS = 50_000
_SYLLABLES = "ba cor den fil gra hym jo kel lum mor nis ope pra qui ros syn tal ver wex zor".split()
TOPICS = (
    "diffusion models",
    "transformers",
    "graph neural networks",
    "reinforcement learning",
    "segmentation",
    "benchmarks",
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def records(file: Path | None) -> Iterator[Raw]:
    """The records of a file of JSON lines, plain or gzipped; made-up ones without a file.

    Raises SystemExit for a line that is none.
    """
    if file is None:
        yield from made_up(_SEED)
        return
    open_text = gzip.open if file.suffix == ".gz" else open
    with open_text(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except ValueError:
                raise SystemExit(f"{file}, line {number}, is not JSON; give JSON lines.") from None


def made_up(seed: int) -> Iterator[Raw]:
    """Records with the delivered papers' words, rarer made-up ones, and metadata; without end."""
    chance = random.Random(seed)
    texts = [one.abstract for one in read_file(DELIVERED) if isinstance(one, Record)]
    common = _WORD.findall(" ".join(texts))
    rare = ["".join(chance.choices(_SYLLABLES, k=4)) for _ in range(_MADE_WORDS)]
    number = 0
    while True:
        number += 1
        yield {
            "id": f"made-{seed}-{number}",
            "title": " ".join(_words(chance, common, rare, 9)).capitalize(),
            "abstract": " ".join(_sentence(chance, common, rare) for _ in range(8)),
            "authors": [f"{_name(chance)} {_name(chance)}" for _ in range(3)],
            "year": chance.randint(2012, 2026),
            "venue": f"Journal of {chance.choice(common[:40]).capitalize()}",
        }


def _sentence(chance: random.Random, common: Sequence[str], rare: Sequence[str]) -> str:
    return " ".join(_words(chance, common, rare, chance.randint(14, 28))).capitalize() + "."


def _words(
    chance: random.Random, common: Sequence[str], rare: Sequence[str], many: int
) -> list[str]:
    return [chance.choice(rare if chance.random() < 0.08 else common) for _ in range(many)]


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=2)).capitalize()


def write_part(path: Path, raw: Iterator[Raw] | Sequence[Raw], count: int | None = None) -> int:
    """Write the first ``count`` records as JSON lines; returns how many there were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        written = 0
        for written, record in enumerate(islice(raw, count), start=1):  # noqa: B007
            out.write(json.dumps(record) + "\n")
    return written


@dataclass(frozen=True, slots=True)
class Asked:
    """What every side is asked: questions, questions for lists, and ours within these scopes."""

    questions: tuple[str, ...]
    lists: tuple[str, ...]
    scopes: Mapping[str, Scope]

    def write(self, path: Path) -> None:
        """Write it as JSON, so that no process that is measured has to look through the papers."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def read_asked(path: Path) -> Asked:
    """What `Asked.write` wrote."""
    raw = json.loads(path.read_text("utf-8"))
    return Asked(
        tuple(raw["questions"]),
        tuple(raw["lists"]),
        {name: _scope(scope) for name, scope in raw["scopes"].items()},
    )


def _scope(raw: Raw) -> Scope:
    fields = raw["filter"].items()
    wanted: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in fields}
    return Scope(tuple(raw["papers"]), Filter(**wanted))


def asked_of(papers: Sequence[Paper], count: int) -> Asked:
    """``count`` questions and a fourth as many lists, of words of titles and of well-known things.

    They are the same in every run.
    """
    chance = random.Random(_SEED)
    runs = [_run(chance.choice(papers).title.split(), chance) for _ in range(count)]
    things = [*TOPICS, *runs][: max(len(TOPICS), count // 4)]
    return Asked(
        tuple(run if at % 2 else f"How is {run} improved?" for at, run in enumerate(runs)),
        tuple(f"Which papers use {thing}?" for thing in things),
        scopes(papers),
    )


def _run(words: Sequence[str], chance: random.Random) -> str:
    """Up to five words that follow each other."""
    start = chance.randrange(max(1, len(words) - 4))
    return " ".join(words[start : start + 5])


def scopes(papers: Sequence[Paper]) -> dict[str, Scope]:
    """Filters that let some of the papers in, by name; only those that their metadata allow."""
    years = Counter(paper.year for paper in papers if paper.year)
    venues = Counter(paper.venue for paper in papers if paper.venue)
    authors = Counter(author for paper in papers for author in paper.authors)
    found = {"several papers": Scope(tuple(paper.paper_id for paper in papers[::3][:30]))}
    if years:
        middle = sorted(years)[len(years) // 2]
        found["years"] = Scope(filter=Filter(first_year=middle))
    if venues:
        found["venue"] = Scope(filter=Filter(venues=(venues.most_common(1)[0][0],)))
    if authors:
        found["author"] = Scope(filter=Filter(authors=(authors.most_common(1)[0][0],)))
    if years and venues:
        both = Filter(first_year=middle, venues=(venues.most_common(1)[0][0],), retracted=False)
        found["several at once"] = Scope(filter=both)
    return found
