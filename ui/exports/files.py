"""Comparisons and answers as files to save, in every format that we write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict

from rag.errors import InputError
from rag.types import Comparison
from ui.exports.answer_page import document as answer_document
from ui.exports.bundle import Bundle
from ui.exports.comparison_page import document
from ui.exports.json_text import as_json
from ui.exports.tables import as_csv, as_latex, as_markdown_table


class File(TypedDict):
    """What a browser saves: ``type`` is its media type."""

    name: str
    type: str
    text: str


_FORMS: Mapping[str, tuple[str, str, Callable[[Comparison], str]]] = {
    "json": ("json", "application/json", lambda comparison: as_json(comparison) + "\n"),
    "csv": ("csv", "text/csv", as_csv),
    "md": ("md", "text/markdown", as_markdown_table),
    "latex": ("tex", "application/x-tex", as_latex),
    "html": ("html", "text/html", document),
}
FORMATS = tuple(_FORMS)


def check_format(form: str) -> None:
    """Raises InputError for an unknown format."""
    if form not in _FORMS:
        raise InputError(f"There is no format {form!r}.", f"Formats are {', '.join(FORMATS)}.")


def export(form: str, comparison: Comparison) -> File:
    """The comparison in this form. Raises InputError for an unknown format."""
    check_format(form)
    ending, media, write = _FORMS[form]
    return File(name=f"comparison.{ending}", type=media, text=write(comparison))


def export_answer(form: str, bundle: Bundle) -> File:
    """One answer as "json" or "html". Raises InputError for any other form."""
    if form == "json":
        return File(name="answer.json", type="application/json", text=as_json(bundle) + "\n")
    if form == "html":
        return File(name="answer.html", type="text/html", text=answer_document(bundle))
    raise InputError(f"There is no format {form!r}.", "Formats are json, html.")
