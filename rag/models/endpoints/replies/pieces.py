"""The pieces of a reply, from the JSON values that an endpoint sends, of whatever shape they are.

What a value lacks, or has as null, is not said; a value of another type is ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from rag.models.endpoints.replies.allowance import Allowance
from rag.models.endpoints.replies.events import DONE, values_in

Object: TypeAlias = Mapping[str, Any]

# A model's thoughts, beside its reply, by the names that servers give them.
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thoughts")
_TEXTS = ("text", "value", "thinking", "reasoning", "content", "summary")
_CODES = ("code", "status", "status_code", "statusCode", "type")
# What words of a code or a type mean, where no number says it.
_NAMED = {
    "overload": 503, "unavailable": 503, "quota": 429, "rate_limit": 429, "insufficient": 429,
    "exhausted": 429,
}  # fmt: skip
_END = object()


class ToldError(Exception):
    """An endpoint says in a reply, not by its status, that it failed; ``body`` is what it says."""

    def __init__(self, body: object) -> None:
        self.body = body
        super().__init__(str(body))

    @property
    def status(self) -> int | None:
        """The HTTP status that it would have been, if the endpoint says so."""
        return status_in(self.body)


def status_in(body: object) -> int | None:
    """The HTTP status that an error names, by its number or a word for it; None if it does not."""
    said = _object(body)
    codes = [str(said[name]).lower() for name in _CODES if isinstance(said.get(name), int | str)]
    numbers = [int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)]
    named = [status for word, status in _NAMED.items() if any(word in code for code in codes)]
    return next(iter(numbers + named), None)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a reply goes on with; ``text`` is what is said, ``thought`` what only was thought.

    ``reason`` is why it ended, ``whole`` whether it is a whole reply, not a part of one. Tokens
    are those of the prompt, those generated, and those of them for thoughts, if they are reported.
    """

    text: str = ""
    thought: str = ""
    reason: str = ""
    whole: bool = False
    prompt_tokens: int | None = None
    generated_tokens: int | None = None
    thought_tokens: int | None = None

    @property
    def begins(self) -> bool:
        """Whether the model has begun, so that the endpoint has taken the request."""
        return bool(self.text or self.thought or self.reason)


def pieces_of(chunks: Iterable[bytes], allowance: Allowance) -> Iterator[Piece]:
    """What a body says; where something is said and no reason for the end, `DONE` is one.

    Raises ToldError for an error in it, and ValueError for events that are no JSON.
    """
    coming = values_in(chunks)
    reason, text, in_parts = "", "", False  # what was said, and whether in parts of a reply
    while True:
        with allowance.applied():
            value = next(coming, _END)
        if value is _END or value == DONE:
            break
        piece = piece_of(value) if isinstance(value, Mapping) else Piece()
        if piece.whole and text:  # some servers say it all again, others send parts so
            if in_parts:
                piece = replace(piece, text="", thought="")
            elif piece.text.startswith(text):
                piece = replace(piece, text=piece.text[len(text) :], thought="")
        in_parts = in_parts or bool(piece.text and not piece.whole)
        text += piece.text
        reason = piece.reason or reason
        yield piece
    if value == DONE and text and not reason:
        yield Piece(reason="stop")


def piece_of(value: Object) -> Piece:
    """What one value says: a chunk of a stream, or a whole reply. Raises ToldError for an error."""
    choice = _first(value.get("choices"))
    part, whole = _object(choice.get("delta")), False
    if not part and "message" in choice:
        part, whole = _object(choice["message"]), True
    text, thought = _said(part.get("content") if part else choice.get("text"))
    if not text and part:
        text = _text(part.get("refusal"))
    thought += next(filter(None, (_all_text(part.get(name)) for name in _THOUGHTS)), "")
    reason = _text(choice.get("finish_reason"))
    if not text and _fails(value, reason):
        raise ToldError(_error_in(value))
    usage = _object(value.get("usage")) or _object(choice.get("usage"))
    details = _object(usage.get("completion_tokens_details"))
    return Piece(
        text,
        thought,
        reason or ("stop" if whole else ""),
        whole,
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        _count(details.get("reasoning_tokens")),
    )


def _fails(value: Object, reason: str) -> bool:
    """Whether the endpoint says that it failed, or has words where a reply should be."""
    if value.get("error") or reason == "error":
        return True
    words = isinstance(value.get("message"), str) or value.get("detail") or value.get("errors")
    return bool(words) and not value.get("choices")


def _error_in(value: Object) -> object:
    error = value.get("error")
    if isinstance(error, Mapping):
        return error
    return {"message": error, "code": value.get("code")} if error else value


def _said(content: object) -> tuple[str, str]:
    """The text of a content, and the thoughts that stand among its parts."""
    if not isinstance(content, list):
        return _part(content)
    parts = [_part(item) for item in content]
    return "".join(text for text, _ in parts), "".join(thought for _, thought in parts)


def _part(part: object) -> tuple[str, str]:
    if not isinstance(part, Mapping):
        return _text(part), ""
    kind = _text(part.get("type"))
    if "think" in kind or "reason" in kind:
        return "", _all_text(part)
    if not part.keys().isdisjoint(("type", "text", "thinking")):
        return _all_text(part.get("text")), _all_text(part.get("thinking"))
    return json.dumps(part), ""  # JSON that was asked for, not as a text


def _all_text(value: object) -> str:
    """All text in a value, in order, but for the names of its types."""
    if isinstance(value, Mapping):
        return "".join(_all_text(item) for name, item in value.items() if name in _TEXTS)
    return "".join(map(_all_text, value)) if isinstance(value, list) else _text(value)


def _first(choices: object) -> Object:
    return _object(choices[0]) if isinstance(choices, list) and choices else {}


def _object(value: object) -> Object:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
