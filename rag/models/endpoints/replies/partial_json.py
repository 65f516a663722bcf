"""Finds the JSON object in what a language model wrote, whole or as far as it has arrived. Pure.

Around it there may be thinking text, which may hold braces of its own, a few words, a code fence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import Any

import jiter

from rag.models.endpoints.replies.thoughts import DECODER, OBJECT, said_in

_MOST_READ = 32  # times
_MOST_PREFACE = 100  # characters before a reply that is read while it grows


def objects_in(text: str, *, ended: bool) -> Iterator[dict[str, Any]]:
    """The objects in ``text`` that may be the reply, in order.

    Until the reply has ``ended``, a part that may still grow is left out, and nothing is found
    after a longer preface, which may be thinking text without a mark.

    It reads a text of n characters at most `_MOST_READ` times: what has more braces than that, each
    of which would open an object that never ends, is no reply.
    """
    said = said_in(text)
    read, work = 0, _MOST_READ * len(said)
    for start in _starts(said, ended=ended):
        if start < read:
            continue  # within the object before
        found, read, cost = _object_at(said, start, open_end=not ended)
        if found is not None:
            yield found
            # Some models put the reply into a field of another object.
            yield from (inner for inner in found.values() if isinstance(inner, dict))
        work -= cost
        if work <= 0:
            return


def _object_at(text: str, start: int, *, open_end: bool) -> tuple[dict[str, Any] | None, int, int]:
    """The object that begins there, or None; where it ends, and how many characters were read."""
    try:
        found, end = DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        rest = text[start:]
        closed = rest.rstrip(", \t\r\n").endswith("}")
        return _partial(rest, open_end=open_end and not closed), 0, 2 * len(rest)
    return found if isinstance(found, dict) else None, end, end - start


def _starts(text: str, *, ended: bool) -> Iterator[int]:
    """Where a JSON object may begin; the first one alone until the text has ``ended``."""
    starts = (match.start() for match in OBJECT.finditer(text))
    return starts if ended else takewhile(lambda start: start <= _MOST_PREFACE, islice(starts, 1))


def _partial(text: str, *, open_end: bool) -> dict[str, Any] | None:
    """The object that the text begins with, as far as it has arrived; None if there is none."""
    try:
        # An unfinished string is left out, so every string in the result is complete.
        body = text.rsplit("```", 1)[0].encode()
        found = jiter.from_json(body, partial_mode=True, catch_duplicate_keys=False)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return _without_open_end(found) if open_end else found


def _without_open_end(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Without the last field or the last item of the last list, unless that is a string.

    A number may lack its last digits, and an object its last fields. Of an open object that holds a
    list of objects only its own open end is left out.
    """
    found = dict(parsed)
    if not found:
        return found
    name, last = found.popitem()
    if isinstance(last, list):
        return {**found, name: _without_last(last)}
    return {**found, name: last} if isinstance(last, str) else found


def _without_last(items: Sequence[Any]) -> list[Any]:
    *before, last = items or [None]
    if isinstance(last, str):
        return [*before, last]
    if isinstance(last, dict) and any(map(_has_objects, last.values())):
        return [*before, _without_open_end(last)]
    return before


def _has_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
