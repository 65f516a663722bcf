"""Asks an endpoint's model what a question means: one structured call before anything is searched.

What does not fit in its reply is left out. Without a usable reply the rules of `rag.query` decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, OnErrorOmit, WithJsonSchema

from rag.answering.prompts import ASKING, copies_instructions, system, user
from rag.models.endpoints.chat import ChatModel, Message
from rag.models.endpoints.structured import Exchange, Reply, complete
from rag.text.characters.escaping import as_material, visible
from rag.types import Intent, Turn

_KINDS = {"type": "string", "enum": list(get_args(Intent))}
_MAX_TOKENS = 400
_TURNS = 6
_LONGEST_TURN = 1500  # characters
_FEWEST, _MOST = 2, 4  # parts
_SHORTEST = 3  # characters of a question
_LONGEST_NAME = 60
_LONGEST_LANGUAGE = 30


@dataclass(frozen=True, slots=True)
class Meant:
    """What a question means.

    ``question`` is English and can be understood alone. ``parts`` are the questions of which it
    consists, each understandable alone; there are none for an ordinary question. ``language`` is
    the English name of the language that was used, empty for English. ``corrected`` are names as
    they were written and as they are taken.
    """

    question: str
    intent: Intent
    parts: tuple[str, ...] = ()
    language: str = ""
    corrected: tuple[tuple[str, str], ...] = ()


def _as_kind(value: object) -> object:
    return re.sub(r"\W+", "_", value.strip().lower()) if isinstance(value, str) else ""


def _as_text(value: object) -> object:
    return value if isinstance(value, str) else ""


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else ()


class _Corrected(BaseModel):
    model_config = ConfigDict(frozen=True)

    written: str
    meant: str


class _Asked(Reply):
    """The reply that is asked for."""

    question: str
    kind: Annotated[
        Intent,
        BeforeValidator(_as_kind),
        WithJsonSchema(_KINDS),
    ]
    parts: Annotated[tuple[OnErrorOmit[str], ...], BeforeValidator(_as_list)] = ()
    language: Annotated[str, BeforeValidator(_as_text)] = ""
    corrected: Annotated[tuple[OnErrorOmit[_Corrected], ...], BeforeValidator(_as_list)] = ()


def ask_what_is_meant(
    chat: ChatModel,
    question: str,
    history: Sequence[Turn] = (),
    titles: Sequence[str] = (),
    exchange: Exchange | None = None,
) -> Meant | None:
    """What a question means in its conversation; None if the reply does not say it.

    ``titles`` are those of papers that may be meant, such as the ones that were shown. Raises
    EndpointError as `ChatModel.stream` does.
    """
    messages = asked_messages(question, history, titles)
    reply = complete(chat, messages, _Asked, _MAX_TOKENS, exchange=exchange)
    standalone = " ".join(reply.question.split()) if reply else ""
    if reply is None or not _is_question(standalone, question):
        return None
    parts = [" ".join(part.split()) for part in reply.parts]
    several = _FEWEST <= len(parts) <= _MOST and all(_is_question(p, question) for p in parts)
    language = reply.language.strip().capitalize()
    return Meant(
        standalone,
        reply.kind,
        tuple(parts) if several else (),
        "" if language == "English" or not _is_name(language) else language,
        tuple(_corrections(reply, question, standalone)),
    )


def asked_messages(
    question: str, history: Sequence[Turn] = (), titles: Sequence[str] = ()
) -> list[Message]:
    """Ask what a question means; the reply is a JSON object."""
    # One line per turn, so that a quoted line break cannot pass for another turn.
    lines = [f"{turn.role}: {visible(turn.content)[:_LONGEST_TURN]}" for turn in history[-_TURNS:]]
    lines += [f"# {as_material(title)}" for title in titles]
    lines += ["", f"Message: {question}"] if lines else [f"Message: {question}"]
    return [system(ASKING), user("\n".join(lines))]


def _is_question(text: str, asked: str) -> bool:
    """Whether a text may be a question that was made of the one that was ``asked``."""
    fits = _SHORTEST <= len(text) <= 4 * len(asked) + 400
    return fits and any(map(str.isalpha, text)) and not copies_instructions(text)


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_LANGUAGE and all(c.isalpha() or c in " -()" for c in text)


def _corrections(reply: _Asked, asked: str, standalone: str) -> list[tuple[str, str]]:
    """The corrections of words that were written, by words that the question has now."""
    found = []
    for item in reply.corrected:
        written, meant = item.written.strip(), item.meant.strip()
        known = written.lower() in asked.lower() and meant.lower() in standalone.lower()
        fits = 0 < len(written) <= _LONGEST_NAME and 0 < len(meant) <= _LONGEST_NAME
        if known and fits and written.lower() != meant.lower():
            found.append((written, meant))
    return found
