"""`paperchat status`: what is indexed, what is in use, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rag.errors import UnavailableError
from rag.text.characters.escaping import visible
from ui.cli.terminal.options import AsJson, Index, Verbose, settings_of

if TYPE_CHECKING:
    from rag.types import SystemStatus


def status(json: AsJson = False, index: Index = None, verbose: Verbose = False) -> None:
    """What is indexed, which models are in use and why, what is missing."""
    settings = settings_of(index, verbose)
    from rag.engine import status_of
    from ui.exports.json_text import as_json

    report = status_of(settings)
    print(as_json(report) if json else status_text(report))
    if report.index.damage:
        raise typer.Exit(UnavailableError.exit_status)


def status_text(report: SystemStatus) -> str:
    """The report for a terminal."""
    index, embedder, local = report.index, report.embedder, report.weights
    lines = [
        f"paperchat {report.version}",
        f"index     {index.papers} papers in {index.chunks} chunks, {index.folder}",
        f"mode      {report.mode} ({report.model or 'the server decides'}): {report.why}",
        f"embedder  {embedder.name}, revision {embedder.revision}; {embedder.runtime}",
        f"weights   {local.name}: {'on disk' if local.on_disk else 'not on disk'}, {local.folder}",
    ]
    lines += [f"unused    {index.folder}/{visible(line)}" for line in index.unused]
    return "\n".join(lines + [f"missing   {visible(line)}" for line in report.missing])
