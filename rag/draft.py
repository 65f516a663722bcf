"""Evidence to drafted claims: by a language model, or the evidence sentences themselves."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing

from rag.models.chat import ChatModel, EmptyReplyError, SchemaRefusedError
from rag.prompts import (
    MAX_CLAIMS_TOKENS,
    Draft,
    claims_messages,
    claims_schema,
    parse_drafts,
    text_messages,
)
from rag.types import Evidence

# An endpoint may ignore the limit that it is given, and a model may have been talked into going on
# for ever. Tokens of English have four characters; claims are asked for by ones to fours.
_LONGEST_REPLY = 8 * MAX_CLAIMS_TOKENS
_MOST_CLAIMS = 8


def draft_claims(
    chat: ChatModel, question: str, evidence: Sequence[Evidence]
) -> Generator[Draft, None, None]:
    """The model's claims, each as soon as it is complete. Closing this stops the model.

    A reply that is neither claims nor word that there are none (prose, silence) is no answer and no
    refusal: the evidence stands in for it. Raises EndpointError as `ChatModel.stream` does.
    """
    given, kept = 0, False
    with closing(_reply(chat, question, evidence)) as drafts:
        try:
            while given < _MOST_CLAIMS:
                yield next(drafts)
                given += 1
        except StopIteration as end:
            kept = end.value
        except EmptyReplyError:
            kept = False
    if not given and not kept:
        yield from quote_claims(evidence)


def quote_claims(evidence: Sequence[Evidence]) -> Generator[Draft, None, None]:
    """The evidence sentences themselves, in their order."""
    for item in evidence:
        yield Draft(item.span.text, (item.number,))


def _reply(
    chat: ChatModel, question: str, evidence: Sequence[Evidence]
) -> Generator[Draft, None, bool]:
    if chat.supports_schema:
        try:
            return (yield from _with_schema(chat, question, evidence))
        except SchemaRefusedError:
            pass  # remembered by the model: from here on it is asked for marked text
    with closing(
        chat.stream(text_messages(question, evidence), schema=None, max_tokens=MAX_CLAIMS_TOKENS)
    ) as pieces:
        return (yield from parse_drafts(_bounded(pieces)))


def _with_schema(
    chat: ChatModel, question: str, evidence: Sequence[Evidence]
) -> Generator[Draft, None, bool]:
    messages, schema = claims_messages(question, evidence), claims_schema(evidence)
    with closing(chat.stream(messages, schema=schema, max_tokens=MAX_CLAIMS_TOKENS)) as pieces:
        return (yield from parse_drafts(_bounded(pieces)))


def _bounded(pieces: Iterable[str]) -> Generator[str, None, None]:
    """The pieces up to the longest reply that is read."""
    length = 0
    for piece in pieces:
        if length >= _LONGEST_REPLY:
            return
        length += len(piece)
        yield piece
