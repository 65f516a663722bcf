"""Structured replies of language models: pydantic models, streamed as they arrive.

A subclass of `Reply` defines the reply. Its JSON schema is sent with the request (`schema_of`),
unless the endpoint takes no schema. `stream` yields the reply repeatedly as it grows, so that its
first parts can be used while the rest is being written.

Many endpoints accept a schema and ignore it, so a reply may contain anything: thinking text, prose
and fences around the JSON, malformed parts, which are left out, and numbers that the schema does
not allow. The caller must check them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel, EmptyReplyError, Finish, Message
from rag.models.endpoints.replies.partial_json import objects_in
from rag.models.endpoints.replies.room import collected, roomy
from rag.models.endpoints.replies.thoughts import said_in

# An endpoint may ignore the limit of tokens, and a model may never end its reply. An English token
# has about four characters.
_CHARACTERS_PER_TOKEN = 8
_ENDS = re.compile(r'["}\]]')  # ends of what a reply may consist of
_GROWTH = 1.01
# The schema keywords that every endpoint knows; titles and defaults would only cost tokens.
_KEYWORDS = ("type", "enum", "maxLength", "maxItems")


class BrokenReplyError(EndpointError):
    """The reply is incomplete. The endpoint works, so the next reply may be complete."""


class Reply(BaseModel):
    """The reply that a language model is asked for: a JSON object with the fields of a subclass.

    The schema requires every field; when a reply is read, a field with a default may be missing.
    """

    model_config = ConfigDict(frozen=True)

    @classmethod
    def parse(cls, text: str, *, ended: bool = True, cut: bool = False) -> Self | None:
        """The reply in ``text``, or None if there is none.

        Reads JSON after thinking text, after a few words, and in a code fence. Until the reply has
        ``ended``, a part that may still grow is left out, and so is everything after a longer
        preface: it may be thinking text without a mark. Prose that was ``cut`` may be that, too.
        """
        for found in objects_in(text, ended=ended):
            try:
                return cls.model_validate(found)
            except ValidationError:
                continue
        return cls.of_prose(said_in(text)) if ended and not cut else None

    @classmethod
    def of_prose(cls, text: str) -> Self | None:
        """The reply of a model that writes no JSON; None if there is none in its words."""
        return None

    def arrived(self) -> dict[str, Any]:
        """The fields that have arrived, by name."""
        return {name: value for name, value in self if value is not None}

    @property
    def usable(self) -> bool:
        """Whether anything of it can be used: a reply that was cut may end before that."""
        return any(self.arrived().values())


R = TypeVar("R", bound=Reply)


@dataclass(slots=True)
class Exchange:
    """The messages and how the reply ended; `stream` fills it in. Make one for each reply."""

    messages: Sequence[Message] = ()
    finish: Finish | None = None

    @property
    def cut(self) -> bool:
        """Whether the reply ended for want of tokens, the model's or ours."""
        return self.finish is None or self.finish.reason == "length"


def stream(
    chat: ChatModel,
    messages: Sequence[Message],
    reply_type: type[R],
    max_tokens: int,
    *,
    exchange: Exchange | None = None,
) -> Generator[R, None, R | None]:
    """The reply, each time that another part of it is complete. Returns the reply, or None.

    Closing the generator stops the model. Raises EndpointError as `ChatModel.stream` does, after
    the parts that arrived; but an empty reply is returned as None.
    """
    seen = exchange or Exchange()

    def ask(tokens: int) -> Generator[R, None, tuple[R | None, bool]]:
        simplify = tokens <= max_tokens
        reply = yield from _stream(chat, messages, reply_type, tokens, seen, simplify=simplify)
        return reply, seen.cut and not (reply is not None and reply.usable)

    return (yield from roomy(chat.room, max_tokens, ask))


def complete(
    chat: ChatModel,
    messages: Sequence[Message],
    reply_type: type[R],
    max_tokens: int,
    *,
    exchange: Exchange | None = None,
) -> R | None:
    """The whole reply, or None if there is none. Raises as `stream` does."""
    return collected(stream(chat, messages, reply_type, max_tokens, exchange=exchange))[1]


