"""The text of a refusal: why a question is not answered, from which papers, what is nearest. Pure.

Whether to refuse is decided in `rag.decisions.answerability`; `rag.answering.selection` asks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.text.escaping import as_markdown
from rag.text.wording import describe
from rag.types import Paper, Reason, Scope

_ABSTENTION: dict[Reason, str] = {
    "not_in_corpus": "None of the {papers} abstracts speaks of this.",
    "not_in_abstracts": (
        "The abstract of {about} does not say. Only the abstract was read; the paper itself may "
        "say more.{nearest}"
    ),
    "weak_evidence": "The abstracts come near this question, but none of them answers it.",
}
_NO_ABSTRACT = "The library holds no abstract of {about}, only the title."


@dataclass(frozen=True, slots=True)
class Extent:
    """How many papers were searched in ``scope``, and how many it has in ``any_year``."""

    scope: Scope
    papers: int
    any_year: int


def refusal(reason: Reason, about: Sequence[Paper], nearest: str, extent: Extent) -> str:
    """The abstention as Markdown.

    ``about`` are the papers that the question is about; ``nearest`` is their sentence that is
    closest to an answer, or empty.
    """
    if reason == "not_in_corpus" and extent.scope:
        return _none_within(extent)
    titles = " and of ".join(f"“{as_markdown(paper.title)}”" for paper in about)
    if reason == "not_in_abstracts" and about and not any(paper.abstract for paper in about):
        return _NO_ABSTRACT.format(about=titles)
    quote = f" The nearest it says: “{as_markdown(nearest)}”" if nearest else ""
    return _ABSTENTION[reason].format(papers=extent.papers, about=titles, nearest=quote)


def _none_within(extent: Extent) -> str:
    which = as_markdown(describe(extent.scope.filter)) or "chosen"
    if extent.papers == 1:
        return f"The only paper {which} does not speak of this."
    if extent.papers:
        return f"None of the {extent.papers} papers {which} speaks of this."
    if extent.scope.papers:
        return f"None of the papers that were chosen is {which}."
    others = f" Without the years it would be {extent.any_year}." if extent.any_year else ""
    return f"This library holds no paper {which}.{others}"
