"""`paperchat compare`: a table with a row for each paper and a column for each aspect."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import FileError, IndexUnavailableError
from ui.cli.terminal.options import (
    Author,
    Index,
    Llm,
    OwnTag,
    Retracted,
    SourceFile,
    Starred,
    Tag,
    Venue,
    Verbose,
    Year,
    settings_of,
)
from ui.cli.terminal.saving import Out, format_for, save

if TYPE_CHECKING:
    from rag.engine import Aspect, Engine
    from rag.settings import Settings
    from rag.types import Comparison, ModelChoice, Paper


def compare(
    paper: Annotated[
        list[str] | None, typer.Option("--paper", metavar="ID", help="Id or title; give several.")
    ] = None,
    about: Annotated[
        str | None, typer.Option(metavar="QUESTION", help="The papers that it is about.")
    ] = None,
    nearest: Annotated[
        str | None, typer.Option(metavar="ID", help="A paper and the ten nearest to it.")
    ] = None,
    aspect: Annotated[
        list[str] | None,
        typer.Option("--aspect", metavar="NAME", help="One of the eight, or your own in words."),
    ] = None,
    statement: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Who supports it, who contradicts it? Give several."),
    ] = None,
    year: Year = None,
    venue: Venue = None,
    author: Author = None,
    source: SourceFile = None,
    tag: Tag = None,
    retracted: Retracted = None,
    starred: Starred = False,
    own_tag: OwnTag = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Add columns in which the papers differ.")
    ] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="json (the default), csv, md, latex, html, docx, obsidian, bibtex, ris, csl-json.",
        ),
    ] = None,
    out: Out = None,
    saved: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Convert a saved comparison.")
    ] = None,
    llm: Llm = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Compare papers by aspects and statements: what each abstract says, if it says anything."""
    settings = settings_of(index, verbose, llm=llm)
    from rag.engine import ASPECTS, Engine, PaperSelection, choose_columns
    from ui.exports.files import FORMATS
    from ui.exports.files import export as export_comparison
    from ui.filters import filter_of

    wanted = filter_of(year, venue, author, source, tag, retracted, starred, own_tag)
    form = format_for(format, out, FORMATS, "json")
    if saved is not None:
        return _convert(saved, form, out, settings)
    columns = choose_columns(aspect or (), statement or ()) or ASPECTS
    statements = tuple(column.label for column in columns if column.kind == "statement")
    selection = PaperSelection(tuple(paper or ()), about, nearest, statements, wanted)
    selection.check(settings.max_question)
    with Engine(settings, choice=_choice_for(settings, columns)) as engine:
        print(f"{engine.choice.mode} mode: {engine.choice.why}", file=sys.stderr)
        papers, twice = engine.papers_for(selection)
        made = _compare(engine, papers, twice, columns, propose=propose)
        save(export_comparison(form, made, engine.papers), out)


def _choice_for(settings: Settings, columns: Sequence[Aspect]) -> ModelChoice | None:
    """Quotes mode if the embedded model would have nothing to do, else None: by the settings."""
    from rag.engine import choose_model
    from rag.types import ModelChoice

    statements_alone = all(column.kind == "statement" for column in columns)
    if statements_alone and choose_model(settings).mode == "local":
        return ModelChoice("quotes", "none", "the embedded model judges no statements")
    return None


def _compare(
    engine: Engine,
    papers: Sequence[Paper],
    twice: Sequence[str],
    columns: Sequence[Aspect],
    *,
    propose: bool,
) -> Comparison:
    """The comparison; prints each row's title on standard error."""
    from rag.text.characters.escaping import visible
    from rag.types import Compared, Row

    for title in twice:
        print(f"given twice, compared once: {visible(title)}", file=sys.stderr)
    if propose:
        columns = _with_proposed(engine, papers, columns)
    done = 0
    for event in engine.stream_comparison([paper.paper_id for paper in papers], columns):
        if isinstance(event, Row):
            done += 1
            print(f"{done} of {len(papers)}: {visible(event.paper.title)}", file=sys.stderr)
            if event.trouble:
                print(f"paperchat: {event.trouble}", file=sys.stderr)
        elif isinstance(event, Compared):
            return event.comparison
    raise AssertionError("a comparison ends with the whole of it")


def _with_proposed(
    engine: Engine, papers: Sequence[Paper], columns: Sequence[Aspect]
) -> tuple[Aspect, ...]:
    """The columns and the proposed ones; prints each of those with how many papers state it."""
    from rag.engine import MOST_ASPECTS
    from rag.text.characters.escaping import visible

    made = engine.propose([paper.paper_id for paper in papers])
    if made.trouble:
        print(f"paperchat: {made.trouble}", file=sys.stderr)
    given = {column.label.casefold() for column in columns}
    new = [p for p in made.proposals if p.aspect.label.casefold() not in given]
    new = new[: max(0, MOST_ASPECTS - len(columns))]
    for proposal in new:
        name, stated = visible(proposal.aspect.label), len(proposal.stated_by)
        print(f"proposed: {name} (stated by {stated} of {len(papers)})", file=sys.stderr)
    if not new:
        print("proposed: no column in which these papers differ", file=sys.stderr)
    return (*columns, *(proposal.aspect for proposal in new))


def _convert(file: Path, form: str, out: Path | None, settings: Settings) -> None:
    """Write a saved comparison in another format. Raises InputError for any other file."""
    from ui.exports.comparisons.saved import read_comparison
    from ui.exports.files import export

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not text"
        raise FileError(f"{file} cannot be read: {why}.", "Check the path.") from exc
    comparison = read_comparison(text)
    library = _library(settings, [paper.paper_id for paper in comparison.papers])
    save(export(form, comparison, library), out)


def _library(settings: Settings, paper_ids: Sequence[str]) -> Mapping[str, Paper]:
    """What the index knows of these papers; nothing where there is no index."""
    from rag.engine import Engine

    try:
        with Engine(settings) as engine:
            papers = engine.papers
            return {paper_id: papers[paper_id] for paper_id in paper_ids if paper_id in papers}
    except IndexUnavailableError:
        return {}
