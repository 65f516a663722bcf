"""What compared cells are worth against the gold cells.

`python -m eval.comparing [--split dev|test] [--llm quotes|local] [--index DIR]` prints a Markdown
table, a row an aspect. Tune on dev alone; see eval/comparisons/README.md for what the gold holds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag import wiring
from rag.errors import FileError, FormatError
from rag.index.library import Library
from rag.settings import load_settings
from rag.types import Cell, Paper

GOLD = Path(__file__).parent / "comparisons" / "gold.jsonl"


@dataclass(frozen=True, slots=True)
class GoldCell:
    """One labelled cell: where the sentences start that state the aspect; none: not stated."""

    paper_id: str
    aspect: str
    split: str
    starts: frozenset[int]


@dataclass(frozen=True, slots=True)
class CellScores:
    """Shares, 0 to 1, over ``cells`` gold cells.

    ``accuracy``: the first quote is an accepted sentence, or the cell rightly not stated.
    ``precision`` and ``recall`` are those of "not stated" (1 where there is none to be had),
    ``fidelity`` the share of quotes that stand word for word at their offsets, ``coverage`` the
    share of gold cells for which there is a cell at all.
    """

    cells: int
    accuracy: float
    precision: float
    recall: float
    fidelity: float
    coverage: float


def load_gold(path: Path = GOLD) -> list[GoldCell]:
    """The gold cells in their order. Raises FileError or FormatError, naming the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
    gold = []
    for number, line in enumerate(lines, start=1):
        try:
            raw = json.loads(line)
            spans = [*([raw["best"]] if raw["best"] else []), *raw["also"]]
            starts = frozenset(int(span["start"]) for span in spans)
            gold.append(GoldCell(raw["paper_id"], raw["aspect"], raw["split"], starts))
        except (ValueError, KeyError, TypeError) as exc:
            raise FormatError(str(path), number, f"no gold cell: {exc}") from exc
    return gold


def score_cells(
    gold: Sequence[GoldCell], cells: Iterable[Cell], papers: Mapping[str, Paper]
) -> CellScores:
    """Score cells against gold ones; a gold cell without its cell is wrong."""
    made = {(cell.paper_id, cell.aspect): cell for cell in cells}
    pairs = [(g, made.get((g.paper_id, g.aspect))) for g in gold]
    there = [(g, cell) for g, cell in pairs if cell is not None]
    silent = [not g.starts for g, cell in there if cell.status == "not_stated"]
    none = sum(not g.starts for g in gold)
    quotes = [
        papers[cell.paper_id].abstract[quote.start : quote.end] == quote.text
        for _, cell in there
        for quote in cell.quotes
    ]
    return CellScores(
        len(gold),
        _share(sum(_is_right(g, cell) for g, cell in there), len(gold)),
        _share(sum(silent), len(silent)),
        _share(sum(silent), none),
        _share(sum(quotes), len(quotes)),
        _share(len(there), len(gold)),
    )


def _is_right(gold: GoldCell, cell: Cell) -> bool:
    if cell.status == "not_stated":
        return not gold.starts
    return bool(cell.quotes) and cell.quotes[0].start in gold.starts


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def as_table(gold: Sequence[GoldCell], cells: Sequence[Cell], library: Library) -> str:
    """A Markdown table: a row an aspect, and all of them."""
    lines = [
        "| Aspect | cells | accuracy | not stated: precision | recall | verbatim | present |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for aspect in [*dict.fromkeys(g.aspect for g in gold), "all"]:
        of_aspect = [g for g in gold if aspect in (g.aspect, "all")]
        s = score_cells(of_aspect, cells, library.by_id)
        lines.append(
            f"| {aspect} | {s.cells} | {s.accuracy:.3f} | {s.precision:.3f} | {s.recall:.3f} "
            f"| {s.fidelity:.3f} | {s.coverage:.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--llm", choices=("quotes", "local", "openai"), default="quotes")
    parser.add_argument("--papers", type=int, help="only the first so many of the split")
    given = parser.parse_args()
    settings = load_settings(index=given.index, llm=given.llm)
    gold = [cell for cell in load_gold() if cell.split == given.split]
    ids = list(dict.fromkeys(cell.paper_id for cell in gold))[: given.papers]
    with closing(wiring.open_comparer(settings)) as comparer:
        made = comparer.compare(ids)
        kept = [cell for cell in gold if cell.paper_id in ids]
        print(as_table(kept, made.cells, comparer.library))
    print(f"\n{len(ids)} papers, {made.mode} ({made.model}), {made.timings.total_ms / 1000:.1f} s")


if __name__ == "__main__":
    main()
