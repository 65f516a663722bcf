"""An answer as blocks that the page draws one by one, so that it changes only what is new. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, TypedDict

from rag.types import Answer, Citation, Claim, Intent, PaperRef, Quoted, Searched
from ui.outline import Part, growing, paper_of_line, parts_of
from ui.web.render.basics.math import prose
from ui.web.render.basics.text import escape, sentence_case
from ui.web.render.chat.answer import Drawn, line, pointer, quotes_of
from ui.web.render.chat.lead import counted, lead, rest
from ui.web.render.chat.names import with_names

BlockKind: TypeAlias = Literal[
    "taken", "lead", "count", "heading", "text", "points", "tiles", "rest", "said", "pointers"
]

# In the leads of these, the questions of a list are there to be asked.
_INVITING: frozenset[Intent] = frozenset(("small_talk", "help", "unknown"))


class BlockView(TypedDict):
    """One block; ``key`` stays the same while it grows.

    ``parts`` are HTML: the sentences of a "text", the items of "points", "tiles" and "pointers",
    and for the other kinds the whole inside. A "rest" unfolds the list before it.
    """

    key: str
    kind: BlockKind
    parts: list[str]


def blocks_of(
    answer: Answer, sentences: Mapping[Claim, Drawn], addresses: Collection[str]
) -> list[BlockView]:
    """The blocks of a whole answer; ``sentences`` has the HTML of each claim."""
    citations = {citation.number: citation for citation in answer.citations}
    # What a refusal says stands under its heading; a message without sense is no question.
    opening = "" if answer.abstained and answer.intent != "unknown" else answer.lead
    blocks = _opening(answer.notes, opening, answer.intent, citations, addresses)
    blocks += _drawn(parts_of(answer), answer.intent, sentences, citations)
    return blocks


def blocks_so_far(
    searched: Searched,
    said: Sequence[tuple[str, Claim]],
    sentences: Mapping[Claim, Drawn],
    citations: Sequence[Citation],
    quoted: Quoted | None,
) -> list[BlockView]:
    """The blocks of an answer that is being written, of (heading, claim).

    Quotes stand below what is written until a sentence cites them.
    """
    by_number = {citation.number: citation for citation in citations}
    blocks = _opening(searched.notes, searched.lead, searched.intent, by_number, ())
    grown = growing(said, searched.intent)
    blocks += _drawn(grown, searched.intent, sentences, by_number)
    left = [pointer(ref) for ref in _not_yet_cited(quoted, citations)]
    return [*blocks, BlockView(key="quotes", kind="pointers", parts=left)] if left else blocks


def _opening(
    notes: Sequence[str],
    markdown: str,
    intent: Intent,
    citations: Mapping[int, Citation],
    addresses: Collection[str],
) -> list[BlockView]:
    blocks = []
    if notes:
        taken = escape(" ".join(map(sentence_case, notes)))
        blocks.append(BlockView(key="taken", kind="taken", parts=[taken]))
    if intent in ("count", "collection") and (number := counted(markdown)):
        blocks.append(BlockView(key="lead", kind="count", parts=[number]))
    elif markdown:
        drawn = lead(markdown, citations, addresses, asks=intent in _INVITING)
        blocks.append(BlockView(key="lead", kind="lead", parts=[drawn]))
    return blocks


def _drawn(
    parts: Sequence[Part],
    intent: Intent,
    sentences: Mapping[Claim, Drawn],
    citations: Mapping[int, Citation],
) -> Iterator[BlockView]:
    """Blocks with claims are known by their first one, as other parts may come before them."""
    places = {claim: place for place, claim in enumerate(sentences)}
    for at, part in enumerate(parts):
        key = f"claim {places[part.claims[0]]}" if part.claims else f"part {at}"
        if part.heading:
            heading = with_names(part.heading, citations.values())
            yield BlockView(key=f"{key} heading", kind="heading", parts=[heading])
        if part.claims and part.lines:
            lines = [line(paper_of_line(c, citations), sentences[c]) for c in part.claims]
            kind: BlockKind = "tiles" if intent == "overview" else "points"
            yield BlockView(key=key, kind=kind, parts=lines)
            if more := rest(len(lines)):
                yield BlockView(key=f"{key} rest", kind="rest", parts=[more])
        elif part.claims:
            yield BlockView(key=key, kind="text", parts=[sentences[c].whole for c in part.claims])
        if part.text:
            yield BlockView(key=f"{key} said", kind="said", parts=[prose(part.text)])
        if part.papers:
            papers = [pointer(paper) for paper in part.papers]
            yield BlockView(key=f"{key} papers", kind="pointers", parts=papers)


def _not_yet_cited(quoted: Quoted | None, citations: Sequence[Citation]) -> Iterator[PaperRef]:
    """The quotes whose sentences no citation has."""
    cited = {(c.paper_id, span.start) for c in citations for span in c.quotes}
    known: dict[int, Citation] = {c.number: c for c in quoted.citations} if quoted else {}
    for claim in quoted.claims if quoted else ():
        for paper in (known[number] for number in claim.citations):
            own = quotes_of(claim, paper, paper)
            if not {(paper.paper_id, span.start) for span in own} <= cited:
                yield PaperRef(paper.paper_id, paper.title, own)
