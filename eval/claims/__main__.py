"""Measures the verdicts on claims.

    python -m eval.claims reader [--split held_out]
    python -m eval.claims scifact --scifact DIR
    python -m eval.claims manuscripts [--split dev]

The papers of `reader` and `scifact` are indexed apart; `manuscripts` asks the index of the
settings, which must have the delivered papers. Tables are Markdown, intervals 95% bootstraps over
papers. Decisions are fitted on the reader data's split `fit` and the manuscripts' `dev`: report
the others.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from eval.claims.cases import (
    MANUSCRIPTS,
    ClaimCase,
    manuscript_cases,
    reader_cases,
    scifact_cases,
)
from eval.claims.figures import (
    VERDICTS,
    Told,
    confusion,
    figures_of,
    searched,
    told_of,
    told_of_all,
)
from eval.claims.stances import check_by_stances
from eval.reader.asking import open_indexed
from eval.reader.data import READER, load_papers
from eval.report.markdown import table
from eval.scoring.stats import Figure
from rag.engine import Engine
from rag.errors import InputError, PaperchatError
from rag.settings import load_settings
from rag.types import CheckedClaim, Scope

_Check: TypeAlias = Callable[[str, Scope], CheckedClaim]


def check_all(
    check: _Check, cases: Sequence[ClaimCase]
) -> tuple[dict[str, list[Told]], dict[str, Figure], list[float]]:
    """What was told of each cited paper and of all that a claim cites, by name of the table.

    Then the figures of claims that cite nothing, and the seconds that each claim took.
    """
    told: dict[str, list[Told]] = {"each cited paper": [], "several papers together": []}
    uncited, seconds = [], []
    for case in cases:
        started = time.perf_counter()
        checked = check(case.claim, Scope(papers=case.cites))
        seconds.append(time.perf_counter() - started)
        if not case.cites:
            uncited.append((case, checked))
            continue
        told["each cited paper"] += told_of(case, checked)
        whole = told_of_all(case, checked)
        if whole is not None:
            told.setdefault("whole claims", []).append(whole)
            if len(case.cites) > 1:
                told["several papers together"].append(whole)
    return {name: part for name, part in told.items() if part}, searched(uncited), seconds


def _cases(given: argparse.Namespace, folder: Path) -> tuple[Engine, list[ClaimCase]]:
    settings = load_settings(llm="quotes")
    if given.data == "manuscripts":
        file = MANUSCRIPTS / f"{given.split or 'dev'}.jsonl"
        engine = Engine(settings)
        return engine, manuscript_cases(file)[: given.limit]
    if given.data == "reader":
        papers = load_papers(READER, given.split or "held_out")
        papers = [paper for paper in papers if paper.of("sup", "con", "nei")][: given.limit]
        indexed = [paper.as_paper(order) for order, paper in enumerate(papers)]
        return open_indexed(settings, folder, indexed), reader_cases(papers)
    if given.scifact is None:
        raise InputError("SciFact's folder is not given.", "Name it with --scifact DIR.")
    found, cases = scifact_cases(given.scifact)
    return open_indexed(settings, folder, found), cases[: given.limit]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m eval.claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", choices=("reader", "scifact", "manuscripts"))
    parser.add_argument("--split", help="fit, held_out; for manuscripts dev, test")
    parser.add_argument("--scifact", type=Path, metavar="DIR")
    parser.add_argument("--limit", type=int, help="number of papers, or of claims")
    parser.add_argument("--index", type=Path, metavar="DIR", help="keep the index here")
    parser.add_argument("--stances", action="store_true", help="measure the baseline instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    given = _arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="paperchat-") as apart:
            engine, cases = _cases(given, given.index or Path(apart))
            with engine:
                check = partial(check_by_stances, engine) if given.stances else engine.check_claim
                told, uncited, seconds = check_all(check, cases)
    except PaperchatError as exc:
        sys.exit(str(exc))
    print(f"{len(cases)} claims, {sum(seconds) / len(seconds):.3f} s each\n")
    found: dict[str, Any] = {}
    for name, part in told.items():
        figures, counts = figures_of(part), confusion(part)
        found[name] = {
            "figures": {key: asdict(value) for key, value in figures.items()},
            "confusion": counts,
        }
        print("\n".join(table(name, *_figures_table(figures))))
        rows = [
            [wanted, *(str(counts[wanted][given]) for given in VERDICTS)] for wanted in VERDICTS
        ]
        print("\n".join(table(f"{name}: right (rows) and told", ["", *VERDICTS], rows)))
    if uncited:
        found["no paper cited"] = {key: asdict(value) for key, value in uncited.items()}
        print("\n".join(table("no paper cited", *_figures_table(uncited))))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _figures_table(figures: dict[str, Figure]) -> tuple[list[str], list[list[str]]]:
    cells = [f"{f.value:.3f} ({f.low:.3f} to {f.high:.3f}), n={f.n}" for f in figures.values()]
    return list(figures), [cells]


if __name__ == "__main__":
    main()
