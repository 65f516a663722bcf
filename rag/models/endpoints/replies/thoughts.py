"""Tells what a model says from what it thinks, where its server leaves both in one text. Pure."""

from __future__ import annotations

import json
import re

# How models mark the beginning and the end of their thoughts. Some leave out the first mark: the
# prompt has it. Every repetition has a limit, or a text of marks alone would be read once for each.
_TAGS = "think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis"
_CHANNEL = r"<\|channel\|>"
_OPEN = (
    rf"<(?:\w{{1,30}}:)?(?:{_TAGS})>",
    r"\[THINK\]",
    "◁think▷",
    r"<\|(?:START_THINKING|begin_of_thought|think|thinking)\|>",
    rf"(?:<\|start\|>assistant)?{_CHANNEL}(?!final)",  # OpenAI's open models
    r"<\|channel>thought",
    "<unused94>",
    r"^\s{0,9}Here (?:is my thought process|are my reasoning steps):",
)
_CLOSE = (
    rf"</(?:\w{{1,30}}:)?(?:{_TAGS})>",
    r"\[/THINK\]",
    "◁/think▷",
    r"<\|(?:END_THINKING|end_of_thought|/think|/thinking)\|>",
    rf"{_CHANNEL}final(?:<\|\w{{1,30}}\|>\w{{0,30}}){{0,4}}<\|message\|>",
    "assistantfinal",  # the same without its marks
    r"<channel\|>",
    "<unused95>",
    r"\bHere is my response:|\[BEGIN FINAL RESPONSE\]",
)
_OPENING = re.compile("|".join(_OPEN), re.IGNORECASE)
_CLOSING = re.compile("|".join(_CLOSE), re.IGNORECASE)
OBJECT = re.compile(r"\{(?=\s*(?:[\"}]|$))")
_FENCE = re.compile(r"[\s\ufeff]{0,99}(?:```\w{0,20}\s{0,99})?")
DECODER = json.JSONDecoder()


def said_in(text: str) -> str:
    """The text after the model's thoughts; empty while it thinks.

    A mark within JSON is no mark.
    """
    start = _FENCE.match(text)
    begin = start.end() if start else 0
    is_object = bool(OBJECT.match(text, begin))
    end = _end_of_object(text, begin) if is_object else 0
    ends = [mark.end() for mark in _CLOSING.finditer(text, end)]
    said = text[ends[-1] :] if ends else text
    if is_object and not OBJECT.search(said):
        return text
    opening, brace = _OPENING.search(said), said.find("{")
    if opening and (brace < 0 or opening.start() < brace):
        return said[: opening.start()]
    return said


def _end_of_object(text: str, begin: int) -> int:
    """Where the object that begins there ends; 0 if it does not."""
    try:
        return DECODER.raw_decode(text, begin)[1]
    except (ValueError, RecursionError):
        return 0
