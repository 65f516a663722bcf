"""An answer as plain text for a terminal. Pure.

Text of a paper or a model goes through ``visible``: it may contain codes that move the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.text.characters.escaping import plain_text, visible
from rag.types import Answer, Citation, Claim, PaperRef
from ui.markdown import Line, Words, read_blocks
from ui.outline import name_of, nearest_shown, paper_of_line, parts_of


def answer_text(answer: Answer) -> str:
    """The lead and the sections, with citation markers."""
    return "\n\n".join(filter(None, [lead_text(answer.lead), *_sections(answer)]))


def rest_text(answer: Answer) -> str:
    """What follows an answer's claims where these are printed already: texts, papers not cited."""
    blocks = [
        block
        for part in parts_of(answer)
        for block in (visible(part.text), _papers(part.papers, "" if part.claims else part.heading))
    ]
    return "\n\n".join(filter(None, blocks))


def lead_text(markdown: str) -> str:
    """The lead without Markdown; items of lists begin with a dash or their number."""
    blocks = []
    for block in read_blocks(markdown):
        signs = {"bullets": "- ", "paragraph": ""}
        lines = [
            f"{signs.get(block.shape, f'{at}. ')}{visible(_plain(line))}"
            for at, line in enumerate(block.lines, start=1)
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def claim_line(claim: Claim, citations: Mapping[int, Citation], *, listed: bool) -> str:
    """A claim with its markers, and in a list with the name of its paper."""
    markers = "".join(f"[{number}]" for number in claim.citations)
    verdict = "" if claim.verdict == "supported" else f" ({claim.verdict})"
    paper = paper_of_line(claim, citations) if listed else None
    name = f"{visible(name_of(paper))}: " if paper else ""
    return f"{'- ' if listed else ''}{name}{visible(claim.text)} {markers}{verdict}"


def abstention_text(answer: Answer) -> str:
    """Why there is no answer, and the nearest sentences or else papers."""
    told = plain_text(answer.answer)
    near = [f"  - {visible(p.title)}" for p in nearest_shown(answer) if not p.quotes]
    return "\n".join([told, *(["Nearest papers:", *near] if near else [])])


def _sections(answer: Answer) -> Iterator[str]:
    citations = {citation.number: citation for citation in answer.citations}
    for part in parts_of(answer):
        lines = [claim_line(claim, citations, listed=part.lines) for claim in part.claims]
        if part.papers:
            lines.append(_papers(part.papers))
        if part.text:
            lines.append(visible(part.text))
        yield "\n".join([*([f"{visible(part.heading)}:"] if part.heading else []), *lines])


def _papers(papers: tuple[PaperRef, ...], heading: str = "") -> str:
    lines = [f"{visible(heading)}:"] if heading and papers else []
    for paper in papers:
        quote = f": “{visible(paper.quotes[0].text)}”" if paper.quotes else ""
        lines.append(f"- {visible(name_of(paper) if quote else paper.title)}{quote}")
    return "\n".join(lines)


def _plain(line: Line) -> str:
    return "".join(part.text if isinstance(part, Words) else f"[{part.number}]" for part in line)
