"""A language model's structured reply, read as far as it comes."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any

from rag.errors import EndpointError
from rag.models.chat import ChatModel, EmptyReplyError, Message, SchemaRefusedError


class BrokenReplyError(EndpointError):
    """The reply lacks something; the next paper's may be whole."""


def stream_reply(
    chat: ChatModel, messages: Sequence[Message], schema: Mapping[str, Any], longest: int
) -> Generator[str, None, None]:
    """The reply in pieces; asked for in plain text where the endpoint takes no schema.

    ``longest`` is in tokens. Raises as `ChatModel.stream` does.
    """
    if chat.supports_schema:
        try:
            yield from _bounded(chat.stream(messages, schema=schema, max_tokens=longest), longest)
            return
        except SchemaRefusedError:
            pass
    yield from _bounded(chat.stream(messages, max_tokens=longest), longest)


def read_reply(
    chat: ChatModel, messages: Sequence[Message], schema: Mapping[str, Any], longest: int
) -> tuple[str, EndpointError | None]:
    """As much of the reply as came, and what broke it off."""
    pieces: list[str] = []
    try:
        with closing(stream_reply(chat, messages, schema, longest)) as reply:
            pieces += reply
    except EmptyReplyError:
        return "", None  # as good as a reply that is no JSON
    except EndpointError as fault:
        return "".join(pieces), fault
    return "".join(pieces), None


def _bounded(reply: Generator[str, None, Any], longest: int) -> Generator[str, None, None]:
    """The pieces of a reply, no more than were asked for: an endpoint may ignore the limit."""
    length = 0
    with closing(reply):
        for piece in reply:
            yield piece
            length += len(piece)
            if length > 8 * longest:
                return
