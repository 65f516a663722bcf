"""`paperchat search`: papers ranked for a query."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer

from ui.cli.terminal.options import (
    AsJson,
    Author,
    Index,
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


def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many papers.")] = 10,
    year: Year = None,
    venue: Venue = None,
    author: Author = None,
    source: SourceFile = None,
    tag: Tag = None,
    retracted: Retracted = None,
    starred: Starred = False,
    own_tag: OwnTag = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Rank papers for a query; no language model."""
    settings = settings_of(index, verbose)
    from rag.engine import Engine
    from rag.types import Scope
    from ui.cli.terminal.output import ranked_json, ranked_text
    from ui.exports.json_text import as_json
    from ui.filters import filter_of

    scope = Scope(filter=filter_of(year, venue, author, source, tag, retracted, starred, own_tag))
    with Engine(settings) as engine:
        started = time.perf_counter()
        ranked = engine.search(query, k, scope)
        reach = engine.reach_since(started)
    print(as_json(ranked_json(ranked)) if json else ranked_text(ranked))
    if reach:
        print(f"note: {reach}", file=sys.stderr)
