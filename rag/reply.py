"""A language model's structured reply, read as far as it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from rag.errors import EndpointError
from rag.models.chat import ChatModel, EmptyReplyError, SchemaRefusedError
from rag.prompts import Message


class BrokenReplyError(EndpointError):
    """The reply lacks something; the next paper's may be whole."""


def read_reply(
    chat: ChatModel, messages: Sequence[Message], schema: Mapping[str, Any], longest: int
) -> tuple[str, EndpointError | None]:
    """As much of the reply as came, and what broke it off; ``longest`` is in tokens.

    The schema is left out for a model that takes none.
    """
    pieces: list[str] = []
    try:
        try:
            _collect(pieces, chat, messages, schema if chat.supports_schema else None, longest)
        except SchemaRefusedError:
            _collect(pieces, chat, messages, None, longest)
    except EmptyReplyError:
        return "", None  # as good as a reply that is no JSON
    except EndpointError as fault:
        return "".join(pieces), fault
    return "".join(pieces), None


def _collect(
    pieces: list[str],
    chat: ChatModel,
    messages: Sequence[Message],
    schema: Mapping[str, Any] | None,
    longest: int,
) -> None:
    length = 0
    with closing(chat.stream(messages, schema=schema, max_tokens=longest)) as reply:
        for piece in reply:
            pieces.append(piece)
            length += len(piece)
            if length > 8 * longest:  # an endpoint may ignore the limit
                return
