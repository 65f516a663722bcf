"""Measures the product on the reader data: `python -m eval.reader`.

The papers of a split are indexed apart, every item is asked through the engine without a language
model, and the figures are printed as Markdown tables with 95% bootstrap intervals over papers.
Decisions are fitted on the split `fit`; report `held_out`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from eval.reader.asking import ask_items, compare_papers, open_papers
from eval.reader.data import READER, SPLITS, ReaderPaper, load_papers
from eval.reader.figures import Figures, Measured, as_json, as_markdown, changes, figures_table
from eval.scoring.figures import name_of
from rag.engine import Engine
from rag.errors import PaperchatError
from rag.settings import load_settings

_CELLS = ("cell_accuracy", "cell_silence_precision", "cell_silence_recall")


def measure(
    engine: Engine, papers: Sequence[ReaderPaper], split: str, *, paper_scope: bool
) -> Measured:
    """Ask everything, and compare the papers by their aspects."""
    started = time.perf_counter()
    asked = list(ask_items(engine, papers, paper_scope=paper_scope))
    parts: dict[str, Figures] = {}
    if not paper_scope and (cells := compare_papers(engine, papers)):
        by_aspect = {**cells.by_aspect, "all cells": cells.figures}
        parts["Cells of a comparison"] = {
            aspect: {name_of(key).label: found[key] for key in _CELLS if key in found}
            for aspect, found in by_aspect.items()
        }
    setup = {
        "split": split,
        "papers": len(papers),
        "asked of": "the paper alone" if paper_scope else "all papers",
        "embedder": engine.identity.embedder,
        "seconds": round(time.perf_counter() - started, 1),
    }
    return Measured(setup, asked, parts)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.reader", description=__doc__)
    parser.add_argument("--data", type=Path, default=READER, metavar="PATH", help="file or folder")
    parser.add_argument("--split", choices=SPLITS, default="held_out")
    parser.add_argument("--limit", type=int, help="number of papers")
    parser.add_argument("--index", type=Path, metavar="DIR", help="keep the index here")
    parser.add_argument(
        "--paper-scope", action="store_true", help="ask each question of its own paper alone"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures and items here")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="an earlier --json")
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    given = _arguments()
    try:
        papers = load_papers(given.data, given.split)[: given.limit]
        with (
            tempfile.TemporaryDirectory(prefix="paperchat-") as apart,
            open_papers(load_settings(llm="quotes"), given.index or Path(apart), papers) as engine,
        ):
            run = measure(engine, papers, given.split, paper_scope=given.paper_scope)
    except PaperchatError as exc:
        sys.exit(str(exc))
    print(as_markdown(run))
    if given.baseline:
        before = json.loads(given.baseline.read_text(encoding="utf-8"))
        print("\n".join(figures_table("Against the baseline", changes(run, before))))
    if given.json:
        given.json.write_text(json.dumps(as_json(run), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
