"""Measures how often records with one identifier are taken for one paper, rightly and wrongly.

    python -m eval.bench.shared_ids FILE [--records 40000] [--pairs 2000] [--seed 7]

FILE is as for `eval.bench.duplicates`. Versions of one title should be one paper, even without
abstracts; two papers by one author should be two, as chapters that carry their book's DOI are.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from eval.bench.duplicates import VARIANTS, Vary, read_records
from rag.corpus.dedupe.keys import MatchKeys
from rag.corpus.dedupe.matching import another_paper
from rag.corpus.record import Record

_MOST_PAPERS = 8  # of an author; a name with more is that of several people


def head_alone(title: str, chance: random.Random) -> str:
    """Without what follows the colon."""
    return title.partition(":")[0]


def tail_alone(title: str, chance: random.Random) -> str:
    """Without what precedes the colon."""
    return title.rpartition(":")[2].strip()


def turned(title: str, chance: random.Random) -> str:
    """What follows the colon first."""
    head, _, tail = title.partition(":")
    return f"{tail.strip()}: {head}" if tail else title


def shorter(title: str, chance: random.Random) -> str:
    """Without one of its words."""
    words = title.split()
    del words[chance.randrange(len(words))]
    return " ".join(words) or title


def mistyped(title: str, chance: random.Random) -> str:
    """Without one of its characters."""
    at = chance.randrange(len(title))
    return title[:at] + title[at + 1 :] or title


def edited(title: str, chance: random.Random) -> str:
    """A quarter of its words replaced by words that many titles have."""
    words = title.split()
    for _ in range(max(1, len(words) // 4)):
        words[chance.randrange(len(words))] = chance.choice(
            ("novel", "using", "analysis", "results")
        )
    return " ".join(words)


_VERSIONS: dict[str, Vary] = {
    **VARIANTS,
    "head alone": head_alone,
    "tail alone": tail_alone,
    "turned": turned,
    "shorter": shorter,
    "mistyped": mistyped,
    "edited": edited,
}


def by_one_author(
    records: Sequence[Record], chance: random.Random
) -> Iterator[tuple[Record, Record]]:
    """Pairs of different papers that have an author in common, in random order."""
    papers: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        for author in record.authors:
            papers[author].append(record)
    authors = [author for author, own in papers.items() if 2 <= len(own) <= _MOST_PAPERS]
    chance.shuffle(authors)
    for author in authors:
        one, other = chance.sample(papers[author], 2)
        yield one, other


def _bare(record: Record) -> Record:
    return replace(record, abstract="")


def _share_apart(
    pairs: Sequence[tuple[Record, Record]], known: Callable[[Record], Record]
) -> float:
    apart = sum(another_paper(MatchKeys(known(one)), MatchKeys(known(two))) for one, two in pairs)
    return apart / max(1, len(pairs))


def main() -> None:
    """Print the share of pairs that are kept apart, with abstracts and without."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.shared_ids")
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    records = read_records(given.file, given.records)
    chance = random.Random(given.seed)
    print("| pairs | kept apart, with abstracts | without |", "|---|---|---|", sep="\n")
    sample = chance.sample(records, min(given.pairs, len(records)))
    for name, vary in _VERSIONS.items():
        pairs = [(one, replace(one, title=vary(one.title, chance))) for one in sample]
        print(_row(f"one paper: {name}", pairs), flush=True)
    others = by_one_author(records, chance)
    print(_row("papers by one author", [pair for pair, _ in zip(others, sample, strict=False)]))


def _row(name: str, pairs: Sequence[tuple[Record, Record]]) -> str:
    shares = (_share_apart(pairs, known) for known in (lambda record: record, _bare))
    return f"| {name} | {' | '.join(f'{share:.2%}' for share in shares)} |"


if __name__ == "__main__":
    main()
