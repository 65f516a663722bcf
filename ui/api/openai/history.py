"""A client's messages as a question with its history. Pure.

What an answer said comes back as the Markdown that it was sent as, and is read for the papers that
it showed, so that "the second one" is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from rag.types import Turn
from ui.api.openai.body import Message
from ui.api.openai.errors import Unfit
from ui.api.openai.page import LOOKED_AT, NEAREST, SOURCES

_HISTORY = 20  # last messages of a conversation that the engine gets, as from the window
_LONGEST = 20_000  # characters of each: the engine looks for a paper behind every sentence
_TAIL = re.compile(rf"^\*\*(?:{SOURCES}|{LOOKED_AT}|{NEAREST})\*\*$", re.MULTILINE)
_UNSHOWN = re.compile(rf"^\*\*{NEAREST}\*\*$", re.MULTILINE)
_NOTE = re.compile(r"\A\*[^*\n]+\*\n\n")
_MARK = re.compile(r"\[\[(\d+)\]\]\([^()\s]*\)")
# The line of a paper below an answer; its link has the paper's id where others have a tip.
_LISTED = re.compile(r'^(?:- |\\\[\d+\\\] )\[.*\]\([^()\s]+ "([^"\n]+)"\)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The question that is asked now, and what was said before; ``notes`` are for the reader."""

    question: str
    history: tuple[Turn, ...]
    notes: tuple[str, ...] = ()


def conversation_of(messages: Sequence[Message]) -> Conversation:
    """The last message of the user is the question. Raises Unfit if there is none.

    Instructions do not change what is searched, and are left out, as are the results of tools.
    """
    asked = [at for at, message in enumerate(messages) if message.role == "user"]
    if not asked:
        raise Unfit("There is no message of the role `user`, so nothing is asked.", "messages")
    last = messages[asked[-1]]
    question, others = last.text.strip(), last.others
    if not question:
        what = "Only text is read here, and the last message has none."
        raise Unfit(what if others else "The last message is empty.", "messages")
    notes = ("only the text of your message was read",) if others else ()
    turns = [_turn(message) for message in messages[: asked[-1]]]
    return Conversation(question, tuple(filter(None, turns))[-_HISTORY:], notes)


def _turn(message: Message) -> Turn | None:
    text = message.text
    if not text.strip():
        return None
    if message.role == "user":
        return Turn("user", text[:_LONGEST])
    return answer_turn(text) if message.role == "assistant" else None


def answer_turn(markdown: str) -> Turn:
    """An answer as the engine had it: its text with plain markers, and the papers that it showed.

    Without a list of papers, as in what another model said, the engine reads the text for them.
    """
    text = markdown.replace("\r\n", "\n")
    tail = _TAIL.search(text)
    said = text[: tail.start()] if tail else text
    shown = _UNSHOWN.split(text[tail.start() :], maxsplit=1)[0] if tail else ""
    papers = tuple(dict.fromkeys(map(unquote, _LISTED.findall(shown)))) if tail else None
    said = _MARK.sub(r"[\1]", _NOTE.sub("", said))
    return Turn("assistant", said.strip()[:_LONGEST], papers)
