"""`paperchat check`: a manuscript's sentences against the papers that they cite."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import FileError, InputError
from ui.cli.terminal.options import AsJson, Index, Verbose, settings_of

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.types import CheckedManuscript


def check(
    file: Annotated[Path, typer.Argument(help="Markdown, LaTeX, Word (.docx) or plain text.")],
    bib: Annotated[
        list[Path] | None,
        typer.Option("--bib", metavar="FILE", help="A bibliography besides its own; several: all."),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="md, html or json; several with commas, into --out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the report goes, not to the screen.")
    ] = None,
    json: AsJson = False,
    index: Index = None,
    verbose: Verbose = False,
) -> None:
    """Check each sentence of a manuscript against the papers that it cites.

    The file is not changed. The exit status is 0 whatever the verdicts are.
    """
    settings = settings_of(index, verbose)
    forms = _forms(format, out, json=json)
    targets = _targets(forms, out, [file, *(bib or ())])
    from rag.engine import Engine
    from ui.cli.terminal.output import manuscript_line
    from ui.exports.manuscripts.files import export_manuscript

    with Engine(settings) as engine:
        checked = _checked(engine, file, bib or ())
    for form, target in targets:
        text = export_manuscript(form, checked).data.decode()
        if target is None:
            print(text, end="")
        else:
            _write(target, text)
    print(manuscript_line(checked), file=sys.stderr)


def _checked(engine: Engine, file: Path, bibliography: Sequence[Path]) -> CheckedManuscript:
    """The checked manuscript, with a progress bar until it is."""
    from rag.types import CheckedManuscript
    from ui.cli.terminal.progress import bar

    with bar("Checking", unit="sentences") as report:
        for event in engine.check_manuscript(file, bibliography):
            if isinstance(event, CheckedManuscript):
                return event
            report(event.done, event.total)
    raise AssertionError("a check ends with its result")


def _forms(given: str | None, out: Path | None, *, json: bool) -> list[str]:
    """The formats of the report. Raises InputError for unknown ones, and several without a file."""
    from ui.exports.manuscripts.files import check_form

    if json and given not in (None, "json"):
        raise InputError("--json and --format ask for two formats.", "Give one of them.")
    ending = out.suffix.lower().lstrip(".") if out else ""
    by_ending = {"html": "html", "htm": "html", "json": "json"}.get(ending, "md")
    wanted = "json" if json else given or by_ending
    forms = list(dict.fromkeys(part.strip() for part in wanted.split(",")))
    for form in forms:
        check_form(form)
    if len(forms) > 1 and out is None:
        raise InputError("Several formats need a file.", "Give --out FILE; its ending is replaced.")
    return forms


def _targets(
    forms: Sequence[str], out: Path | None, inputs: Sequence[Path]
) -> list[tuple[str, Path | None]]:
    """Each format with its file.

    Raises InputError if one is a file that is read, and FileError if its folder is not there.
    """
    several = len(forms) > 1
    targets = [(form, out.with_suffix(f".{form}") if out and several else out) for form in forms]
    read = {path.resolve() for path in inputs}
    for _, target in targets:
        if target is not None and target.resolve() in read:
            raise InputError(f"The report would replace {target}.", "Give another --out FILE.")
        if target is not None and not target.resolve().parent.is_dir():  # before the work
            raise FileError(
                f"There is no folder {target.parent}.", "Make it, or give another FILE."
            )
    return targets


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as exc:
        raise FileError(f"{path} cannot be written: {exc.strerror}.", "Give another FILE.") from exc
    print(f"Written: {path}", file=sys.stderr)
