"""`paperchat keys`: who may use the HTTP API from elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.terminal.options import AsJson, settings_of

if TYPE_CHECKING:
    from ui.api.keys import Key

app = typer.Typer(help="Keys of the HTTP API.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose it is; a key is removed by its name.")],
    write: Annotated[
        bool, typer.Option("--write", help="It may add and remove papers, too.")
    ] = False,
    rate: Annotated[int | None, typer.Option(help="Requests a minute; 120 if not given.")] = None,
) -> None:
    """Make a key, which is shown once."""
    settings = settings_of()
    from ui.api.keys import RATE, Keys

    made = Keys(settings.keys).add(name, write=write, rate=RATE if rate is None else rate)
    print(made)
    print(f"Keep it: only its hash is kept, in {settings.keys}.", file=sys.stderr)


@app.command("list")
def list_all(json: AsJson = False) -> None:
    """The keys: name, rights, requests a minute, and when each was made."""
    settings = settings_of()
    from ui.api.keys import Keys
    from ui.exports.json_text import as_json

    keys = Keys(settings.keys).all()
    if json:
        rows = [{"name": k.name, "write": k.write, "rate": k.rate, "made": k.made} for k in keys]
        print(as_json(rows))
    else:
        print("\n".join(map(_line, keys)) or "There is no key yet.")


@app.command()
def remove(name: str) -> None:
    """Take a key out; a server that runs refuses it from then on."""
    settings = settings_of()
    from ui.api.keys import Keys

    Keys(settings.keys).remove(name)
    print(f"removed: {name}")


def _line(key: Key) -> str:
    from datetime import datetime

    rights = "reads and writes" if key.write else "reads"
    made = f"{datetime.fromtimestamp(key.made):%Y-%m-%d}"
    return f"{key.name}: {rights}, {key.rate} requests a minute, made {made}"
