"""`paperchat model`: the embedded language model's weights."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.terminal.options import AsJson, settings_of

app = typer.Typer(help="The embedded language model's weights.", no_args_is_help=True)


@app.command("list")
def list_all(json: AsJson = False) -> None:
    """The language models that can be embedded, and which are on this disk."""
    settings = settings_of()
    from dataclasses import asdict

    from rag.engine import list_models
    from ui.exports.json_text import as_json

    found = list_models(settings)
    if json:
        print(as_json([asdict(item) for item in found]))
        return
    for item in found:
        where = item.file if item.on_disk else "not on disk: `paperchat model pull`"
        print(f"{item.name}  {item.bytes / 1e9:.2f} GB  {item.licence}  {where}")


@app.command()
def pull(
    name: Annotated[str | None, typer.Argument(help="As in `model list`.")] = None,
) -> None:
    """Fetch a model's weights and check them."""
    settings = settings_of()
    from rag.engine import pull_model
    from ui.cli.terminal.progress import byte_bar

    with byte_bar() as progress:
        path = pull_model(settings, name, progress)
    print(path)
