"""Options that several commands share, and the settings that they lead to."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rag.errors import InputError

if TYPE_CHECKING:
    from rag.settings import Settings

Index = Annotated[
    str | None,
    typer.Option("--index", metavar="NAME|DIR", help="A collection's name, or the index's folder."),
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Log what happens, with tracebacks.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Llm = Annotated[
    str | None, typer.Option("--llm", metavar="MODE", help="auto, openai, local or quotes.")
]
Ray = Annotated[
    str | None,
    typer.Option("--ray", metavar="ADDRESS", help="A Ray cluster; `local` starts one here."),
]

# The filter: `ui.filters.filter_of` makes one of these.
Year = Annotated[
    str | None, typer.Option("--year", metavar="YEARS", help="2021, 2020-2023, 2020- or -2019.")
]
Venue = Annotated[
    list[str] | None, typer.Option("--venue", metavar="NAME", help="Published there; several: any.")
]
Author = Annotated[
    list[str] | None, typer.Option("--author", metavar="NAME", help="Written by; several: any.")
]
SourceFile = Annotated[
    list[str] | None, typer.Option("--source", metavar="FILE", help="Read from it; several: any.")
]
Tag = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="With this tag; several: any.")
]
Starred = Annotated[bool, typer.Option("--starred", help="Only papers with your star.")]
OwnTag = Annotated[
    list[str] | None,
    typer.Option("--own-tag", metavar="TAG", help="With this tag of yours; several: any."),
]
Retracted = Annotated[
    bool | None,
    typer.Option(
        "--retracted/--no-retracted",
        help="Only retracted and withdrawn papers, or none of them.",
        show_default=False,
    ),
]


@dataclass(slots=True)
class Given:
    """The options that were given to the program or to its command."""

    index: str | None = None
    verbose: bool = False


_given = Given()


def note_options(index: str | None, verbose: bool) -> None:
    """Store the options that may come before or after the command's name."""
    _given.index = index or _given.index
    if verbose and not _given.verbose:
        _given.verbose = True
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)


def settings_of(index: str | None = None, verbose: bool = False, **given: Any) -> Settings:
    """The settings, with the given options in place of them. Raises SettingsError."""
    from rag.settings import load_settings

    note_options(index, verbose)
    return load_settings(index=_given.index, **given)


def is_verbose() -> bool:
    """Whether ``--verbose`` was given."""
    return _given.verbose


def wrong_usage(what: str, command: str) -> NoReturn:
    """Raises InputError for options that do not go together."""
    raise InputError(f"Usage: {what}.", f"See `paperchat {command} --help`.")
