"""Evidence to drafted claims: by a language model, or the evidence sentences themselves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing

from rag.models.chat import ChatModel, SchemaRefusedError
from rag.prompts import (
    MAX_CLAIMS_TOKENS,
    Draft,
    claims_messages,
    claims_schema,
    parse_drafts,
    text_messages,
)
from rag.types import Evidence


def draft_claims(
    chat: ChatModel, question: str, evidence: Sequence[Evidence]
) -> Generator[Draft, None, None]:
    """The model's claims, each as soon as it is complete. Closing this stops the model.

    Raises EndpointError as `ChatModel.stream` does.
    """
    if chat.supports_schema:
        try:
            yield from _with_schema(chat, question, evidence)
            return
        except SchemaRefusedError:
            pass  # remembered by the model: from here on it is asked for marked text
    with closing(
        chat.stream(text_messages(question, evidence), schema=None, max_tokens=MAX_CLAIMS_TOKENS)
    ) as pieces:
        yield from parse_drafts(pieces)


def quote_claims(evidence: Sequence[Evidence]) -> Generator[Draft, None, None]:
    """The evidence sentences themselves, in their order."""
    for item in evidence:
        yield Draft(item.span.text, (item.number,))


def _with_schema(
    chat: ChatModel, question: str, evidence: Sequence[Evidence]
) -> Generator[Draft, None, None]:
    messages, schema = claims_messages(question, evidence), claims_schema(evidence)
    with closing(chat.stream(messages, schema=schema, max_tokens=MAX_CLAIMS_TOKENS)) as pieces:
        yield from parse_drafts(pieces)
