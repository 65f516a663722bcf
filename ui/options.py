"""Options that every command has, and the settings that come of them."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rag.settings import Settings

Index = Annotated[
    str | None,
    typer.Option("--index", metavar="NAME|DIR", help="A collection's name, or the index's folder."),
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Tell what happens, with tracebacks.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


@dataclass(slots=True)
class Given:
    index: str | None = None
    verbose: bool = False


_given = Given()


def take(index: str | None, verbose: bool) -> None:
    """Options that may stand before or after the command's name."""
    _given.index = index or _given.index
    if verbose and not _given.verbose:
        _given.verbose = True
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)


def settings_of(**given: Any) -> Settings:
    """The settings with these options on top. Raises SettingsError."""
    from rag.settings import load_settings

    return load_settings(index=_given.index, **given)


def is_verbose() -> bool:
    """Whether tracebacks are wanted."""
    return _given.verbose
