"""A refusal as HTML: which of four it is, why, and what comes nearest. Pure."""

from __future__ import annotations

from collections.abc import Collection

from rag.types import Answer, Reason
from ui.outline import nearest_shown
from ui.web.render.chat.answer import pointer
from ui.web.render.chat.lead import inline, lead

_HEADINGS: dict[Reason, str] = {
    "not_in_corpus": "Nothing here is about that",
    "not_in_abstracts": "The abstract does not say",
    "weak_evidence": "Nothing here clearly answers this",
    "model_found_none": "The language model found no answer",
}
_OF_RECORDS = "The records do not say"


def refusal(answer: Answer, addresses: Collection[str] = ()) -> str:
    """The heading, the reason, and what comes nearest, marked as hardly an answer.

    Of the addresses in a lead, ``addresses`` become links.
    """
    reason = answer.reason or "weak_evidence"
    near = nearest_shown(answer)
    quoted = any(ref.quotes for ref in near)
    label = "Nearest, but hardly an answer" if quoted else "Nearest papers"
    if reason == "model_found_none":
        label = "What would be quoted without it"
    items = "".join(f"<li>{pointer(ref)}</li>" for ref in near)
    offer = f'<h4>{label}</h4><ul class="pointers">{items}</ul>' if items else ""
    of_records = answer.intent == "records" and reason == "not_in_abstracts"
    heading = _OF_RECORDS if of_records else _HEADINGS[reason]
    if answer.lead:
        citations = {citation.number: citation for citation in answer.citations}
        said = lead(answer.lead, citations, addresses)
    else:
        why = _without(heading, answer.answer.partition("\n\n")[0])
        said = f"<p>{inline(why, (*answer.citations, *answer.nearest))}</p>" if why else ""
    return f'<div class="abstain"><h3>{heading}</h3>{said}{offer}</div>'


def _without(heading: str, why: str) -> str:
    """The reason without what the heading says already."""
    rest = why.removeprefix(heading).lstrip(":. ")
    return rest[:1].upper() + rest[1:]
