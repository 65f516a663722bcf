"""Has the embedded model restate a follow-up so that it can be understood without its conversation.

A change of the request is a change of what the adapter knows: train it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.prompts import copies_instructions, system, user
from rag.models.endpoints.chat import ChatModel, Message
from rag.models.endpoints.structured import Reply, complete
from rag.text.characters.escaping import as_material

RESTATING = "Make the message a question that stands alone."
_LONGEST_SAID = 240  # characters of the last answer
_MOST_TITLES = 4
_MAX_TOKENS = 90
_LONGEST = 300  # characters that it may be longer than the message


class _Restated(Reply):
    question: str


def restated(
    chat: ChatModel, message: str, asked: str, said: str, titles: Sequence[str]
) -> str | None:
    """The message as a question that can be understood alone; None if the reply is none.

    ``asked`` and ``said`` are the question and the answer before it; ``titles`` those of the papers
    that the answer showed, in its order. Raises EndpointError as `ChatModel.stream` does.
    """
    messages = restating_messages(message, asked, said, titles)
    reply = complete(chat, messages, _Restated, _MAX_TOKENS)
    text = " ".join(reply.question.split()) if reply else ""
    fits = any(map(str.isalpha, text)) and len(text) <= len(message) + _LONGEST
    return text if fits and not copies_instructions(text) else None


def restating_messages(message: str, asked: str, said: str, titles: Sequence[str]) -> list[Message]:
    """The request of `restated`."""
    lines = [
        f"Asked: {as_material(asked)}",
        f"Answer: {as_material(said)[:_LONGEST_SAID]}",
        *(f"# {n}. {as_material(t)}" for n, t in enumerate(titles[:_MOST_TITLES], start=1)),
        f"Message: {as_material(message)}",
    ]
    return [system(RESTATING), user("\n".join(lines))]
