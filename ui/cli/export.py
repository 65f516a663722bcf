"""`paperchat export`: papers of the library as references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UnknownPaperError
from ui.cli.options import Index, Verbose, settings_of, wrong_usage
from ui.cli.saving import Out, format_for, save

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.types import Paper


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
    from rag.engine import Engine
    from ui.exports.cite import REFERENCE_FORMS
    from ui.exports.files import export_references

    if bool(paper) == everything:
        wrong_usage("give ids of papers, or --all", "export")
    form = format_for(format, out, REFERENCE_FORMS, "bibtex")
    with Engine(settings) as engine:
        papers = [*engine.papers.values()] if everything else _named(engine, paper or [])
        save(export_references(form, papers), out)


def _named(engine: Engine, names: list[str]) -> list[Paper]:
    """The paper of each id or title, each once. Raises UnknownPaperError."""
    found: dict[str, Paper] = {}
    for name in names:
        known = engine.papers.get(name)
        named = [known] if known else engine.papers_named(name)[:1]
        if not named:
            raise UnknownPaperError(f"No paper is called {name!r}.", "See `paperchat search`.")
        found.setdefault(named[0].paper_id, named[0])
    return [*found.values()]
