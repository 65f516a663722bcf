"""Timings of reading alone: records a second, and how memory grows meanwhile.

    python -m eval.bench.reading FILE ...

A file is anything that ``paperchat ingest`` takes. Its records are discarded, so memory grows only
by what the reader itself needs. Each file is read twice in a process of its own: the first reading
gives the memory, from the first records on; the second, with everything loaded, gives the time. On
a busy machine, records per second of processor time are closer to those of an idle one.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from rag.corpus.files import read_file
from rag.corpus.record import Record

_STATUS = Path("/proc/self/status")
_HEAD = (
    "| file | records | abstracts | rejected | s | records/s | of processor time | MiB grown |\n"
    "|---|---|---|---|---|---|---|---|\n"
)
_WARM = 1_000  # records, after which a reader has all that it needs


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one file: counts, seconds and MiB that memory grew by."""

    records: int
    abstracts: int
    rejected: int
    seconds: float
    processor: float
    grown: float

    def row(self, name: str) -> str:
        """A row of the table."""
        rate = self.records / self.seconds if self.seconds else 0.0
        alone = self.records / self.processor if self.processor else 0.0
        return (
            f"| {name} | {self.records:,} | {self.abstracts:,} | {self.rejected:,} "
            f"| {self.seconds:.2f} | {rate:,.0f} | {alone:,.0f} | {self.grown:.1f} |"
        )


def read(path: Path) -> Reading:
    """Read ``path`` to its end. Memory counts from after the first records."""
    records = abstracts = rejected = 0
    base = 0.0
    started, used = time.perf_counter(), time.process_time()
    for number, item in enumerate(read_file(path)):
        if isinstance(item, Record):
            records += 1
            abstracts += bool(item.abstract)
        else:
            rejected += 1
        if number == _WARM:
            base = _peak()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    grown = _peak() - base if base else 0.0
    return Reading(records, abstracts, rejected, seconds, processor, grown)


def _peak() -> float:
    """The most memory that this process has had, in MiB; 0 where the system does not say."""
    if not _STATUS.exists():
        return 0.0
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Print a table of the files that are named."""
    one, *more = sys.argv[1:] or sys.exit("Name a file to read.")
    if not more:
        path = Path(one)
        first, second = read(path), read(path)
        print(_HEAD + replace(second, grown=first.grown).row(path.name), flush=True)
        return
    print(_HEAD, end="", flush=True)
    for name in (one, *more):
        command = [sys.executable, "-m", "eval.bench.reading", name]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        print(shown.splitlines()[-1], flush=True)


if __name__ == "__main__":
    main()
