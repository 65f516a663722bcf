"""The entry point of the command line: all commands, and how a command ends.

Results go to standard output, everything else to standard error. Imports that take seconds happen
inside the commands, so that help and mistakes answer at once.
"""

from __future__ import annotations

import gc
import sys
import traceback
from typing import NoReturn

import typer

from rag.environment import tidy_proxies
from rag.errors import PaperchatError
from ui.cli import ask, chat, check, compare, evaluate, keys, mcp, model, serve
from ui.cli.library import collections, export, ingest, search, status
from ui.cli.terminal.options import Index, Verbose, is_verbose, note_options

app = typer.Typer(
    name="paperchat",
    help="Answers questions about paper abstracts; every sentence is bound to a verbatim quote.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    ingest.ingest,
    ingest.remove,
    ingest.restore,
    search.search,
    ask.ask,
    compare.compare,
    check.check,
    export.export,
):
    app.command()(command)
app.command("eval")(evaluate.evaluate)
app.command()(chat.chat)
app.command()(serve.serve)
app.command()(mcp.mcp)
app.command()(status.status)
app.add_typer(model.app, name="model")
app.add_typer(collections.app, name="index")
app.add_typer(keys.app, name="keys")


@app.callback()
def _root(index: Index = None, verbose: Verbose = False) -> None:
    note_options(index, verbose)


def main() -> None:
    """Run a command and exit with the contract's status; an error is one line on stderr."""
    # What is imported stays. To look through it for garbage at every 700 new objects, as is the
    # default, takes a fifth of the start.
    gc.set_threshold(50_000, 20, 20)
    tidy_proxies()
    try:
        status = app(standalone_mode=False)
    except PaperchatError as exc:
        _exit(str(exc), exc.exit_status)
    except typer.Abort:
        _exit("Stopped.", 130)
    except KeyboardInterrupt:
        _exit("Stopped.", 130)
    except BrokenPipeError:
        # Whoever read our output has gone, so there is nobody to write an error for.
        sys.stderr.close()
        sys.exit(0)
    except typer.TyperException as exc:
        message = exc.format_message().rstrip(".")
        _exit(f"{message}. See `paperchat --help`.", exc.exit_code)
    sys.exit(status if isinstance(status, int) else 0)


def _exit(line: str, status: int) -> NoReturn:
    if is_verbose():
        traceback.print_exc()
    print(f"paperchat: {line}", file=sys.stderr)
    sys.exit(status)
