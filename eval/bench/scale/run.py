"""``python -m eval.bench scale``: measures every size, and writes JSON, a table and a picture."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from eval.bench.scale.inputs import DELIVERED, records
from eval.bench.scale.machine import load, setup
from eval.bench.scale.report.figures import Report, read_reports
from eval.bench.scale.report.picture import picture
from eval.bench.scale.report.tables import all_tables, short_tables
from eval.bench.scale.sides.sides import Given, Size
from rag.index.generations.generations import IndexFolder
from rag.settings import CHECKOUT

_SIZES = "82,1000,10000"
_DELIVERED = 82
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"


def main(arguments: Sequence[str]) -> None:
    """Measure, or only draw what was measured before."""
    options = _parser().parse_args(arguments)
    if options.draw:
        report = read_reports(options.draw)
        draw(report, options.out)
        if options.docs:
            draw_docs(report, options.docs)
        return
    report = Report([setup(list(arguments))])
    started = time.perf_counter()

    def step(text: str) -> None:
        report.write(options.out / "speed.json")  # what a run that is broken off leaves
        say(text)

    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        sizes = _sizes(options, Path(folder))
        for size in sizes:
            say(f"{size.papers:,} papers")
            # Sizes in between are points of curves, and one round must do.
            rounds = options.rounds if size in (sizes[0], sizes[-1]) else 1
            given = Given(rounds, options.sample, options.queries, options.full)
            size.measure(report, given, step)
            took = {"seconds": round(time.perf_counter() - started), "load_at_end": load()}
            report.runs = [{**report.runs[0], **took}]
            draw(report, options.out)
    say(f"took {time.perf_counter() - started:.0f} s")


def draw(report: Report, out: Path) -> None:
    """Write everything that is made of the figures."""
    report.write(out / "speed.json")
    (out / "speed.md").write_text(short_tables(report), encoding="utf-8")
    (out / "speed-figures.md").write_text(all_tables(report), encoding="utf-8")
    (out / "speed.svg").write_text(picture(report), encoding="utf-8")


def draw_docs(report: Report, docs: Path) -> None:
    """Put the figures into the documentation: into its page on speed, and beside it.

    Raises SystemExit if the page has no marks.
    """
    page = docs / "speed.md"
    before, begin, rest = page.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        sys.exit(f"{page} has no lines {_BEGIN} and {_END}, between which the figures go.")
    page.write_text(f"{before}{begin}\n{short_tables(report)}{end}{after}", encoding="utf-8")
    (docs / "speed-figures.md").write_text(all_tables(report), encoding="utf-8")
    (docs / "images" / "speed.svg").write_text(picture(report), encoding="utf-8")


def say(text: str) -> None:
    """Tell how far it is, with the load that other work makes."""
    print(f"{time.strftime('%H:%M:%S')} {text} (load {load()})", file=sys.stderr, flush=True)


def _sizes(options: argparse.Namespace, folder: Path) -> list[Size]:
    """The sizes in ascending order. Raises SystemExit if the file has too few records."""
    if options.index:
        if not (count := len(IndexFolder(options.index).papers())):
            sys.exit(f"There is no index in {options.index}.")
        return [Size(count, folder, index=options.index, stand_in=options.stand_in)]
    found = []
    for count in options.sizes:
        raw = (
            []
            if count == _DELIVERED
            else list(islice(records(options.papers), count + options.sample))
        )
        if raw and len(raw) < count + options.sample:
            sys.exit(f"{options.papers} has only {len(raw):,} records; give fewer --sizes.")
        if raw:
            found.append(Size(count, folder, raw=raw, stand_in=not options.full))
        else:
            found.append(Size(count, folder, delivered=DELIVERED))
    return found


def _numbers(text: str) -> list[int]:
    """Numbers of papers, ascending."""
    return sorted({_count(part) for part in text.split(",")})


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return int(text)


def _file(text: str) -> Path:
    if not (path := Path(text)).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench scale", description=__doc__)
    add = parser.add_argument
    add("--papers", type=_file, metavar="FILE", help="JSON lines; made-up records without it")
    add(
        "--sizes",
        type=_numbers,
        default=_SIZES,
        help=f"numbers of papers ({_SIZES}); 82 is the delivered corpus",
    )
    add("--index", type=Path, metavar="DIR", help="measure a copy of this index instead")
    add("--stand-in", action="store_true", help="the index of --index has no real vectors")
    add("--full", action="store_true", help="embed every paper, on all sides: hours at 10,000")
    add("--rounds", type=_count, default=3, help="at the smallest and the largest size (3)")
    add("--sample", type=_count, default=100, help="papers that are embedded into a larger index")
    add("--queries", type=_count, default=60)
    add("--out", type=Path, default=CHECKOUT / "build" / "bench")
    add("--work", type=Path, help="where the indexes are made; the system's temporary folder")
    add("--draw", type=_file, nargs="+", metavar="JSON", help="measure nothing, draw these again")
    add("--docs", type=Path, metavar="DIR", help="with --draw: put them into this documentation")
    return parser
