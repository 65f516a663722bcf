"""Writes a report's files at the end of a run, and reads them to show it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.corpora import all_papers
from eval.report.page import render_html, render_markdown
from eval.scoring.results import Report, report_json
from rag.errors import FileError
from rag.types import Paper

PAGE = "report.html"
_WHOLE = "report-whole.json"  # with every answer, which a baseline does not need
_REPORT = TypeAdapter(Report)


def write_report(
    out: Path, report: Report, papers: Sequence[Paper], beside: Report | None = None
) -> None:
    """The report as a page, as Markdown and as JSON. Raises FileError."""
    asked = all_papers([item.case.corpus for item in report.cases], {p.paper_id: p for p in papers})
    titles = {paper_id: paper.title for paper_id, paper in asked.items()}
    abstracts = {paper_id: paper.abstract for paper_id, paper in asked.items()}
    files = {
        PAGE: render_html(report, titles, beside, abstracts=abstracts),
        "report.md": render_markdown(report, beside, timings=True),
        "report.json": _dump(report_json(report)),
        _WHOLE: _REPORT.dump_json(report).decode() + "\n",
    }
    if beside is not None:
        files[f"report-{beside.setup.engine}.json"] = _dump(report_json(beside))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise FileError(f"{out} cannot be written: {exc}.", "Name another one with --out.") from exc


def written_at(out: Path) -> float | None:
    """When the report in ``out`` was written, in seconds since the epoch; None without one."""
    try:
        return (out / _WHOLE).stat().st_mtime
    except OSError:
        return None


def read_report(out: Path) -> Report | None:
    """The report in ``out``; None if there is none that this version can read."""
    try:
        return _REPORT.validate_json((out / _WHOLE).read_bytes())
    except (OSError, ValidationError):
        return None


def _dump(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
