"""The request for a reply, and the simpler forms of it that are tried where one is refused. Pure.

Endpoints differ in what they take: reasoning models no temperature and another name for the limit
of tokens, some servers no schema, some models no system message, some accounts no streaming. They
say so in any words and with any status, or do not say what it is. So the words only set the order:
what they name is left out first, then the rest, and what counts is whether the request is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

# What can be left out, with the words by which an error may mean it, in the order of asking.
_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "response_format": "response_format json_schema json_object schema grammar gbnf structured "
        "guided guided_json guided_decoding format",
        "stream_options": "stream_options include_usage",
        "temperature": "temperature",
        "max_tokens": "max_completion_tokens",
        "system": "system developer role roles",
        "stream": "stream streaming",
    }.items()
}
# Where the words name nothing: the schema, then all but the messages, then streaming.
_UNNAMED = (
    frozenset({"response_format"}),
    frozenset({"response_format", "stream_options", "temperature", "system"}),
    frozenset({"response_format", "stream_options", "temperature", "system", "stream"}),
)


def request_for(
    model: str,
    messages: Sequence[Mapping[str, str]],
    schema: Mapping[str, Any] | None,
    max_tokens: int,
    omitted: Collection[str],
) -> dict[str, Any]:
    """The body of the request, at temperature 0, without what is ``omitted``."""
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


def simpler(request: Mapping[str, Any], omitted: frozenset[str], error: str) -> frozenset[str]:
    """What to omit next, after an ``error`` in the endpoint's words; as before if nothing is left.

    Never the model, the messages and the limit of tokens.
    """
    has_system = any(message["role"] == "system" for message in request["messages"])
    present = {*request, *(("system",) if has_system else ())}
    said = set(re.findall(r"[a-z_]+", error.lower()))
    for name, words in _WORDS.items():
        if name in present and not words.isdisjoint(said):
            return omitted | {name}
    for step in _UNNAMED:
        if not present.isdisjoint(step):
            return omitted | step
    return omitted


def _without_system(messages: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The messages with what the system message says at the head of the next one."""
    said = "".join(f"{m['content']}\n\n" for m in messages if m["role"] == "system")
    rest = [dict(m) for m in messages if m["role"] != "system"]
    rest[0]["content"] = said + rest[0]["content"]
    return rest
