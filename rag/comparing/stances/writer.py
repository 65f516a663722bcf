"""Stances of one paper by an endpoint's language model: one call per paper, each stance checked.

The embedded model is not used: it judges whether a sentence supports a claim no better than a coin.
A stance counts only if the model names one of the sentences that it was shown; the quote is that
sentence, never the model's words. The cell is "supported" where the fitted
decision of stance.py does not disagree, otherwise "partial".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from rag.comparing.cache import CellCache, key_of
from rag.comparing.cells import cached_cell, empty_cell
from rag.comparing.stances.prompts import (
    TOKENS_PER_STATEMENT,
    VERSION,
    StanceDraft,
    drafts_in,
    stance_messages,
    stances_reply,
)
from rag.comparing.stances.stance import StanceEvidence, stance_cell
from rag.decisions.aspects import Aspect
from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.structured import BrokenReplyError, stream
from rag.types import Cell, Paper, Span

# How drafts become cells: raise it whenever the same draft makes another cell.
_CHECKS_VERSION = "1"
_TOKENS_AROUND = 40  # for the braces around the stances


class StanceWriter:
    """Judges the rows of one comparison. Make one per comparison: it remembers a dead model."""

    def __init__(self, chat: ChatModel, cache: CellCache) -> None:
        self._chat = chat
        self._cache = cache
        self._dead = False
        self._model = ""

    def write(
        self, paper: Paper, evidence: Mapping[Aspect, StanceEvidence | None]
    ) -> tuple[list[Cell], str | None]:
        """One paper's cells, those in the cache first; and what went wrong, or None.

        ``evidence`` has every statement. Cells that the model did not make are left out.
        """
        try:
            self._model = self._model or self._chat.name
        except EndpointError as exc:
            already, self._dead = self._dead, True
            return [], None if already else str(exc)
        keys = {statement: self._key(paper, statement.label) for statement in evidence}
        cached = self._cache.get(list(keys.values()))
        cells = [cached_cell(cached[key]) for key in keys.values() if key in cached]
        missing = {s: e for s, e in evidence.items() if e is not None and keys[s] not in cached}
        if not missing or self._dead:
            return cells, None
        spans = _shown(missing.values())
        drafts, fault = self._ask(paper, spans, [statement.label for statement in missing])
        made = {
            statement: checked_stance(paper, statement, drafts[statement.label], spans, found)
            for statement, found in missing.items()
            if statement.label in drafts
        }
        self._cache.put({keys[statement]: asdict(cell) for statement, cell in made.items()})
        self._dead = fault is not None and not isinstance(fault, BrokenReplyError)
        return [*cells, *made.values()], str(fault) if fault else None

    def _ask(
        self, paper: Paper, spans: Sequence[Span], statements: Sequence[str]
    ) -> tuple[dict[str, StanceDraft], EndpointError | None]:
        """The model's drafts by statement, and why some are missing, or None."""
        messages = stance_messages(paper.title, spans, statements)
        reply_type = stances_reply(len(spans), len(statements))
        longest = TOKENS_PER_STATEMENT * len(statements) + _TOKENS_AROUND
        drafts: dict[str, StanceDraft] = {}
        fault: EndpointError | None = None
        try:
            for reply in stream(self._chat, messages, reply_type, longest):
                drafts = drafts_in(reply, statements)
        except EndpointError as exc:
            fault = exc
        usable = {
            text: draft
            for text, draft in drafts.items()
            if draft.stance == "silent" or 1 <= draft.sentence <= len(spans)
        }
        if fault is None and len(usable) < len(statements):
            fault = BrokenReplyError(
                f"The model's reply for {paper.title!r} does not say how it stands to all "
                "statements.",
                "Stances that it lacks are those of the fitted decision.",
            )
        return usable, fault

    def _key(self, paper: Paper, statement: str) -> str:
        text = (paper.paper_id, paper.title, paper.abstract, statement)
        return key_of("stance", *text, VERSION, _CHECKS_VERSION, self._model)


def checked_stance(
    paper: Paper,
    statement: Aspect,
    draft: StanceDraft,
    spans: Sequence[Span],
    found: StanceEvidence,
) -> Cell:
    """The cell that a draft makes; its sentence is one of ``spans``, counted from 1."""
    if draft.stance == "silent":
        return empty_cell(paper, statement)
    is_sure = found.stance in (draft.stance, "unclear")
    quotes = [spans[draft.sentence - 1]]
    return stance_cell(paper, statement, draft.stance, quotes, is_sure=is_sure)


def _shown(evidence: Iterable[StanceEvidence]) -> list[Span]:
    """The sentences that the model sees, in the abstract's order."""
    found = {span for item in evidence for span in item.nearest}
    return sorted(found, key=lambda span: span.start)
