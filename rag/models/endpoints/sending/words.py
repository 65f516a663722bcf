"""What an endpoint says of a failure, in its own words and without anything secret. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

# Where servers put the message, the first first; "raw" is what a provider behind a router said.
_KEYS = ("message", "msg", "detail", "error", "errors", "error_description", "reason", "title")
_DEEPEST = 6
_MOST = 3  # messages of a list
_LONGEST = 200  # characters
_LEAST_PART = 6  # characters of a key that give it away
_LEAST_END = 3  # characters at the ends of a masked key
_TOKEN = re.compile(r"[^\s\"'`<>(),;]+")
_MASKED = re.compile(r"\*+|…|\.{2,}|•+|[xX]{3,}")


def words_of(body: object, secrets: Iterable[str] = ()) -> str:
    """The message in the body of an error, as one short line; "" if there is none."""
    words = " ".join(_found(body, _DEEPEST).split())
    return without(words, secrets)[:_LONGEST].rstrip(". ")


def without(text: str, secrets: Iterable[str]) -> str:
    """The text with *** for each word that has a secret, a part of it, or its ends."""
    hidden = [secret.strip() for secret in secrets if secret.strip()]
    for secret in sorted(hidden, key=len, reverse=True):
        found = "|".join(map(re.escape, (secret, quote(secret, safe=""))))
        # A short one is a part of other words, too.
        edges = (r"(?<!\w)", r"(?!\w)") if len(secret) < _LEAST_PART else ("", "")
        text = re.sub(f"{edges[0]}(?:{found}){edges[1]}", "***", text)
    return _TOKEN.sub(lambda found: "***" if _tells(found[0], hidden) else found[0], text)


def _found(body: object, depth: int) -> str:
    if isinstance(body, bytes):
        body = body.decode(errors="replace")
    if isinstance(body, str):
        return _plain(body, depth)
    if depth == 0:
        return ""
    if isinstance(body, list | tuple):
        return "; ".join(filter(None, (_found(item, depth - 1) for item in body[:_MOST])))
    if not isinstance(body, Mapping):
        return ""
    said = next(filter(None, (_found(body.get(key), depth - 1) for key in _KEYS)), "")
    within = body.get("metadata")
    raw = _found(within.get("raw"), depth - 1) if isinstance(within, Mapping) else ""
    return ": ".join(filter(None, (said.rstrip(". "), raw)))


def _plain(text: str, depth: int) -> str:
    """A text; what JSON in it says, and a web page's title or words."""
    if depth and text.lstrip().startswith(("{", "[")):
        try:
            return _found(json.loads(text), depth - 1) or text
        except (ValueError, RecursionError):
            return text
    title = re.search(r"<title[^>]{0,99}>([^<]{1,500})</title>", text, re.IGNORECASE)
    if title:
        return html.unescape(title[1])
    return html.unescape(re.sub(r"<[^<>]{1,999}>", " ", text)) if "</" in text else text


def _tells(word: str, secrets: Iterable[str]) -> bool:
    ends = [part for part in _MASKED.split(word) if len(part) >= _LEAST_END]
    masked = bool(_MASKED.search(word))
    return any(
        any(secret[at : at + _LEAST_PART] in word for at in range(len(secret) - _LEAST_PART + 1))
        or (masked and any(secret.startswith(end) or secret.endswith(end) for end in ends))
        for secret in secrets
    )
