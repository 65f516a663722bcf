"""`paperchat ask`: one question on a terminal, or a file of them."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from rag.errors import FileError, InputError, PaperchatError
from ui.cli.terminal.options import (
    AsJson,
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
    wrong_usage,
)
from ui.cli.terminal.saving import Out, format_for, save

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.types import Answer, Scope, Searched, Turn
    from ui.exports.files import File

_HISTORY = (
    'Give a JSON list of {"role": "user" or "assistant", "content": "..."}; an answer may have '
    '"papers", the ids of those that it showed.'
)


def ask(
    question: Annotated[str | None, typer.Argument(help="In words; not with --batch.")] = None,
    json: AsJson = False,
    format: Annotated[
        str | None,
        typer.Option("--format", help="A file: md, docx, obsidian, bibtex, ris, csl-json, html."),
    ] = None,
    out: Out = None,
    llm: Llm = None,
    paper: Annotated[
        list[str] | None,
        typer.Option("--paper", metavar="ID", help="Only this paper; several: any."),
    ] = None,
    year: Year = None,
    venue: Venue = None,
    author: Author = None,
    source: SourceFile = None,
    tag: Tag = None,
    retracted: Retracted = None,
    starred: Starred = False,
    own_tag: OwnTag = None,
    history: Annotated[
        Path | None, typer.Option(help='JSON list of {"role", "content", "papers"}: what was said.')
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="One question per line, as JSON; - for standard input.")
    ] = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Answer a question with citations, or a file of questions."""
    settings = settings_of(index, verbose, llm=llm)
    from rag.engine import Engine
    from rag.types import Scope
    from ui.filters import filter_of

    scope = Scope(
        tuple(paper or ()), filter_of(year, venue, author, source, tag, retracted, starred, own_tag)
    )
    if json and format not in (None, "json"):
        wrong_usage("--json and --format say different things", "ask")
    form = "json" if json else _form_of(format, out)
    with Engine(settings) as engine:
        if batch is not None:
            if question is not None or not json or out is not None:
                what = "--batch takes a file instead of a question, needs --json, and no --out"
                wrong_usage(what, "ask")
            _answer_batch(engine, batch, scope)
        elif question is None:
            wrong_usage("a question is missing; or give --batch FILE", "ask")
        else:
            _answer_one(engine, question, scope, history, form, out)


def _form_of(form: str | None, out: Path | None) -> str:
    """The format of the file that was asked for; empty for text as it comes."""
    from ui.exports.files import ANSWER_FORMATS

    wanted = form is not None or out is not None
    return format_for(form, out, ANSWER_FORMATS, "md") if wanted else ""


def _answer_one(
    engine: Engine,
    question: str,
    scope: Scope,
    history: Path | None,
    form: str,
    out: Path | None,
) -> None:
    """Print one answer, sentence by sentence as they come, or write it as a file at the end."""
    engine.check_question(question)
    turns = read_history(history) if history else []
    print(f"{engine.choice.mode} mode: {engine.choice.why}", file=sys.stderr)
    if form:
        answer = engine.ask(question, history=turns, scope=scope)
        save(_file_of(answer, form, engine), out)
        _print_notes(answer.notes if answer.fallback else ())
    else:
        _print_answer(engine, question, turns, scope)


def _file_of(answer: Answer, form: str, engine: Engine) -> File:
    """The answer in this format. As JSON it is the answer alone, as ``--json`` prints it."""
    from ui.exports.bundle import bundle_of
    from ui.exports.files import File, export_answer
    from ui.exports.json_text import as_json

    if form == "json":
        return File("answer.json", "application/json", as_json(answer) + "\n")
    return export_answer(form, bundle_of(answer, engine.papers), engine.papers)


def _print_answer(engine: Engine, question: str, turns: Sequence[Turn], scope: Scope) -> None:
    """Print the whole answer at once; where a model writes it, sentence by sentence."""
    from rag.text.characters.escaping import visible
    from rag.types import ONE_LINE_A_PAPER, Finished, Searched, Sentence
    from ui.cli.terminal.answers import claim_line, lead_text

    written = engine.choice.mode != "quotes"
    heading, listed, begun = "", False, False
    noted: tuple[str, ...] = ()
    for event in engine.stream(question, history=turns, scope=scope):
        if isinstance(event, Searched):
            _print_taken(event, question)
            noted = event.notes
            listed = event.intent in ONE_LINE_A_PAPER
            if written and event.lead:
                print(f"{lead_text(event.lead)}\n", flush=True)
        elif isinstance(event, Sentence) and written:
            if event.heading and event.heading != heading:
                print("\n" * begun + f"{visible(event.heading)}:")
            heading, begun = event.heading, True
            known = {citation.number: citation for citation in event.citations}
            print(claim_line(event.claim, known, listed=listed), flush=True)
        elif isinstance(event, Finished):
            _print_end(event.answer, begun=begun)
            _print_notes(note for note in event.answer.notes if note not in noted)


