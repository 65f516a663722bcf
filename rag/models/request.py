"""The request for a reply, and which part of it an endpoint's error says is refused. Pure.

Endpoints differ in what they take: reasoning models no temperature and another name for the limit
of tokens, some servers no schema, some models no system message, some accounts no streaming.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_ABOUT_SCHEMA = re.compile(r"response_format|json_schema|structured|guided|grammar")
_ABOUT_STREAM = re.compile(r"^stream |\bto stream\b|not support stream|streaming is not|'stream'")
_ABOUT_SYSTEM = re.compile(r"system\W+role|role\b.*'system'|(?:system|developer)[ _]instruction")


def request_for(
    model: str,
    messages: Sequence[Mapping[str, str]],
    schema: Mapping[str, Any] | None,
    max_tokens: int,
    omitted: Collection[str],
) -> dict[str, Any]:
    """The arguments of the client's call, at temperature 0, without what is ``omitted``."""
    merged = "system" in omitted
    request: dict[str, Any] = {
        "model": model,
        "messages": _without_system(messages) if merged else [dict(m) for m in messages],
        "temperature": 0,
        "max_tokens": max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if "max_tokens" in omitted:
        request["max_completion_tokens"] = max_tokens
    if "stream" in omitted:
        del request["stream_options"]
    if schema is not None:
        named = {"name": "claims", "strict": True, "schema": dict(schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": named}
    return {name: value for name, value in request.items() if name not in omitted}


def refused_part(error: str, request: Mapping[str, Any]) -> str | None:
    """The part of ``request`` that an error is about: a parameter, or "system"; None if neither.

    ``error`` is the name of the parameter, if the endpoint gives it, and the message.
    """
    said = error.lower()
    if "response_format" in request and _ABOUT_SCHEMA.search(said):
        return "response_format"
    if "max_tokens" in request and "max_completion_tokens" in said:
        return "max_tokens"
    for name in ("temperature", "stream_options"):
        if name in request and name in said:
            return name
    if "stream" in request and _ABOUT_STREAM.search(said):
        return "stream"
    has_system = any(message["role"] == "system" for message in request["messages"])
    return "system" if has_system and _ABOUT_SYSTEM.search(said) else None


def _without_system(messages: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The messages with what the system message says at the head of the next one."""
    said = "".join(f"{m['content']}\n\n" for m in messages if m["role"] == "system")
    rest = [dict(m) for m in messages if m["role"] != "system"]
    rest[0]["content"] = said + rest[0]["content"]
    return rest
