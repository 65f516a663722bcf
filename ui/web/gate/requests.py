"""The id of each request, by which a line in the window is found in the log; and what logs hold.

A question, an abstract or a key can be part of any exception's message. So a failure is logged as
its type and the lines of code where it happened, unless PAPERCHAT_LOG_QUESTIONS asks for all of it.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

_id: ContextVar[str] = ContextVar("request", default="")
_whole = False  # logs are the process's, and so is this

log = logging.getLogger("paperchat")


def log_questions(wanted: bool) -> None:
    """From now on, whether logs may hold what visitors and papers say."""
    global _whole
    _whole = wanted


def begin() -> str:
    """A new id, for the request that is answered from here on."""
    made = secrets.token_hex(4)
    _id.set(made)
    return made


def current() -> str:
    """The id of the request that is being answered; a new one outside of any."""
    return _id.get() or secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who began an event: the browser's tab, its network address, and the id of the request.

    ``why_not`` says why this visitor may not do what is the owner's; empty if they may.
    """

    tab: str
    address: str
    request: str
    why_not: str


def asker(request: gr.Request) -> Asker:
    """Who began an event, which Gradio runs outside of the request."""
    state = request.request.scope["state"] if request.request else {}
    return Asker(
        request.session_hash or "",
        state.get("sender", ""),
        state.get("request", ""),
        state.get("why_not", "Nobody asked."),
    )


def unexpected(what: str, exc: BaseException, remedy: str, request: str = "") -> tuple[str, str]:
    """Log a failure that nobody foresaw; the two sentences that the visitor gets.

    ``request`` is the id of the request, where it is not the one being answered here.
    """
    request = request or current()
    log_failure(f"{what} (request {request})", exc)
    return "Something went wrong here.", f"{remedy} (request {request})"


def log_failure(what: str, exc: BaseException) -> None:
    """Log an exception, discreetly."""
    if _whole:
        log.error("%s", what, exc_info=exc)
    else:
        log.error("%s: %s", what, "; caused by ".join(map(_place, _chain(exc))))


def _chain(exc: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = exc
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _place(exc: BaseException) -> str:
    frames = traceback.extract_tb(exc.__traceback__, limit=-6)
    where = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(exc).__name__} at {where}"
