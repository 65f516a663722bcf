"""Compares what is read from a folder of real files with what its manifest expects.

``python -m eval.bench.formats DIR`` prints a row for each kind and a line for each file that
differs. DIR has MANIFEST.tsv with the columns kind, file, entries and abstracts, and its files in
DIR/kind.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rag.corpus.files import read_file
from rag.types import Rejected


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read from one file.

    ``entries`` and ``abstracts`` are the manifest's numbers, None if unknown. ``fault`` is an
    exception that was raised, which should never happen.
    """

    kind: str
    file: str
    records: int
    with_abstract: int
    rejected: tuple[Rejected, ...]
    entries: int | None
    abstracts: int | None
    fault: str = ""

    @property
    def differs(self) -> bool:
        """Whether a known number differs, or something was raised."""
        wrong = self.entries not in (None, self.records)
        return bool(wrong or self.abstracts not in (None, self.with_abstract) or self.fault)


def outcomes(folder: Path) -> list[Outcome]:
    """The outcome of each file of the manifest, by kind and name."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [_outcome(folder, row) for row in sorted(rows, key=lambda r: (r["kind"], r["file"]))]


def _outcome(folder: Path, row: dict[str, str]) -> Outcome:
    fault = ""
    items = []
    try:
        items = list(read_file(folder / row["kind"] / row["file"]))
    except Exception as exc:  # noqa: BLE001  the table shows it
        fault = repr(exc)
    records = [item for item in items if not isinstance(item, Rejected)]
    return Outcome(
        kind=row["kind"],
        file=row["file"],
        records=len(records),
        with_abstract=sum(bool(record.abstract) for record in records),
        rejected=tuple(item for item in items if isinstance(item, Rejected)),
        entries=int(row["entries"]) if row["entries"] else None,
        abstracts=int(row["abstracts"]) if row["abstracts"] else None,
        fault=fault,
    )


def summary(found: Sequence[Outcome]) -> str:
    """A Markdown table with a row for each kind."""
    lines = [
        "| kind | files | records | expected | with abstract | expected | refused | raised |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind, group in groupby(found, key=lambda outcome: outcome.kind):
        lines.append(_row(kind, list(group)))
    return "\n".join([*lines, _row("all", found)])


def _row(name: str, found: Sequence[Outcome]) -> str:
    cells = (
        len(found),
        sum(outcome.records for outcome in found),
        _sum(outcome.entries for outcome in found),
        sum(outcome.with_abstract for outcome in found),
        _sum(outcome.abstracts for outcome in found),
        sum(len(outcome.rejected) for outcome in found),
        sum(bool(outcome.fault) for outcome in found),
    )
    return f"| {name} | {' | '.join(map(str, cells))} |"


def _sum(values: Iterable[int | None]) -> str:
    known = [value for value in values if value is not None]
    return str(sum(known)) if known else ""


def differences(found: Sequence[Outcome]) -> str:
    """A line for each file that differs, and under it what was refused of it."""
    lines = []
    for outcome in found:
        if not (outcome.differs or outcome.rejected):
            continue
        line = (
            f"- {outcome.kind}/{outcome.file}: {outcome.records} records "
            f"({_known(outcome.entries)}), {outcome.with_abstract} abstracts "
            f"({_known(outcome.abstracts)}), {len(outcome.rejected)} refused {outcome.fault}"
        )
        lines.append(line.rstrip())
        lines += [f"  - {refused.record}: {refused.reason}" for refused in outcome.rejected]
    return "\n".join(lines)


def _known(expected: int | None) -> str:
    return "unknown" if expected is None else f"expected {expected}"


def main() -> None:
    """Print the tables; exit 1 if a file raised an exception or gave neither record nor refusal."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "MANIFEST.tsv").is_file():
        sys.exit("Name a folder with MANIFEST.tsv: python -m eval.bench.formats DIR")
    started = time.perf_counter()
    found = outcomes(Path(sys.argv[1]))
    print(summary(found), differences(found), sep="\n\n")
    print(f"\n{len(found)} files in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    if any(outcome.fault or not (outcome.records or outcome.rejected) for outcome in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
