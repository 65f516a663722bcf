"""Decides who may change a running server: only somebody at its own machine."""

from __future__ import annotations

from contextvars import ContextVar
from functools import wraps

from rag.errors import InputError
from ui.web.asgi import Scope, values
from ui.web.calls import Call, Payload
from ui.web.gate.http.hosts import host_of, is_loopback

# Any of these says that a request was passed on for somebody else.
_PASSED_ON = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
)  # fmt: skip
_NOBODY = "Nobody asked."
_WHO = "Only somebody at the machine that paperchat runs on can"
_REMEDY = "Open paperchat on its own machine, as http://127.0.0.1."
# Why the visitor whose request is being answered may not change anything; empty if they may.
_why_not: ContextVar[str] = ContextVar("why_not", default=_NOBODY)


def note(scope: Scope) -> None:
    """Store who sends this request, for the calls that it makes.

    Its Origin has been compared with its Host before: a page of another site does not come here.
    """
    _why_not.set(_judge(scope))


def why_not() -> str:
    """Why this visitor may not change anything; empty if they may."""
    return _why_not.get()


def closed(what: str) -> str:
    """The line for a visitor who may not ``what`` ("save settings"), before they try.

    It is empty for the owner. Every page has its line from here.
    """
    why = why_not()
    return f"{_WHO} {what}. {why}" if why else ""


def at_the_machine() -> bool:
    """Whether the visitor sits at the machine that the server runs on."""
    return not why_not()


def alone(call: Call) -> Call:
    """``call``, for the owner alone; it raises InputError for anybody else."""

    @wraps(call)
    async def checked(asked: Payload) -> Payload:
        if line := closed("change this"):
            raise InputError(line, _REMEDY)
        return await call(asked)

    return checked


def passed_on(scope: Scope) -> bool:
    """Whether a proxy says that it passes this request on for somebody else."""
    return any(values(scope, name) for name in _PASSED_ON)


def _judge(scope: Scope) -> str:
    peer = str((scope.get("client") or ("",))[0])
    if not is_loopback(peer):
        return "You are at another machine."
    if passed_on(scope):
        return "Your request comes through a proxy, which may speak for anybody."
    name = host_of("".join(values(scope, "host")))
    if not is_loopback(name):
        return f"You opened it as {name or 'no name'}, which is not this machine's own name."
    return ""
