"""Replies of scripted language models, and what they find in their prompts."""

from __future__ import annotations

import json
import re
from typing import Any

from scripted_server import Body

Pair = tuple[str, list[int]]


def claims(*pairs: Pair) -> str:
    """The claims of the embedded model."""
    return json.dumps({"claims": _claims(*pairs)})


def part(*pairs: Pair, asked: str = "", missing: str = "") -> dict[str, Any]:
    """A part of a reading."""
    return {"asked": asked, "claims": _claims(*pairs), "missing": missing}


def reading(*parts: dict[str, Any], search: tuple[str, ...] = ()) -> str:
    """The reading of an endpoint's model."""
    return json.dumps({"parts": list(parts), "search": list(search)})


def number_of(body: Body, words: str) -> int:
    """The number of the first sentence in the prompt that has these words."""
    for message in body["messages"]:
        found = re.search(rf"^\[(\d+)\] .*{re.escape(words)}", message["content"], re.MULTILINE)
        if found:
            return int(found[1])
    raise AssertionError(f"no sentence has {words!r}")


def has_sentences(body: Body) -> bool:
    """Whether the prompt has numbered sentences; the one that asks what is meant has none."""
    return any(re.search(r"^\[1\] ", m["content"], re.MULTILINE) for m in body["messages"])


def _claims(*pairs: Pair) -> list[dict[str, Any]]:
    return [{"sources": numbers, "sentence": text} for text, numbers in pairs]