def _print_taken(searched: Searched, question: str) -> None:
    """How the question was taken, to standard error."""
    from rag.text.characters.escaping import visible
    from rag.text.wording import describe

    if searched.standalone_question != question:
        print(f"asked as: {visible(searched.standalone_question)}", file=sys.stderr)
    if searched.filter:
        print(f"searched: papers {visible(describe(searched.filter))}", file=sys.stderr)
    _print_notes(searched.notes)


def _print_notes(notes: Iterable[str]) -> None:
    from rag.text.characters.escaping import visible

    for note in notes:
        print(f"note: {visible(note)}", file=sys.stderr)


def _print_end(answer: Answer, *, begun: bool) -> None:
    """What is not printed yet: the answer, or after its claims the rest of it; and the sources."""
    from ui.cli.terminal.answers import abstention_text, answer_text, rest_text
    from ui.cli.terminal.output import small_print, sources_text

    if answer.abstained:
        print(abstention_text(answer))
    else:
        told = f"\n{rest_text(answer)}".rstrip() if begun else answer_text(answer)
        print(*filter(None, [told, f"\n{sources_text(answer.citations)}".rstrip()]), sep="\n")
    print(small_print(answer), file=sys.stderr)


def _answer_batch(engine: Engine, path: Path, scope: Scope) -> None:
    """Answer every line of a file in order; a line that fails prints its error instead."""
    with _opened(path) as lines:
        engine.assistant  # noqa: B018 - a model that cannot be opened fails once, not for every line
        for line in lines:
            if line.strip():
                print(_one_line(engine, line, scope), flush=True)


def _one_line(engine: Engine, line: str, scope: Scope) -> str:
    from rag.types import Scope
    from ui.exports.json_text import as_json
    from ui.filters import read_filter

    given: Any = None
    try:
        with suppress(ValueError):
            given = jsonlib.loads(line)
        if not isinstance(given, dict) or not isinstance(given.get("question"), str):
            raise InputError('The line is not JSON such as {"question": "Why do owls hoot?"}.')
        turns = turns_of(given.get("history"))
        wanted = read_filter(given.get("filter")) or scope.filter
        within = Scope(tuple(given.get("papers") or scope.papers), wanted)
        answer = engine.ask(given["question"], history=turns, scope=within, id=_id_of(given))
        return as_json(answer, indent=None)
    except (PaperchatError, ValueError) as exc:
        return as_json({"id": _id_of(given), "error": str(exc)}, indent=None)


def read_history(path: Path) -> list[Turn]:
    """The turns in a JSON file. Raises FileError or InputError if it has none."""
    with _opened(path) as file:
        text = file.read()
    try:
        return turns_of(jsonlib.loads(text))
    except ValueError as exc:
        raise InputError(f"{path} is not a history: {exc}.", _HISTORY) from exc


def turns_of(value: Any) -> list[Turn]:
    """The turns of a parsed history; none for None. Raises InputError for any other value."""
    from rag.types import Turn

    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError("The history is not a list.", _HISTORY)
    turns = []
    for item in value:
        role = item.get("role") if isinstance(item, dict) else None
        content = item.get("content") if isinstance(item, dict) else None
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise InputError("The history has an entry that is not a message.", _HISTORY)
        papers = item.get("papers")
        if papers is None:
            turns.append(Turn(role, content))
        elif isinstance(papers, list) and all(isinstance(one, str) for one in papers):
            turns.append(Turn(role, content, tuple(papers)))
        else:
            raise InputError("The history has papers that are not a list of ids.", _HISTORY)
    return turns


def _id_of(given: Any) -> str | None:
    value = given.get("id") if isinstance(given, dict) else None
    return None if value is None else str(value)


def _opened(path: Path) -> TextIO:
    if str(path) == "-":
        return sys.stdin
    try:
        return path.open(encoding="utf-8-sig")
    except OSError as exc:
        raise FileError(f"{path} cannot be read: {exc.strerror}.", "Check the path.") from exc
