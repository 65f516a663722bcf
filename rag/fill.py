"""One paper's cells by a language model: one call for all aspects, and each cell checked.

What the model writes is believed as far as its quote bears it out. Which sentence states an aspect,
and whether any does, is decided together with the fitted assignment of rag/assign. Why:
docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from rag.align import Likeness
from rag.aspects import Aspect
from rag.assign import Ranked
from rag.cell_prompts import (
    TOKENS_PER_CELL,
    VERSION,
    Among,
    CellDraft,
    cells_messages,
    cells_schema,
    parse_cells,
)
from rag.cells import kept_cell, quoted_cell, value_of
from rag.errors import EndpointError
from rag.excerpt import MOST_WORDS
from rag.ground import check_claim
from rag.index.cells import CellCache, key_of
from rag.index.library import Library
from rag.models.chat import ChatModel
from rag.reply import BrokenReplyError, read_reply
from rag.types import Cell, Paper, Span, Verdict

# (claim, quotes) -> how near the quotes are to the claim in meaning.
Alike = Callable[[str, Sequence[str]], Likeness]

_CANDIDATES = 3  # sentences that the model may choose from for one cell
_MADE = "1"  # how drafts become cells: raise it whenever the same draft makes another cell


class Filler:
    """Fills the rows of one comparison. One instance a comparison: it gives up a dead model."""

    def __init__(self, chat: ChatModel, cache: CellCache, library: Library) -> None:
        self._chat = chat
        self._cache = cache
        self._library = library
        self._dead = False
        self._model = ""

    def fill(
        self, paper: Paper, aspects: Sequence[Aspect], ranked: Mapping[str, Sequence[Ranked]]
    ) -> tuple[dict[str, Cell], str | None]:
        """One paper's cells by aspect, kept ones first, and what went wrong, or None.

        Cells that the model did not make are left out. The model is asked for those alone that are
        not kept, and no more once it cannot be reached: other rows need not wait for it, too.
        """
        try:
            self._model = self._model or self._chat.name
        except EndpointError as exc:
            already, self._dead = self._dead, True
            return {}, None if already else str(exc)
        keys = {aspect.name: self._key(paper, aspect) for aspect in aspects}
        kept = self._cache.get(list(keys.values()))
        cells = {name: kept_cell(kept[key]) for name, key in keys.items() if key in kept}
        spans = _sentences(ranked)
        among = {aspect.name: _candidates(spans, ranked[aspect.name]) for aspect in aspects}
        missing = [a for a in aspects if a.name not in cells and among[a.name]]
        if not missing or self._dead:
            return cells, None
        drafts, fault = draft_cells(self._chat, paper, spans, missing, among)
        made = {
            aspect.name: checked_cell(
                paper, aspect, drafts[aspect.name], spans, ranked[aspect.name],
                self._library.likeness,
            )
            for aspect in missing
            if aspect.name in drafts
        }  # fmt: skip
        self._cache.put({keys[name]: asdict(cell) for name, cell in made.items()})
        self._dead = fault is not None and not isinstance(fault, BrokenReplyError)
        return cells | made, str(fault) if fault else None

    def _key(self, paper: Paper, aspect: Aspect) -> str:
        text = (paper.paper_id, paper.title, paper.abstract, aspect.name, aspect.description)
        return key_of(*text, VERSION, _MADE, self._model)


def _sentences(ranked: Mapping[str, Sequence[Ranked]]) -> list[Span]:
    """The paper's sentences in order, as every aspect ranks them."""
    found = {item.span for items in ranked.values() for item in items}
    return sorted(found, key=lambda span: span.start)


def _candidates(spans: Sequence[Span], ranked: Sequence[Ranked]) -> list[int]:
    """The numbers of the sentences that may well state the aspect, best first; none: not stated."""
    numbers = {span: number for number, span in enumerate(spans, start=1)}
    sure = [item.span for item in ranked[:_CANDIDATES] if item.margin >= 0]
    return [numbers[span] for span in sure if span in numbers]


def draft_cells(
    chat: ChatModel, paper: Paper, spans: Sequence[Span], aspects: Sequence[Aspect], among: Among
) -> tuple[dict[str, CellDraft], EndpointError | None]:
    """The model's drafts by aspect, and why some are missing, or None."""
    messages = cells_messages(paper.title, spans, aspects, among)
    longest = TOKENS_PER_CELL * len(aspects) + 40
    reply, fault = read_reply(chat, messages, cells_schema(aspects, among), longest)
    drafts = parse_cells(reply, aspects)
    if fault is None and len(drafts) < len(aspects):
        fault = BrokenReplyError(
            f"The model's reply for {paper.title!r} is not the JSON that it was asked for.",
            "Cells that it lacks hold the sentence itself.",
        )
    return drafts, fault


def checked_cell(
    paper: Paper,
    aspect: Aspect,
    draft: CellDraft,
    spans: Sequence[Span],
    ranked: Sequence[Ranked],
    alike: Alike,
) -> Cell:
    """The cell that stands: the model's where it can, else the words of the sentence.

    Sources that were not to be chosen from are left out. A value that its quote does not bear out,
    or that is too long, is replaced by the quote's own words.
    """
    among = _candidates(spans, ranked)
    taken = [spans[number - 1] for number in draft.sources if number in among][:2]
    fallback = quoted_cell(paper, aspect.name, ranked)
    if not taken:
        return fallback
    verdict = _verdict(paper, draft.value, taken, alike)
    if verdict == "unsupported" or aspect.name == "code or project":
        value, verdict = value_of(taken[0], aspect.name), "supported"
    else:
        value = draft.value
    return Cell(paper.paper_id, aspect.name, value, "stated", tuple(taken), verdict)


def _verdict(paper: Paper, value: str, quotes: Sequence[Span], alike: Alike) -> Verdict:
    if not value or len(value.split()) > MOST_WORDS:
        return "unsupported"
    texts = [quote.text for quote in quotes]
    if any(value in text for text in texts):
        return "supported"
    return check_claim(value, texts, alike(value, texts), [paper.title]).verdict
