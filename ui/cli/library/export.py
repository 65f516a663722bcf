"""`paperchat export`: papers of the library as references."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.terminal.options import Index, Verbose, settings_of, wrong_usage
from ui.cli.terminal.saving import Out, format_for, save


def export(
    paper: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of papers, or titles.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All papers of the library.")] = False,
    format: Annotated[
        str | None, typer.Option("--format", help="bibtex (the default), ris or csl-json.")
    ] = None,
    out: Out = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Write papers as BibTeX, RIS or CSL-JSON, with their abstracts."""
    settings = settings_of(index, verbose, llm="quotes")
    from rag.engine import Engine, PaperSelection
    from ui.exports.cite import REFERENCE_FORMS
    from ui.exports.files import export_references

    if bool(paper) == everything:
        wrong_usage("give ids of papers, or --all", "export")
    form = format_for(format, out, REFERENCE_FORMS, "bibtex")
    with Engine(settings) as engine:
        named = PaperSelection(tuple(paper or ()))
        papers = [*engine.papers.values()] if everything else engine.papers_for(named)[0]
        save(export_references(form, papers), out)
