"""One answer as a self-contained file: question, answer, quotes, and the abstracts they are in.

The file may come back from anybody's browser, so a quote is accepted only if the abstract in the
file has it at its offsets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from rag.errors import InputError
from rag.types import Answer, Citation, Paper, PaperRef
from ui.exports.json_text import read_json
from ui.outline import named_only

LARGEST = 2_000_000  # characters; a list of thirty papers makes one hundred thousand
_REMEDY = "Ask the question once more and take the file from there."


@dataclass(frozen=True, slots=True)
class BundledPaper:
    """A paper that the answer cites or names, with what the file needs of it."""

    paper_id: str
    title: str
    url: str | None
    abstract: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything about one answer. ``asked_at`` is UTC, ISO 8601; ``version`` is paperchat's."""

    answer: Answer
    papers: tuple[BundledPaper, ...]
    asked_at: str
    version: str


_ADAPTER = TypeAdapter(Bundle)


def bundle_of(answer: Answer, papers: Mapping[str, Paper]) -> Bundle:
    """The answer with the papers that it cites or names."""
    ids = [c.paper_id for c in answer.citations] + [ref.paper_id for ref in named_only(answer)]
    shown = [papers[i] for i in dict.fromkeys(ids) if i in papers]
    return Bundle(
        answer=answer,
        papers=tuple(BundledPaper(p.paper_id, p.title, p.url, p.abstract) for p in shown),
        asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("paperchat"),
    )


def as_plain(bundle: Bundle) -> dict[str, Any]:
    """The bundle as dicts, lists and plain values."""
    return asdict(bundle)


def read_bundle(text: str) -> Bundle:
    """The bundle in ``text``. Raises InputError, saying what is wrong with it."""
    bundle = read_json(_ADAPTER, text, "an answer", LARGEST, _REMEDY)
    check_bundle(bundle)
    return bundle


def check_bundle(bundle: Bundle) -> None:
    """Raises InputError for a bundle that does not hold together, as one that was changed."""
    answer = bundle.answer
    numbers = {citation.number for citation in answer.citations}
    if not {n for claim in answer.claims for n in claim.citations} <= numbers:
        raise InputError("A sentence cites a paper that is not there.", _REMEDY)
    places = {at for section in answer.sections for at in section.claims}
    if not places <= {*range(len(answer.claims))}:
        raise InputError("A section has a sentence that is not there.", _REMEDY)
    abstracts = {paper.paper_id: paper.abstract for paper in bundle.papers}
    quoted: list[Citation | PaperRef] = [*answer.citations, *named_only(answer)]
    for paper in quoted:
        for span in paper.quotes:
            abstract = abstracts.get(paper.paper_id, "")
            if span.start < 0 or not span.text or abstract[span.start : span.end] != span.text:
                raise InputError(
                    f"A quote of “{paper.title}” is not in its abstract.",
                    "The answer was changed after it was made. Ask once more.",
                )
