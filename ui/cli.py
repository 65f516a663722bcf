"""The command line. Results go to standard output, everything else to standard error.

Imports that take seconds happen inside the commands, so that help and mistakes answer at once.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rag.errors import PaperchatError
from rag.types import Scope
from ui import libraries
from ui.filtering import Author, SourceFile, Tag, Venue, Year, filter_of
from ui.options import AsJson, Index, Verbose, is_verbose
from ui.options import settings_of as _settings
from ui.options import take as _take

app = typer.Typer(
    name="paperchat",
    help="Answers questions about paper abstracts; every sentence is bound to a verbatim quote.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
models = typer.Typer(help="The embedded language model's weights.", no_args_is_help=True)
app.add_typer(models, name="model")
app.add_typer(libraries.app, name="index")


Llm = Annotated[
    str | None, typer.Option("--llm", metavar="MODE", help="auto, openai, local or quotes.")
]


@app.callback()
def _root(index: Index = None, verbose: Verbose = False) -> None:
    _take(index, verbose)


@app.command()
def ingest(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, folders, arxiv:ID or doi:DOI.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Papers of files that are gone go too.")
    ] = False,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="What a table's column is. Give several."),
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Read papers and bring the index in line with them."""
    _take(index, verbose)
    settings = _settings()
    from ui import ingesting

    raise typer.Exit(ingesting.ingest(settings, paths or (), column or (), prune=prune, json=json))


