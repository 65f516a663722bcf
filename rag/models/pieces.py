"""The pieces of a reply, as the OpenAI client has read them: checked, because the client does not.

Whatever JSON an endpoint sends becomes a chunk: ``{"choices": "x"}`` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from rag.models.allowance import Allowance

if TYPE_CHECKING:
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

# (text, reason of the end, token counts)
Piece: TypeAlias = "tuple[str | None, str | None, CompletionUsage | None]"

_OTHER_FORM = "it is not in the form of the OpenAI protocol"
_CONFUSED = AttributeError, TypeError, LookupError


def pieces_of(chunks: Iterable[ChatCompletionChunk], allowance: Allowance) -> Iterator[Piece]:
    """What the chunks say. A model's thoughts are in fields of other names than ``content``."""
    coming = iter(chunks)
    while True:
        with allowance.applied():
            try:
                chunk = next(coming)
            except StopIteration:
                return
            except _CONFUSED as exc:
                raise ValueError(_OTHER_FORM) from exc
        yield piece_of(chunk, "delta")


def piece_of(said: ChatCompletionChunk | ChatCompletion, part: str) -> Piece:
    """The text, the reason of the end and the token counts. Raises ValueError for other things."""
    try:
        text = reason = None
        for choice in said.choices[:1] if said.choices else ():
            text, reason = getattr(choice, part).content, choice.finish_reason
    except _CONFUSED as exc:
        raise ValueError(_OTHER_FORM) from exc
    if not (isinstance(text, str | None) and isinstance(reason, str | None)):
        raise ValueError(_OTHER_FORM)
    return text, reason, said.usage
