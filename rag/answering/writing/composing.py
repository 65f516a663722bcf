"""Composes the text of an answer from its lead, sections and claims, as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.characters.escaping import as_markdown
from rag.text.names.titles import short_title
from rag.text.wording import has_line_for_paper
from rag.types import Citation, Claim, Intent, PaperRef, Section


def answer_text(
    lead: str,
    sections: Sequence[Section],
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    intent: Intent,
) -> str:
    """The whole answer as Markdown with citation markers.

    The text of claims, titles and headings is escaped, so it adds no Markdown of its own. ``lead``
    is Markdown already.
    """
    listed = has_line_for_paper(intent, claims)
    titles = {citation.number: citation.title for citation in citations}
    blocks = [lead] if lead else []
    for section in sections:
        said = [claims[at] for at in section.claims]
        if section.heading:
            blocks.append(f"**{as_markdown(section.heading)}**")
        if said and listed:
            blocks.append("\n".join(f"- {_named(claim, titles)}{marked(claim)}" for claim in said))
        elif said:
            blocks.append(" ".join(map(marked, said)))
        if section.text:
            blocks.append(as_markdown(section.text))
        if section.papers:
            blocks.append("\n".join(map(_pointer, section.papers)))
    return "\n\n".join(blocks)


def marked(claim: Claim) -> str:
    """The claim with its citation markers."""
    return f"{as_markdown(claim.text)} {''.join(f'[{n}]' for n in claim.citations)}"


def _named(claim: Claim, titles: dict[int, str]) -> str:
    """The name of the only paper that a claim cites, to begin its line with."""
    if len(claim.citations) != 1:
        return ""
    return f"**{as_markdown(short_title(titles[claim.citations[0]]))}**: "


def _pointer(paper: PaperRef) -> str:
    said = f": “{as_markdown(paper.quotes[0].text)}”" if paper.quotes else ""
    return f"- {as_markdown(paper.title)}{said}"