@app.command()
def remove(
    paper_ids: Annotated[list[str], typer.Argument(metavar="ID ...", help="As `search` shows.")],
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Take papers out; they stay out when their files are read again."""
    _take(index, verbose)
    settings = _settings()
    from ui import ingesting

    ingesting.remove(settings, paper_ids)


@app.command()
def restore(
    paper_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID ...]", help="None lists what was removed.")
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Take papers back that were removed."""
    _take(index, verbose)
    settings = _settings()
    from ui import ingesting

    raise typer.Exit(ingesting.restore(settings, paper_ids or (), json=json))


@app.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many papers.")] = 10,
    year: Year = None,
    venue: Venue = None,
    author: Author = None,
    source: SourceFile = None,
    tag: Tag = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Rank papers for a query; no language model."""
    _take(index, verbose)
    wanted = filter_of(year, venue, author, source, tag)
    settings = _settings()
    from rag.retrieval.query.kinds import check_question

    text = check_question(query, settings.max_question)
    from rag import wiring
    from ui.show import as_json, ranked_json, ranked_text

    library = wiring.open_library(settings)
    from rag.retrieval.search import retrieve

    ranked = retrieve(library, text, k, library.scope((), wanted)).ranked
    print(as_json(ranked_json(ranked)) if json else ranked_text(ranked))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="In words; not with --batch.")] = None,
    json: AsJson = False,
    llm: Llm = None,
    paper: Annotated[
        list[str] | None, typer.Option("--paper", metavar="ID", help="Stay within this paper.")
    ] = None,
    year: Year = None,
    venue: Venue = None,
    author: Author = None,
    source: SourceFile = None,
    tag: Tag = None,
    history: Annotated[
        Path | None, typer.Option(help='JSON list of {"role", "content"}: what was said before.')
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="One question a line as JSON; - for standard input.")
    ] = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Answer a question with citations, or a file of questions."""
    _take(index, verbose)
    within = Scope(tuple(paper or ()), filter_of(year, venue, author, source, tag))
    settings = _settings(llm=llm)
    from ui import asking

    if batch is not None:
        if question is not None or not json:
            _usage("--batch takes a file instead of a question, and needs --json")
        asking.answer_batch(settings, batch, within)
    elif question is None:
        _usage("a question is missing; or give --batch FILE")
    else:
        asking.answer_one(settings, question, within, history, json=json)


@app.command()
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
    propose: Annotated[bool, typer.Option("--propose", help="Add telling columns.")] = False,
    format: Annotated[str, typer.Option(help="json, csv, md, latex or html.")] = "json",
    saved: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A saved comparison instead.")
    ] = None,
    llm: Llm = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Compare papers by aspects and statements: what each abstract says, or that it does not."""
    _take(index, verbose)
    wanted = filter_of(year, venue, author, source, tag)
    settings = _settings(llm=llm)
    from ui import comparing

    if saved is not None:
        return comparing.convert(saved, format)
    chosen = comparing.Chosen(
        paper or (), about, nearest, aspect or (), statement or (), propose, wanted
    )
    comparing.compare(settings, chosen, format)


@app.command("eval")
def evaluate(
    questions: Annotated[
        Path | None, typer.Option(help="A .jsonl file or a folder of them.")
    ] = None,
    llm: Llm = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="A report.json to be compared with.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind of question.")] = None,
    split: Annotated[
        str | None, typer.Option(help="dev or test; with --beir the name of its qrels.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many questions.")] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            help="paperchat or citation-query-engine; given twice, the second stands beside."
        ),
    ] = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="Also ask the configured endpoint for its opinion.")
    ] = False,
    comparisons: Annotated[
        bool, typer.Option("--comparisons", help="Compare papers also where that takes long.")
    ] = False,
    beir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Retrieval figures on a BEIR folder instead.")
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Run the question set and write a report; exit status 1 where it falls short."""
    _take(index, verbose)
    settings = _settings(llm=llm)
    from ui import evaluating

    if beir is not None:
        if questions or baseline or kind or limit or engine or judge or comparisons:
            _usage("--beir goes with --split and --json alone", "eval")
        raise typer.Exit(evaluating.evaluate_beir(settings, beir, split or "test", json=json))
    from eval.runner import Wanted

    wanted = Wanted(questions, kind or (), split, limit, engine or (), judge, baseline, comparisons)
    raise typer.Exit(evaluating.evaluate(settings, wanted, out or settings.report, json=json))


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page.")] = False,
    llm: Llm = None,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Open the chat window in a browser."""
    _take(index, verbose)
    settings = _settings(llm=llm, host=host, port=port)
    from ui.web import serve

    serve(settings, open_browser=open_browser)


@app.command()
def status(json: AsJson = False, index: Index = None, verbose: Verbose = False) -> None:
    """What is indexed, which models are in use and why, what is missing."""
    _take(index, verbose)
    settings = _settings()
    from ui.report import status_of, status_text
    from ui.show import as_json

    report = status_of(settings)
    print(as_json(report) if json else status_text(report))


@models.command("list")
def model_list(json: AsJson = False) -> None:
    """The language models that can be embedded, and which are on this disk."""
    settings = _settings()
    from ui.report import models_of, models_text
    from ui.show import as_json

    report = models_of(settings)
    print(as_json(report) if json else models_text(report))


@models.command("pull")
def model_pull(
    name: Annotated[str | None, typer.Argument(help="As in `model list`.")] = None,
) -> None:
    """Fetch a model's weights and check them."""
    settings = _settings()
    from rag.models import weights
    from rag.models.pull import pull
    from ui.progress import byte_bar

    wanted = weights.find(name) if name else weights.EMBEDDED_MODELS[0]
    with byte_bar() as progress:
        path = pull(wanted, settings.models, progress)
    print(path)


def _usage(what: str, command: str = "ask") -> NoReturn:
    from rag.errors import InputError

    raise InputError(f"Usage: {what}.", f"See `paperchat {command} --help`.")


def main() -> None:
    """Run the command line; leaves with the contract's exit statuses, errors as one line."""
    try:
        status = app(standalone_mode=False)
    except PaperchatError as exc:
        _leave(str(exc), exc.exit_status)
    except typer.Abort:
        _leave("Stopped.", 130)
    except KeyboardInterrupt:
        _leave("Stopped.", 130)
    except BrokenPipeError:
        # The reader of our output went away; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(0)
    except typer.TyperException as exc:
        message = exc.format_message().rstrip(".")
        _leave(f"{message}. See `paperchat --help`.", exc.exit_code)
    sys.exit(status if isinstance(status, int) else 0)


def _leave(line: str, status: int) -> NoReturn:
    if is_verbose():
        traceback.print_exc()
    print(f"paperchat: {line}", file=sys.stderr)
    sys.exit(status)
