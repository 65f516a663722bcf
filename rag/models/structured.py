"""Replies with a structure: what a pydantic model says is asked for, and read as it arrives.

A subclass of `Reply` says what a language model is asked for. Its JSON schema goes with the request
(`schema_of`); an endpoint that takes no schema is asked without one. `stream` yields the reply
again and again as it grows, so that its first parts can be used while the rest is being written.

Endpoints that accept a schema and ignore it are common. So a reply may hold anything: what is
malformed is left out, and a number may be another one than the schema allows. Who asks checks that.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

import jiter
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
from rag.models.chat import ChatModel, EmptyReplyError, Finish, Message, Schema, SchemaRefusedError

# An endpoint may ignore the limit that it is given, and a model may have been talked into going on
# for ever. A token of English has about four characters.
_CHARACTERS_PER_TOKEN = 8
# The keywords that every endpoint's idea of a JSON schema has; titles and defaults cost tokens.
_KEYWORDS = ("type", "enum", "maxLength", "maxItems")


class BrokenReplyError(EndpointError):
    """The reply lacks something. The endpoint works, so the next reply may be whole."""


class Reply(BaseModel):
    """What a language model is asked to reply, as a JSON object with the fields of a subclass.

    A field with a default is optional to the reader; the schema that is sent requires every field.
    """

    model_config = ConfigDict(frozen=True)

    @classmethod
    def parse(cls, text: str, *, ended: bool = True) -> Self | None:
        """The reply as far as ``text`` goes; None where it is not one.

        Takes JSON, also inside a code fence or after a few words. While the reply has not
        ``ended``, a part that may still grow is left out.
        """
        parsed = _json_object(text)
        if parsed is None:
            return None
        whole = ended or text.rstrip(", \t\r\n").endswith("}")
        try:
            return cls.model_validate(parsed if whole else _without_open_end(parsed))
        except ValidationError:
            return None

    def parts(self) -> dict[str, Any]:
        """The fields that have arrived, by name."""
        return {name: value for name, value in self if value is not None}


R = TypeVar("R", bound=Reply)


@dataclass(slots=True)
class Exchange:
    """What was asked and how the reply ended; `stream` fills it in. One instance a reply."""

    messages: Sequence[Message] = ()
    finish: Finish | None = None


def stream(
    chat: ChatModel,
    messages: Sequence[Message],
    reply_type: type[R],
    max_tokens: int,
    *,
    without_schema: Sequence[Message] | None = None,
    exchange: Exchange | None = None,
) -> Generator[R, None, R | None]:
    """The reply each time that a part of it is complete; at the end, None where it is not one.

    ``without_schema`` are the messages for an endpoint that takes no schema; the same where they
    are None. Closing the generator stops the model. Raises EndpointError as `ChatModel.stream`
    does, after the parts that came; an empty reply is no error, but no reply either.
    """
    seen = exchange or Exchange()
    if chat.supports_schema:
        try:
            schema = schema_of(reply_type)
            return (yield from _stream(chat, messages, schema, reply_type, max_tokens, seen))
        except SchemaRefusedError:
            pass  # ``chat`` remembers that, so that it happens once
    messages = messages if without_schema is None else without_schema
    return (yield from _stream(chat, messages, None, reply_type, max_tokens, seen))


def grow(fragments: Iterable[str], reply_type: type[R]) -> Generator[R, None, R | None]:
    """The reply that arrives in ``fragments``, as `stream` yields and returns it. Pure."""
    text = ""
    known: R | None = None
    for fragment in fragments:
        text += fragment
        reply = reply_type.parse(text, ended=False)
        if reply is not None and reply != known:
            known = reply
            yield reply
    whole = reply_type.parse(text)
    if whole is not None and whole != known:
        yield whole
    return whole


def schema_of(reply_type: type[Reply]) -> dict[str, Any]:
    """The JSON schema of a reply: every field is required, and no other is allowed."""
    schema = reply_type.model_json_schema()
    return _plain(schema, schema.get("$defs", {}))


def number_among(allowed: Iterable[int], *, optional: bool = False) -> Any:
    """The type of a whole number; the schema says which ones are allowed.

    A reply may hold others. What is no number is None where it is ``optional``, else malformed.
    """
    schema = {"type": "integer", "enum": list(allowed)}
    python = int | None if optional else int
    return Annotated[python, BeforeValidator(_whole_number), WithJsonSchema(schema)]


def numbers_among(allowed: Iterable[int]) -> Any:
    """The type of several such numbers, each once; what is no number is left out."""
    schema = {"type": "array", "items": {"type": "integer", "enum": list(allowed)}}
    return Annotated[tuple[int, ...], BeforeValidator(_whole_numbers), WithJsonSchema(schema)]


def _none_if_malformed(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValueError:
        return None


# Marks a field whose default is None: the rest of the reply counts although this is malformed.
NONE_IF_MALFORMED = WrapValidator(_none_if_malformed)


def _stream(
    chat: ChatModel,
    messages: Sequence[Message],
    schema: Schema | None,
    reply_type: type[R],
    max_tokens: int,
    exchange: Exchange,
) -> Generator[R, None, R | None]:
    exchange.messages = messages
    fragments = chat.stream(messages, schema=schema, max_tokens=max_tokens)
    try:
        with closing(_noted(fragments, exchange)) as noted:
            bounded = _bounded(noted, _CHARACTERS_PER_TOKEN * max_tokens)
            return (yield from grow(bounded, reply_type))
    except EmptyReplyError:
        return None


def _noted(
    fragments: Generator[str, None, Finish], exchange: Exchange
) -> Generator[str, None, None]:
    """The fragments; how they ended is written down."""
    with closing(fragments):
        exchange.finish = yield from fragments


def _bounded(fragments: Iterable[str], longest: int) -> Generator[str, None, None]:
    """The fragments up to ``longest`` characters."""
    length = 0
    for fragment in fragments:
        if length >= longest:
            return
        length += len(fragment)
        yield fragment


def _json_object(text: str) -> dict[str, Any] | None:
    """The JSON object in the text, as far as it goes; None where there is none."""
    start = text.find("{")
    if start < 0:
        return None
    body = text[start:].rsplit("```", 1)[0]
    try:
        # An unfinished string is left out, so every string that is there is whole.
        parsed = jiter.from_json(body.encode(), partial_mode=True, catch_duplicate_keys=False)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _without_open_end(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Without the last field or the last item of the last list, unless that is a string.

    A number may lack its last digits, and an object its last fields.
    """
    found = dict(parsed)
    if not found:
        return found
    name, last = found.popitem()
    if isinstance(last, list):
        return {**found, name: last if last and isinstance(last[-1], str) else last[:-1]}
    return {**found, name: last} if isinstance(last, str) else found


def _plain(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """One part of a schema that pydantic made, in the few keywords that endpoints know."""
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
    """The value as a whole number; small models also write them as strings. Else None."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def _whole_numbers(value: object) -> tuple[object, ...]:
    numbers = map(_whole_number, value if isinstance(value, list) else ())
    return tuple(dict.fromkeys(number for number in numbers if number is not None))
