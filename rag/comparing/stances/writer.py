"""How one paper stands to statements, by an endpoint's language model: one call a paper, checked.

The embedded model is not asked: whether a sentence supports a claim, it judges no better than a
coin. What an endpoint's model says counts where it names one of the sentences that it was shown;
the quote is that sentence, never the model's words. It is "supported" where the fitted decision of
rag/stance hears the paper speak, too, and not the other way; else "partial".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from rag.comparing.cache import CellCache, key_of
from rag.comparing.cells import empty_cell, kept_cell
from rag.comparing.stances.prompts import (
    TOKENS_PER_STATEMENT,
    VERSION,
    StanceDraft,
    parse_stances,
    stance_messages,
    stance_schema,
)
from rag.comparing.stances.stance import StanceEvidence, stance_cell
from rag.decisions.aspects import Aspect
from rag.errors import EndpointError
from rag.models.chat import ChatModel
from rag.models.structured import BrokenReplyError, read_reply
from rag.types import Cell, Paper, Span

_MADE = "1"  # how drafts become cells: raise it whenever the same draft makes another cell


class StanceWriter:
    """Judges the rows of one comparison. One instance a comparison: it gives up a dead model."""

    def __init__(self, chat: ChatModel, cache: CellCache) -> None:
        self._chat = chat
        self._cache = cache
        self._dead = False
        self._model = ""

    def fill(
        self, paper: Paper, statements: Sequence[Aspect], heard: Mapping[str, StanceEvidence | None]
    ) -> tuple[dict[str, Cell], str | None]:
        """One paper's cells by statement, kept ones first, and what went wrong, or None.

        Cells that the model did not make are left out.
        """
        try:
            self._model = self._model or self._chat.name
        except EndpointError as exc:
            already, self._dead = self._dead, True
            return {}, None if already else str(exc)
        keys = {s.name: self._key(paper, s.name) for s in statements}
        kept = self._cache.get(list(keys.values()))
        cells = {name: kept_cell(kept[key]) for name, key in keys.items() if key in kept}
        missing = {n: h for n, h in heard.items() if h is not None and n not in cells}
        if not missing or self._dead:
            return cells, None
        spans = _shown(missing.values())
        drafts, fault = self._ask(paper, spans, list(missing))
        made = {
            name: checked_stance(paper, name, draft, spans, missing[name])
            for name, draft in drafts.items()
        }
        self._cache.put({keys[name]: asdict(cell) for name, cell in made.items()})
        self._dead = fault is not None and not isinstance(fault, BrokenReplyError)
        return cells | made, str(fault) if fault else None

    def _ask(
        self, paper: Paper, spans: Sequence[Span], statements: Sequence[str]
    ) -> tuple[dict[str, StanceDraft], EndpointError | None]:
        """The model's drafts by statement, and why some are missing, or None."""
        messages = stance_messages(paper.title, spans, statements)
        schema = stance_schema(len(spans), len(statements))
        longest = TOKENS_PER_STATEMENT * len(statements) + 40
        reply, fault = read_reply(self._chat, messages, schema, longest)
        drafts = {
            name: draft
            for name, draft in parse_stances(reply, statements).items()
            if draft.stance == "silent" or 1 <= draft.sentence <= len(spans)
        }
        if fault is None and len(drafts) < len(statements):
            fault = BrokenReplyError(
                f"The model's reply for {paper.title!r} does not say how it stands to all "
                "statements.",
                "Stances that it lacks are those of the fitted decision.",
            )
        return drafts, fault

    def _key(self, paper: Paper, statement: str) -> str:
        text = (paper.paper_id, paper.title, paper.abstract, statement)
        return key_of("stance", *text, VERSION, _MADE, self._model)


def checked_stance(
    paper: Paper, statement: str, draft: StanceDraft, spans: Sequence[Span], heard: StanceEvidence
) -> Cell:
    """The cell that a draft makes; its sentence is one of ``spans``, counted from 1."""
    if draft.stance == "silent":
        return empty_cell(paper, statement)
    quotes = [spans[draft.sentence - 1]]
    sure = heard.value in (draft.stance, "unclear")
    return stance_cell(paper, statement, draft.stance, quotes, sure=sure)


def _shown(heard: Iterable[StanceEvidence]) -> list[Span]:
    """The sentences that the model sees, in the abstract's order."""
    found = {span for item in heard for span in item.spans}
    return sorted(found, key=lambda span: span.start)
