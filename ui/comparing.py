"""`paperchat compare`: papers side by side, a row a paper and a column an aspect or a statement."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag import wiring
from rag.decisions.aspects import ASPECTS, MOST_ASPECTS, Aspect, choose_columns
from rag.errors import ComparisonError, FileError
from rag.retrieval.query.kinds import check_question
from rag.settings import Settings
from rag.text.escaping import visible
from rag.types import ANY_PAPER, Filter, ModelChoice
from ui.exports import check_format, export
from ui.saved import read_comparison

if TYPE_CHECKING:
    from rag.comparing.flow import Comparer
    from rag.index.library import Library
    from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader asked to have compared: papers, a question, or a paper's neighbours.

    With statements and none of these, the papers that the statements are about; with a filter
    alone, the papers that it lets in.
    """

    papers: Sequence[str] = ()
    about: str | None = None
    nearest: str | None = None
    aspects: Sequence[str] = ()
    statements: Sequence[str] = ()
    propose: bool = False  # add columns that tell these papers apart
    filter: Filter = ANY_PAPER  # what the question, the neighbours and the statements keep within


def compare(settings: Settings, chosen: Chosen, form: str) -> None:
    """Print the matrix in the format asked for; rows are told on standard error as they come."""
    check_format(form)
    columns = choose_columns(chosen.aspects, chosen.statements) or ASPECTS
    if not (_names_papers(chosen) or chosen.statements or chosen.filter):
        raise ComparisonError(
            "No papers are named.",
            "Give --paper twice or more, --about QUESTION, --nearest ID, or a filter as --author.",
        )
    if chosen.about is not None:
        check_question(chosen.about, settings.max_question)
    choice = wiring.choose(settings)
    if choice.mode == "local" and all(column.kind == "statement" for column in columns):
        # It takes seconds to load, and would be asked nothing.
        choice = ModelChoice("quotes", "none", "the embedded model judges no statements")
        settings = settings.model_copy(update={"llm": "quotes"})
    print(f"{choice.mode} mode: {choice.why}", file=sys.stderr)
    with closing(wiring.open_comparer(settings)) as comparer:
        from rag.types import Compared, Row

        papers = _papers(comparer.library, chosen, columns)
        if chosen.propose:
            columns = _with_proposed(comparer, papers, columns)
        done = 0
        for event in comparer.stream([paper.paper_id for paper in papers], columns):
            if isinstance(event, Row):
                done += 1
                title = visible(event.paper.title)
                print(f"{done} of {len(papers)}: {title}", file=sys.stderr)
                if event.trouble:
                    print(f"paperchat: {event.trouble}", file=sys.stderr)
            elif isinstance(event, Compared):
                print(export(form, event.comparison)["text"], end="")


def convert(file: Path, form: str) -> None:
    """Print a saved comparison in another format. Raises InputError for a file that is none."""
    check_format(form)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is no text"
        raise FileError(f"{file} cannot be read: {why}.", "Check the path.") from exc
    print(export(form, read_comparison(text))["text"], end="")


def _with_proposed(
    comparer: Comparer, papers: Sequence[Paper], columns: Sequence[Aspect]
) -> tuple[Aspect, ...]:
    """The columns, then those proposed that are not among them; says which, and who states them."""
    made = comparer.propose([paper.paper_id for paper in papers])
    if made.trouble:
        print(f"paperchat: {made.trouble}", file=sys.stderr)
    given = {column.name.casefold() for column in columns}
    new = [p for p in made.proposals if p.aspect.name.casefold() not in given]
    new = new[: max(0, MOST_ASPECTS - len(columns))]
    for proposal in new:
        name, stated = visible(proposal.aspect.name), len(proposal.stated_by)
        print(f"proposed: {name} (stated by {stated} of {len(papers)})", file=sys.stderr)
    if not new:
        print("proposed: no column that tells these papers apart", file=sys.stderr)
    return (*columns, *(proposal.aspect for proposal in new))


def _names_papers(chosen: Chosen) -> bool:
    return bool(chosen.papers or chosen.about is not None or chosen.nearest)


def _papers(library: Library, chosen: Chosen, columns: Sequence[Aspect]) -> list[Paper]:
    """The papers to compare, each once, in order; says which were given again."""
    from rag.comparing import papers as pick

    papers, again = pick.find_papers(library, chosen.papers)
    scope = library.scope((), chosen.filter)
    for title in again:
        print(f"given twice, compared once: {visible(title)}", file=sys.stderr)
    more = pick.papers_about(library, chosen.about, scope) if chosen.about is not None else []
    if chosen.nearest:
        more += pick.papers_near(library, pick.find_paper(library, chosen.nearest), scope)
    if not _names_papers(chosen):
        statements = [c.name for c in columns if c.kind == "statement"]
        more = (
            pick.papers_on(library, statements, scope)
            if statements
            else pick.papers_within(library, scope)
        )
    unique = {paper.paper_id: paper for paper in [*papers, *more]}
    pick.check_count(list(unique.values()))
    return list(unique.values())
