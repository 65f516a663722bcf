"""The text of a refusal: why a question is not answered, from which papers, what is nearest. Pure.

Whether to refuse is decided in `rag.decisions.answerability`, which
`rag.answering.selecting.selection` asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.selecting.groups import Selection
from rag.query.query import Query
from rag.text.characters.escaping import as_markdown
from rag.text.wording import describe
from rag.types import PaperRef, RankedPaper, Reason, Scope

_NEAREST = 3  # papers
_NOTHING = "Nothing here is about that: none of the {papers:,} abstracts speaks of it."
_NOT_SAID = (
    "{about} is here. Every sentence of its abstract was looked at, and none clearly says this; "
    "the paper itself may say more."
)
_NOT_SAID_BY_ANY = (
    "{about} are here. Every sentence of their abstracts was looked at, and none clearly says "
    "this; the papers themselves may say more."
)
_UNCLEAR = "Nothing here clearly answers this."
_NEAREST_IS = "The nearest sentence, which hardly answers: “{quote}” ({title})"
_NEAREST_ARE = "The nearest sentences, which hardly answer:"
_MODEL_NONE = (
    "The language model found no answer in these abstracts. Without it, this would be quoted:"
)
_NO_ABSTRACT = "The library holds no abstract of {about}, only the title."


@dataclass(frozen=True, slots=True)
class Extent:
    """How many papers were searched in ``scope``, and how many it has in ``any_year``."""

    scope: Scope
    papers: int
    any_year: int


def nearest_papers(
    query: Query, selection: Selection, ranked: Sequence[RankedPaper]
) -> tuple[PaperRef, ...]:
    """The papers to suggest: those that the question is about, then the best of the others.

    Those with a sentence that comes near have it with them.
    """
    near = {paper.paper_id: paper for paper in selection.nearest}
    ids = dict.fromkeys([*selection.about, *near, *(item.paper.paper_id for item in ranked)])
    by_id = query.library.by_id
    return tuple(near.get(i) or PaperRef(i, by_id[i].title) for i in list(ids)[:_NEAREST])


def refusal(
    reason: Reason,
    query: Query,
    selection: Selection,
    nearest: Sequence[PaperRef],
    extent: Extent,
) -> str:
    """The refusal as Markdown: one of four, never mixed.

    Nothing here is about that; a paper is here and does not say it; nothing clearly answers; or the
    language model found no answer where the checks did.
    """
    if reason == "not_in_corpus":
        return _none_within(extent) if extent.scope else _NOTHING.format(papers=extent.papers)
    if reason == "model_found_none":
        return "\n".join([_MODEL_NONE, "", *_listed(nearest)])
    about = nearest[: max(1, len(selection.about))]
    titles = " and ".join(f"“{as_markdown(paper.title)}”" for paper in about)
    if reason == "weak_evidence" or not about:
        return _with_nearest(_UNCLEAR, nearest)
    if not any(query.library.by_id[paper.paper_id].abstract for paper in about):
        return _NO_ABSTRACT.format(about=titles)
    said = (_NOT_SAID if len(about) == 1 else _NOT_SAID_BY_ANY).format(about=titles)
    return _with_nearest(said, about)


def _with_nearest(said: str, papers: Sequence[PaperRef]) -> str:
    near = [(paper.title, quote.text) for paper in papers for quote in paper.quotes]
    if not near:
        return said
    if len(near) == 1:
        title, quote = map(as_markdown, near[0])
        return f"{said}\n\n{_NEAREST_IS.format(quote=quote, title=title)}"
    return "\n".join([f"{said}\n\n{_NEAREST_ARE}\n", *_listed(papers)])


def _listed(papers: Sequence[PaperRef]) -> list[str]:
    """The sentences that papers have with them, one a line."""
    return [
        f"- “{as_markdown(quote.text)}” ({as_markdown(paper.title)})"
        for paper in papers
        for quote in paper.quotes
    ]


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
