"""What chat windows ask a model behind the reader's back: a title, tags, questions to go on with.

Such a request comes like any other, with the conversation written out inside one message. It is
known by that form, as no question about papers has it, and gets what the window can read: a title
made of the first question, and nothing where an invention would be needed. Pure.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ui.api.openai.body import Message, ResponseFormat

_TITLE = 60  # characters
_LONGEST = 20_000  # characters of instructions; no chat window has half as many
# Open WebUI: the conversation is between tags, and the answer is JSON of a form that is shown.
_BEGIN, _END = "<chat_history>", "</chat_history>"
_ASKED = re.compile(r"^USER: (.*?)(?=^ASSISTANT: |\Z)", re.DOTALL | re.MULTILINE)
# LibreChat: instructions that speak of a title, then the first question and its answer.
_NAMED = re.compile(r"\btitle\b", re.IGNORECASE)
_USER = re.compile(r"^User: ", re.MULTILINE)
_AI = re.compile(r"^AI: ", re.MULTILINE)
# Open WebUI, where a reader chose tools: its instructions show this field.
_TOOLS, _QUERY = "tool_calls", "Query: "


def chore(messages: Sequence[Message], form: ResponseFormat | None) -> str | None:
    """The reply to such a request; None for a question."""
    last = messages[-1]
    if last.role != "user":
        return None
    before, begin, rest = last.text.partition(_BEGIN)
    history, end, after = rest.rpartition(_END)
    if begin and end:
        asked = _ASKED.search(history)
        title = title_of(asked[1] if asked else history)
        return _filled(next(_shown(before + after), None), title)
    if (asked_first := _of_transcript(last.text)) is not None:
        title = title_of(asked_first)
        return _by_schema(form.json_schema, title) if form and form.json_schema else title
    instructions = "\n".join(message.text for message in messages if message.role == "system")
    if last.text.startswith(_QUERY) and any(_TOOLS in shown for shown in _shown(instructions)):
        return json.dumps({_TOOLS: []})
    return None


def _of_transcript(text: str) -> str | None:
    """The first question of a conversation that is written out below instructions for a title."""
    named = _NAMED.search(text)
    user = _USER.search(text, named.end()) if named else None
    ai = _AI.search(text, user.end()) if user else None
    return text[user.end() : ai.start()] if user and ai else None


def title_of(question: str) -> str:
    """A question as the title of a conversation."""
    return (
        textwrap.shorten(question[:_LONGEST].rstrip(" ?.!\n"), _TITLE, placeholder=" ...")
        or "Papers"
    )


def _shown(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects with one field in a text, in order: the form that a reply is to have."""
    decoder, text = json.JSONDecoder(), text[:_LONGEST]
    for brace in re.finditer(r"\{", text):
        try:
            found, _ = decoder.raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and len(found) == 1:
            yield found


def _filled(form: Mapping[str, Any] | None, title: str) -> str:
    """The form with the title in it if it has a field for that; empty else."""
    if form is None:
        return title
    filled = {name: _empty(name, value, title) for name, value in form.items()}
    return json.dumps(filled, ensure_ascii=False)


def _empty(name: str, value: Any, title: str) -> Any:
    if name == "title":
        return title
    return [] if isinstance(value, list) else ""


def _by_schema(wanted: Mapping[str, Any], title: str) -> str:
    """The title in the JSON that a schema asks for."""
    schema = wanted.get("schema")
    fields = schema.get("properties") if isinstance(schema, dict) else None
    known = {"title": title, "language": "English"}
    names = fields if isinstance(fields, dict) else {"title": None}
    return json.dumps({name: known.get(name, "") for name in names}, ensure_ascii=False)
