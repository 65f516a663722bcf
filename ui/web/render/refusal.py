"""A refusal as HTML: which of three it is, why, and what comes nearest. Pure."""

from __future__ import annotations

from rag.types import Answer, Reason
from ui.web.render.answer import pointer
from ui.web.render.lead import inline

_HEADINGS: dict[Reason, str] = {
    "not_in_corpus": "Nothing here is about that",
    "not_in_abstracts": "The abstract does not say",
    "weak_evidence": "Nothing here clearly answers this",
}


def refusal(answer: Answer) -> str:
    """The heading, the reason, and the nearest sentences or papers, marked as no answer."""
    why = answer.answer.partition("\n\n")[0]
    quoted = any(ref.quotes for ref in answer.nearest)
    near = "".join(f"<li>{pointer(ref)}</li>" for ref in answer.nearest)
    label = "Nearest, but not an answer" if quoted else "Nearest papers"
    offer = f'<h4>{label}</h4><ul class="pointers">{near}</ul>' if near else ""
    return (
        f'<div class="abstain"><h3>{_HEADINGS[answer.reason or "weak_evidence"]}</h3>'
        f"<p>{inline(why)}</p>{offer}</div>"
    )
