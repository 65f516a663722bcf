"""What a language model writes for one paper's cells: one call, read cell by cell."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing

from rag.comparing.cell_prompts import (
    TOKENS_PER_CELL,
    Among,
    CellDraft,
    cells_messages,
    cells_schema,
    parse_cells,
)
from rag.decisions.aspects import Aspect
from rag.errors import EndpointError
from rag.models.chat import ChatModel, EmptyReplyError
from rag.models.structured import BrokenReplyError, stream_reply
from rag.types import Paper, Span


def draft_cells(
    chat: ChatModel, paper: Paper, spans: Sequence[Span], aspects: Sequence[Aspect], among: Among
) -> Generator[tuple[str, CellDraft], None, None]:
    """The model's drafts by aspect, each as soon as it is whole.

    Raises EndpointError after those that came, BrokenReplyError where the reply lacks some.
    """
    seen: set[str] = set()
    text, fault = "", None
    messages, schema = (
        cells_messages(paper.title, spans, aspects, among),
        cells_schema(aspects, among),
    )
    longest = TOKENS_PER_CELL * len(aspects) + 40
    with closing(stream_reply(chat, messages, schema, longest)) as reply:
        try:
            for piece in reply:
                text += piece
                drafts = parse_cells(text, aspects, ended=False)
                yield from ((name, drafts[name]) for name in drafts if name not in seen)
                seen |= drafts.keys()
        except EmptyReplyError:
            pass  # as good as a reply that is no JSON
        except EndpointError as exc:
            fault = exc
    drafts = parse_cells(text, aspects, ended=fault is None)
    yield from ((name, drafts[name]) for name in drafts if name not in seen)
    if fault is not None:
        raise fault
    if len(drafts) < len(aspects):
        raise BrokenReplyError(
            f"The model's reply for {paper.title!r} is not the JSON that it was asked for.",
            "Cells that it lacks hold the sentence itself.",
        )
