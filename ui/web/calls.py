"""What a page's script may call: functions from the values it sends to the values it gets."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeAlias

from rag.errors import PaperchatError
from ui.web.render.text import failure

log = logging.getLogger(__name__)

Asked: TypeAlias = dict[str, Any]
Call: TypeAlias = Callable[[Asked], Awaitable[Asked]]


def safely(call: Call) -> Call:
    """``call``, with an error as a line for the page in place of an exception."""

    @wraps(call)
    async def answered(asked: Any) -> Asked:
        given = asked[0] if isinstance(asked, list) and asked else asked
        try:
            return await call(given if isinstance(given, dict) else {})
        except PaperchatError as exc:
            return {"failure": failure(exc.what, exc.remedy)}
        except Exception:  # the edge of the program: the visitor gets a line, the log the details
            log.exception("%s failed", call.__name__)
            return {"failure": failure("Something went wrong here.", "Try once more.")}

    return answered
