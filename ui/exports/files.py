"""Answers, conversations, comparisons and notebooks as files to save, in every format we write."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from rag.errors import InputError
from rag.types import Comparison, Mark, Paper
from ui.exports.answer_page import document as answer_page
from ui.exports.bundle import Bundle
from ui.exports.cite import REFERENCE_FORMS, export_papers
from ui.exports.comparisons.cells import well_pointed
from ui.exports.comparisons.document import comparison_document
from ui.exports.comparisons.page import document as comparison_page
from ui.exports.comparisons.tables import as_csv, as_latex, as_markdown_table
from ui.exports.conversation import Conversation, conversation_document, conversation_of
from ui.exports.documents.document import Document
from ui.exports.documents.obsidian import note, notes
from ui.exports.documents.word import docx
from ui.exports.json_text import as_json
from ui.exports.notebook import Pin, notebook_document
from ui.exports.paper_list import as_list, list_document

Library: TypeAlias = Mapping[str, Paper]  # papers by id; it may lack some

# The ending of each format's files, and their media type.
_KINDS: Mapping[str, tuple[str, str]] = {
    "md": ("md", "text/markdown"),
    "obsidian": ("zip", "application/zip"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "bibtex": ("bib", "application/x-bibtex"),
    "ris": ("ris", "application/x-research-info-systems"),
    "csl-json": ("json", "application/vnd.citationstyles.csl+json"),
    "json": ("json", "application/json"),
    "html": ("html", "text/html"),
    "csv": ("csv", "text/csv"),
    "latex": ("tex", "application/x-tex"),
    "apa": ("txt", "text/plain"),
}
BINARY = frozenset(("docx", "obsidian"))
_KEPT = ("md", "obsidian", "docx", *REFERENCE_FORMS)  # what every document can be
ANSWER_FORMATS = (*_KEPT, "json", "html")
CONVERSATION_FORMATS = (*_KEPT, "json")
NOTEBOOK_FORMATS = (*_KEPT, "json")
LIST_FORMATS = (*REFERENCE_FORMS, "apa", "md", "obsidian", "json")
FORMATS = ("json", "csv", "md", "latex", "html", "docx", "obsidian", *REFERENCE_FORMS)


@dataclass(frozen=True, slots=True)
class File:
    """What a browser saves or a command writes: ``type`` is its media type."""

    name: str
    type: str
    content: str | bytes

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.content.encode() if isinstance(self.content, str) else self.content

    def payload(self) -> dict[str, Any]:
        """As JSON for the page's script: ``text``, or ``base64`` of a file that is no text."""
        if isinstance(self.content, str):
            return {"name": self.name, "type": self.type, "text": self.content}
        coded = base64.b64encode(self.content).decode()
        return {"name": self.name, "type": self.type, "base64": coded}


def check_format(form: str, formats: tuple[str, ...] = FORMATS) -> None:
    """Raises InputError for a format that is not among these."""
    if form not in formats:
        raise InputError(f"There is no format {form!r}.", f"Formats are {', '.join(formats)}.")


def format_of(name: str, formats: tuple[str, ...]) -> str | None:
    """The first of these formats whose files end as this name does, or None."""
    ending = name.rpartition(".")[2].lower()
    return next((form for form in formats if _KINDS[form][0] == ending), None)


def export_references(form: str, papers: Sequence[Paper]) -> File:
    """Papers as "bibtex", "ris" or "csl-json". Raises InputError for another format."""
    return _file("papers", form, export_papers(papers, form))


def export(form: str, comparison: Comparison, library: Library) -> File:
    """The comparison in this form. Raises InputError for an unknown format."""
    check_format(form)
    if form == "json":
        return _file("comparison", form, as_json(comparison) + "\n")
    comparison = well_pointed(comparison)
    own: Mapping[str, Callable[[Comparison], str]] = {
        "csv": as_csv,
        "md": as_markdown_table,
        "latex": as_latex,
        "html": comparison_page,
    }
    if form in own:
        return _file("comparison", form, own[form](comparison))
    return _kept("comparison", form, comparison_document(comparison, library))


def export_answer(form: str, bundle: Bundle, library: Library) -> File:
    """One answer in this form. Raises InputError for an unknown format."""
    check_format(form, ANSWER_FORMATS)
    if form == "json":
        return _file("answer", form, as_json(bundle) + "\n")
    if form == "html":
        return _file("answer", form, answer_page(bundle))
    return _kept("answer", form, conversation_document(conversation_of(bundle), library))


def export_conversation(form: str, conversation: Conversation, library: Library) -> File:
    """A conversation in this form. Raises InputError for an unknown format."""
    check_format(form, CONVERSATION_FORMATS)
    if form == "json":
        return _file("conversation", form, as_json(conversation) + "\n")
    return _kept("conversation", form, conversation_document(conversation, library))


def export_notebook(
    form: str,
    pins: tuple[Pin, ...],
    library: Library,
    marks: Mapping[str, Mark] = MappingProxyType({}),
) -> File:
    """A notebook in this form; ``marks`` are the reader's, by paper id.

    Raises InputError for an unknown format, or for an empty one.
    """
    check_format(form, NOTEBOOK_FORMATS)
    document = notebook_document(pins, library, marks)
    if form == "json":
        return _file("notebook", form, as_json({"quotes": [asdict(pin) for pin in pins]}) + "\n")
    return _kept("notebook", form, document)


def export_list(form: str, papers: Sequence[Paper], marks: Mapping[str, Mark]) -> File:
    """Papers that a reader chose, with their ``marks`` by id. Raises InputError for a format."""
    check_format(form, LIST_FORMATS)
    if form in REFERENCE_FORMS:
        return export_references(form, papers)
    if form == "obsidian":
        return _kept("papers", form, list_document(papers, marks))
    return _file("papers", form, as_list(form, papers, marks))


def _kept(name: str, form: str, document: Document) -> File:
    """A document as notes, as a Word file, or its papers as references."""
    if form in REFERENCE_FORMS:
        # CSL-JSON says so in its name: the document itself as JSON may lie beside it.
        ending = "csl.json" if form == "csl-json" else _KINDS[form][0]
        return replace(export_references(form, document.papers), name=f"{name}.{ending}")
    # A comparison and a notebook do not know when they were made; the file at least does.
    document = document if document.made else replace(document, made=datetime.now(UTC))
    writers: Mapping[str, Callable[[Document], str | bytes]] = {
        "md": note,
        "obsidian": notes,
        "docx": docx,
    }
    return _file(name, form, writers[form](document))


def _file(name: str, form: str, content: str | bytes) -> File:
    ending, media = _KINDS[form]
    return File(f"{name}.{ending}", media, content)