def grow(
    fragments: Iterable[str], reply_type: type[R], is_cut: Callable[[], bool] = lambda: False
) -> Generator[R, None, R | None]:
    """The reply that arrives in ``fragments`` of text, as `stream` yields and returns it.

    ``is_cut`` says after the last of them whether the text has its end.

    It is read again only when something may be complete and the text is a hundredth longer. So a
    text of n characters costs what reading a hundred times n does, in however many fragments.
    """
    text, read, complete = "", 0, False
    known: R | None = None
    for fragment in fragments:
        text += fragment
        complete = complete or bool(_ENDS.search(fragment))
        if not complete or len(text) < _GROWTH * read:
            continue
        read, complete = len(text), False
        reply = reply_type.parse(text, ended=False)
        if reply is not None and reply != known:
            known = reply
            yield reply
    whole = reply_type.parse(text, cut=is_cut())
    if whole is not None and whole != known:
        yield whole
    return whole


def schema_of(reply_type: type[Reply]) -> dict[str, Any]:
    """The JSON schema of a reply: every field is required, and no other is allowed."""
    schema = reply_type.model_json_schema()
    return _plain(schema, schema.get("$defs", {}))


def number_among(allowed: Iterable[int], *, optional: bool = False) -> Any:
    """The type of a whole number; the schema says which ones are allowed.

    A reply may have others. A value that is not a number is None if ``optional``, else malformed.
    """
    schema = {"type": "integer", "enum": list(allowed)}
    python = int | None if optional else int
    return Annotated[python, BeforeValidator(_whole_number), WithJsonSchema(schema)]


def numbers_among(allowed: Iterable[int]) -> Any:
    """The type of several such numbers, each once; values that are not numbers are left out."""
    schema = {"type": "array", "items": {"type": "integer", "enum": list(allowed)}}
    return Annotated[tuple[int, ...], BeforeValidator(_whole_numbers), WithJsonSchema(schema)]


def _none_if_malformed(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValueError:
        return None


# Marks a field with the default None: if it is malformed, the rest of the reply still counts.
NONE_IF_MALFORMED = WrapValidator(_none_if_malformed)


def _stream(
    chat: ChatModel,
    messages: Sequence[Message],
    reply_type: type[R],
    max_tokens: int,
    exchange: Exchange,
    *,
    simplify: bool,
) -> Generator[R, None, R | None]:
    exchange.messages, exchange.finish = messages, None
    schema = schema_of(reply_type)
    fragments = chat.stream(messages, schema=schema, max_tokens=max_tokens, simplify=simplify)
    try:
        with closing(_noted(fragments, exchange)) as noted:
            bounded = _bounded(noted, _CHARACTERS_PER_TOKEN * max_tokens)
            return (yield from grow(bounded, reply_type, lambda: exchange.cut))
    except EmptyReplyError as exc:
        exchange.finish = exc.finish
        return None


def _noted(
    fragments: Generator[str, None, Finish], exchange: Exchange
) -> Generator[str, None, None]:
    """The fragments; notes in ``exchange`` how they ended."""
    with closing(fragments):
        exchange.finish = yield from fragments


def _bounded(fragments: Iterable[str], longest: int) -> Generator[str, None, None]:
    """The fragments up to ``longest`` characters."""
    length = 0
    for fragment in fragments:
        if length >= longest:
            return
        yield fragment[: longest - length]
        length += len(fragment)


def _plain(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """One part of pydantic's schema, reduced to the keywords that endpoints know."""
    if "$ref" in part:
        return _plain(definitions[part["$ref"].rpartition("/")[2]], definitions)
    plain = {keyword: part[keyword] for keyword in _KEYWORDS if keyword in part}
    if "items" in part:
        plain["items"] = _plain(part["items"], definitions)
    if "properties" in part:
        fields = {name: _plain(field, definitions) for name, field in part["properties"].items()}
        plain |= {"properties": fields, "required": list(fields), "additionalProperties": False}
    return plain


def _whole_number(value: object) -> object:
    """The value as a whole number, also from a string such as "[3]", as models write it."""
    if isinstance(value, int):
        return value
    found = re.fullmatch(r"\W{0,3}(\d{1,9})\W{0,3}", value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def _whole_numbers(value: object) -> tuple[object, ...]:
    numbers = map(_whole_number, value if isinstance(value, list | tuple) else (value,))
    return tuple(dict.fromkeys(number for number in numbers if number is not None))
