"""A refusal as HTML: which of three it is, why, and what comes nearest. Pure."""

from __future__ import annotations

from dataclasses import replace

from rag.types import Answer, Reason
from ui.web.render.answer import pointer
from ui.web.render.lead import inline

_HEADINGS: dict[Reason, str] = {
    "not_in_corpus": "Nothing here is about that",
    "not_in_abstracts": "The abstract does not say",
    "weak_evidence": "Nothing here clearly answers this",
}


def refusal(answer: Answer) -> str:
    """The heading, the reason, and what comes nearest, marked as no answer.

    Where nothing is about the question, no sentence is near it, and papers are named alone.
    """
    reason = answer.reason or "weak_evidence"
    quoted = [ref for ref in answer.nearest if ref.quotes]
    if reason == "not_in_corpus" or not quoted:
        label, near = "Nearest papers", [replace(ref, quotes=()) for ref in answer.nearest]
    else:
        label, near = "Nearest, but not an answer", quoted
    items = "".join(f"<li>{pointer(ref)}</li>" for ref in near)
    offer = f'<h4>{label}</h4><ul class="pointers">{items}</ul>' if items else ""
    heading = _HEADINGS[reason]
    why = _without(heading, answer.answer.partition("\n\n")[0])
    said = f"<p>{inline(why)}</p>" if why else ""
    return f'<div class="abstain"><h3>{heading}</h3>{said}{offer}</div>'


def _without(heading: str, why: str) -> str:
    """The reason without what the heading says already."""
    rest = why.removeprefix(heading).lstrip(":. ")
    return rest[:1].upper() + rest[1:]
