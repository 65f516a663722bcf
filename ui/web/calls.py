"""The functions that a page's script may call, and what it gets when one fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeAlias

from rag.errors import PaperchatError
from ui.web.gate.requests import unexpected
from ui.web.render.basics.text import failure

Payload: TypeAlias = dict[str, Any]  # JSON, either way
Call: TypeAlias = Callable[[Payload], Awaitable[Payload]]


def safely(call: Call) -> Call:
    """``call``, which returns {"failure": HTML of one line} instead of raising."""

    @wraps(call)
    async def answered(asked: Any) -> Payload:
        given = asked[0] if isinstance(asked, list) and asked else asked
        try:
            return await call(given if isinstance(given, dict) else {})
        except PaperchatError as exc:
            return {"failure": failure(exc.what, exc.remedy)}
        except Exception as exc:  # noqa: BLE001 - the edge: a line for the visitor, more in the log
            what = f"{call.__name__} failed"
            return {"failure": failure(*unexpected(what, exc, "Try once more."))}

    return answered
