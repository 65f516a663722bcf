"""Scores compared cells against labelled ones.

`python -m eval.comparing.cells [--split dev|test] [--llm quotes|local] [--index DIR]` prints a
Markdown table with a row for each aspect; `paperchat eval` has the same figures. Tune on dev alone.
eval/comparisons/README.md explains the labels.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.dataset import read_lines
from eval.report.markdown import cells_table
from eval.scoring.results import ComparedCells, Report, WrongCell
from eval.scoring.stats import Figure, pooled_share
from rag.engine import Engine
from rag.settings import load_settings
from rag.types import Cell, Compared, Paper, Row, Span

GOLD = Path(__file__).parents[1] / "comparisons" / "gold.jsonl"
FIGURES = (
    "cell_accuracy",
    "cell_silence_precision",
    "cell_silence_recall",
    "cell_fidelity",
    "cell_coverage",
)


@dataclass(frozen=True, slots=True)
class GoldCell:
    """One labelled cell. ``starts`` are where accepted sentences start; none means "not stated".

    ``best`` are the offsets of the sentence that states the aspect best.
    """

    paper_id: str
    aspect: str
    split: str
    starts: frozenset[int]
    best: tuple[int, int] | None = None


def load_gold(path: Path = GOLD, split: str | None = None) -> list[GoldCell]:
    """The gold cells of a split, or all, in order. Raises FileError or FormatError for a line."""
    gold = read_lines(path, "gold cell", _gold_cell)
    return [cell for cell in gold if split in (None, cell.split)]


def _gold_cell(raw: Any) -> GoldCell:
    best = (int(raw["best"]["start"]), int(raw["best"]["end"])) if raw["best"] else None
    starts = {int(span["start"]) for span in raw["also"]} | ({best[0]} if best else set())
    return GoldCell(raw["paper_id"], raw["aspect"], raw["split"], frozenset(starts), best)


def unlabelled(gold: Sequence[GoldCell], papers: Mapping[str, Paper]) -> str:
    """Why these papers cannot be scored against the gold cells; empty if they can."""
    ids = {cell.paper_id for cell in gold}
    gone = len(ids - papers.keys())
    if gone:
        return f"{gone} of the {len(ids)} labelled papers are not in the index"
    ends = [(cell.paper_id, cell.best[1]) for cell in gold if cell.best]
    other = {paper_id for paper_id, end in ends if end > len(papers[paper_id].abstract)}
    return f"{len(other)} labelled papers have other abstracts" if other else ""


def compare_gold(
    engine: Engine, gold: Sequence[GoldCell]
) -> Generator[tuple[int, int] | ComparedCells, None, None]:
    """Compare the papers of the gold cells, two or more, and score every cell.

    Yields (papers done, papers in all) after each paper, at the end the scores.
    """
    started = time.perf_counter()
    ids = list(dict.fromkeys(cell.paper_id for cell in gold))
    done = 0
    with closing(engine.stream_comparison(ids)) as events:
        for event in events:
            if isinstance(event, Row):
                done += 1
                yield done, len(ids)
            elif isinstance(event, Compared):
                made = score_cells(gold, event.comparison.cells, engine.library.by_id)
                yield replace(made, seconds=round(time.perf_counter() - started, 2))


def score_cells(
    gold: Sequence[GoldCell], cells: Iterable[Cell], papers: Mapping[str, Paper]
) -> ComparedCells:
    """Score cells against gold ones; a gold cell without its cell is wrong. Pure.

    A cell is right if its first quote is an accepted sentence, or if it is rightly not stated.
    Figures that have no meaning for any cell are left out.
    """
    made = {(cell.paper_id, cell.aspect): cell for cell in cells}
    pairs = [(g, made.get((g.paper_id, g.aspect))) for g in gold]
    aspects = dict.fromkeys(g.aspect for g in gold)
    right: dict[str, list[bool]] = {}
    for g, cell in pairs:
        right.setdefault(g.paper_id, []).append(_is_right(g, cell))
    return ComparedCells(
        figures=_figures(pairs, papers),
        by_aspect={a: _figures([p for p in pairs if p[0].aspect == a], papers) for a in aspects},
        by_paper={paper_id: sum(cells) / len(cells) for paper_id, cells in right.items()},
        wrong=tuple(
            WrongCell(g.paper_id, g.aspect, cell, _expected(g, papers))
            for g, cell in pairs
            if not _is_right(g, cell)
        ),
        seconds=0.0,
    )


def with_cells(report: Report, compared: ComparedCells) -> Report:
    """The report with the figures of compared cells among its own."""
    return replace(report, figures={**report.figures, **compared.figures}, compared=compared)


def _figures(
    pairs: Sequence[tuple[GoldCell, Cell | None]], papers: Mapping[str, Paper]
) -> dict[str, Figure]:
    parts: dict[str, dict[str, list[tuple[int, int]]]] = {name: {} for name in FIGURES}
    for gold, cell in pairs:
        for name, part in zip(FIGURES, _parts(gold, cell, papers), strict=True):
            parts[name].setdefault(gold.paper_id, []).append(part)
    pooled = {
        name: pooled_share(
            [(sum(h for h, _ in of), sum(t for _, t in of)) for of in by_paper.values()]
        )
        for name, by_paper in parts.items()
    }
    return {name: figure for name, figure in pooled.items() if figure is not None}


def _parts(
    gold: GoldCell, cell: Cell | None, papers: Mapping[str, Paper]
) -> tuple[tuple[int, int], ...]:
    """(hits, trials) of one cell for each of the figures, in their order."""
    silent = cell is not None and cell.status == "not_stated"
    none = not gold.starts
    quotes = [
        papers[gold.paper_id].abstract[quote.start : quote.end] == quote.text
        for quote in (cell.quotes if cell else ())
    ]
    return (
        (_is_right(gold, cell), 1),
        (silent and none, silent),
        (silent and none, none),
        (sum(quotes), len(quotes)),
        (cell is not None, 1),
    )


def _is_right(gold: GoldCell, cell: Cell | None) -> bool:
    if cell is None:
        return False
    if cell.status == "not_stated":
        return not gold.starts
    return bool(cell.quotes) and cell.quotes[0].start in gold.starts


def _expected(gold: GoldCell, papers: Mapping[str, Paper]) -> Span | None:
    if gold.best is None:
        return None
    start, end = gold.best
    return Span(papers[gold.paper_id].abstract[start:end], start, end)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--llm", choices=("quotes", "local", "openai"), default="quotes")
    parser.add_argument("--papers", type=int, help="only the first so many of the split")
    given = parser.parse_args()
    settings = load_settings(index=given.index, llm=given.llm)
    gold = load_gold(split=given.split)
    ids = list(dict.fromkeys(cell.paper_id for cell in gold))[: given.papers]
    with Engine(settings) as engine:
        *_, made = compare_gold(engine, [cell for cell in gold if cell.paper_id in ids])
        choice = engine.choice
    assert isinstance(made, ComparedCells)
    print("\n".join(cells_table(made)))
    print(f"{len(ids)} papers, {choice.mode} ({choice.model}), {made.seconds:.1f} s")


if __name__ == "__main__":
    main()
