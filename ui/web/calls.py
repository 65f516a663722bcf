"""The functions that a page's script may call, and what it gets when one fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeAlias

from rag.errors import PaperchatError
from ui.web.render.text import failure

log = logging.getLogger(__name__)

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
        except Exception:  # the edge of the program: the visitor gets a line, the log the details
            log.exception("%s failed", call.__name__)
            return {"failure": failure("Something went wrong here.", "Try once more.")}

    return answered
