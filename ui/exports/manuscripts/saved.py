"""A checked manuscript as JSON, read back and checked: it may come from anybody."""

from __future__ import annotations

from pydantic import TypeAdapter

from rag.errors import InputError
from rag.types import CheckedManuscript
from ui.exports.json_text import read_json

LARGEST = 8_000_000  # characters; a long book makes as many
_ADAPTER = TypeAdapter(CheckedManuscript)
_REMEDY = "Check the manuscript once more."


def read_manuscript_report(text: str) -> CheckedManuscript:
    """The checked manuscript in ``text``. Raises InputError, saying what is wrong with it."""
    checked = read_json(_ADAPTER, text, "a checked manuscript", LARGEST, _REMEDY)
    for sentence in checked.sentences:
        inside = 0 <= sentence.passage < len(checked.passages)
        passage = checked.passages[sentence.passage].text if inside else ""
        if sentence.start < 0 or passage[sentence.start : sentence.end] != sentence.text:
            raise InputError("A sentence of the report is not in its text.", _REMEDY)
    places = {at for work in checked.works for at in work.sentences}
    if not places <= {*range(len(checked.sentences))}:
        raise InputError("The report names a sentence that is not there.", _REMEDY)
    return checked
